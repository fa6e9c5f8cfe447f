import GasBase
import GasFiles

/// How the elements of a column are stored on disk.
public enum ColumnEncoding: String, Codable, Sendable {
  /// As they are, to be used in place.
  case raw
  /// In shuffled LZ4 blocks, to be decoded range by range.
  case lz4
  /// In blocks of differences, packed into few bits or by LZ4: for uint32 numbers that mostly ascend.
  case packed

  private static let all: [Self] = [.raw, .lz4, .packed]

  var code: UInt32 { UInt32(Self.all.firstIndex(of: self)!) }
  init?(code: UInt32) {
    guard code < Self.all.count else { return nil }
    self = Self.all[Int(code)]
  }

  func fits(_ type: ElementType) -> Bool { self != .packed || type == .uint32 }
}

/// The first page of a column file. Layout: docs/format.md, "A column file".
public struct ColumnHeader: Equatable, Sendable {
  /// The version of column files that is written and read.
  public static let version: UInt32 = 1
  /// Bytes of the header, which are those before the data.
  public static let byteCount = 4096
  static let magic = Array("GASCOL\r\n".utf8)
  static let byteOrderMark: UInt32 = 0x0102_0304
  package static let checkedBytes = 84
  static let mutableFlag: UInt32 = 1

  /// The type of the elements.
  public var type: ElementType
  /// How blocks of elements are stored.
  public var encoding: ColumnEncoding
  /// Whether rows are written in place (histories); no checksums of the data are kept then.
  public var isMutable: Bool
  /// The number of rows.
  public var rowCount: Int
  /// Elements in a row; 1 for a plain vector.
  public var width: Int
  /// 1 for a plain vector, 2 for rows of `width` elements.
  public var rank: Int
  /// Bytes of the data as stored.
  public var dataBytes: Int
  /// Where the block table starts in the file; the file's size if the column is mutable.
  public var tableOffset: Int
  /// Entries of the block table; 0 if the column is mutable.
  public var tableCount: Int
  /// CRC-32 of the block table.
  public var tableChecksum: UInt32

  /// The number of elements in all rows.
  public var elementCount: Int { rowCount * width }

  func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(Self.byteCount)
    for word in [Self.version, Self.byteOrderMark, type.rawValue, encoding.code, isMutable ? Self.mutableFlag : 0] {
      bytes.append(littleEndian: word)
    }
    bytes.append(littleEndian: UInt32(rank))
    for long in [rowCount, width, Self.byteCount, dataBytes, tableOffset, tableCount] {
      bytes.append(littleEndian: UInt64(long))
    }
    bytes.append(littleEndian: tableChecksum)
    bytes.append(littleEndian: Checksum.crc32(bytes))
    bytes.append(contentsOf: repeatElement(0, count: Self.byteCount - bytes.count))
    return bytes
  }

  /// The CRC-32 that stands in the header; the manifest repeats it, so that files of two stores cannot be mixed up.
  public var checksum: UInt32 {
    Checksum.crc32(Array(encoded()[..<Self.checkedBytes]))
  }
}
