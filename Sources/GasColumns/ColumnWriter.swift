import GasBase
import GasFiles
import Glibc

/// Writes a column front to back: elements in, one checked file out. Not thread-safe.
///
/// The header is written last, so a file that was not finished is not a column.
public final class ColumnWriter {
  /// The path of the file that is written.
  public let path: String
  /// The type of the elements.
  public let type: ElementType
  /// Elements in a row; 1 for a plain vector.
  public let width: Int
  /// How blocks of elements are stored.
  public let encoding: ColumnEncoding

  private let leavesHoles: Bool
  private let rank: Int
  private let file: FileWriter
  private let codec = BlockCodec()
  private let pending = Pages(byteCount: BlockCodec.blockBytes)
  private var pendingBytes = 0
  private var table = BlockTable()
  private var elementCount = 0
  private var dataBytes = 0

  /// A block of zeros as it is stored.
  private lazy var zeroBlock: (stored: [UInt8], checksum: UInt32) = {
    let stored = [UInt8](repeating: 0, count: BlockCodec.blockBytes).withUnsafeBytes { zeros in
      [UInt8](codec.encode(zeros, type, encoding))
    }
    return (stored, Checksum.crc32(stored))
  }()

  /// Blocks shorter than this are not worth their table entry and their worse compression.
  private static let shortestBlockBytes = 64 << 10

  /// Creates the file and leaves space for the header.
  ///
  /// - Parameters:
  ///   - path: where the file is created.
  ///   - type: the type of the elements.
  ///   - width: elements in a row; `nil` for a plain vector.
  ///   - encoding: how blocks are stored; `packed` is for uint32 alone.
  ///   - leavesHoles: whether pages of zeros take no disk space, where the file system has holes.
  /// - Throws: `GasError` if the file cannot be created.
  package init(
    creating path: String, type: ElementType, width: Int?, encoding: ColumnEncoding, leavesHoles: Bool = false
  ) throws {
    precondition(encoding.fits(type), "\(path): \(type) cannot be \(encoding)")
    self.path = path
    self.type = type
    self.width = width ?? 1
    self.encoding = encoding
    self.leavesHoles = leavesHoles
    rank = width == nil ? 1 : 2
    file = try FileWriter(creating: path)
    try file.pad(to: ColumnHeader.byteCount)
  }

  /// Appends one element. The width need not divide it: rows are complete when the column is.
  ///
  /// - Parameter element: a value whose Swift type fits the column's.
  /// - Throws: `GasError` if writing fails.
  public func append<T: ColumnElement>(_ element: T) throws {
    try withUnsafePointer(to: element) { try append(UnsafeBufferPointer(start: $0, count: 1)) }
  }

  /// Appends any number of elements.
  ///
  /// - Parameter elements: values whose Swift type fits the column's.
  /// - Throws: `GasError` if writing fails.
  public func append<T: ColumnElement>(_ elements: [T]) throws {
    try elements.withUnsafeBufferPointer { try append($0) }
  }

  /// Appends any number of elements.
  ///
  /// - Parameter elements: values whose Swift type fits the column's.
  /// - Throws: `GasError` if writing fails.
  public func append<T: ColumnElement>(_ elements: UnsafeBufferPointer<T>) throws {
    precondition(T.fits(type), "\(T.self) elements in a column of \(type)")
    try append(bytes: UnsafeRawBufferPointer(elements))
  }

  /// Appends elements as they are in memory.
  ///
  /// - Parameter bytes: whole elements of the column's type, little-endian.
  /// - Throws: `GasError` if writing fails.
  public func append(bytes: UnsafeRawBufferPointer) throws {
    precondition(bytes.count % type.byteCount == 0, "part of an element in a column of \(type)")
    var rest = bytes
    while !rest.isEmpty {
      let count = min(rest.count, BlockCodec.blockBytes - pendingBytes)
      (pending.base + pendingBytes).copyMemory(from: rest.baseAddress!, byteCount: count)
      pendingBytes += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      if pendingBytes == BlockCodec.blockBytes { try flushBlock() }
    }
  }

  /// Appends elements that are zero. Whole blocks of them are encoded once.
  ///
  /// - Parameter count: how many elements.
  /// - Throws: `GasError` if writing fails.
  package func append(zeros count: Int) throws {
    var rest = count * type.byteCount
    while rest > 0 {
      if pendingBytes == 0 && rest >= BlockCodec.blockBytes {
        let (stored, checksum) = zeroBlock
        try stored.withUnsafeBytes { try add($0, checksum, elementBytes: BlockCodec.blockBytes) }
        rest -= BlockCodec.blockBytes
        continue
      }
      let part = min(rest, BlockCodec.blockBytes - pendingBytes)
      memset(pending.base + pendingBytes, 0, part)
      pendingBytes += part
      rest -= part
      if pendingBytes == BlockCodec.blockBytes { try flushBlock() }
    }
  }

  /// Says that readers will start here: the next element opens a new block if the current one holds at least 64 KiB.
  ///
  /// - Throws: `GasError` if writing fails.
  public func endBlock() throws {
    if encoding != .raw && pendingBytes >= Self.shortestBlockBytes { try flushBlock() }
  }

  /// Writes table and header, syncs the file, and returns the header for the manifest.
  package func finish() throws -> ColumnHeader {
    if pendingBytes > 0 { try flushBlock() }
    precondition(elementCount % width == 0, "\(path) ends inside a row")
    try file.pad(to: roundedUp(file.byteCount, to: 8))
    let tableBytes = table.encoded()
    let header = ColumnHeader(
      type: type, encoding: encoding, isMutable: false, rowCount: elementCount / width, width: width, rank: rank,
      dataBytes: dataBytes, tableOffset: file.byteCount, tableCount: table.entries.count,
      tableChecksum: Checksum.crc32(tableBytes))
    try file.write(tableBytes)
    try header.encoded().withUnsafeBytes { try file.overwrite($0, at: 0) }
    try file.close()
    return header
  }

  private func flushBlock() throws {
    let elements = UnsafeRawBufferPointer(start: pending.base, count: pendingBytes)
    let stored = codec.encode(elements, type, encoding)
    try add(stored, Checksum.crc32(stored), elementBytes: pendingBytes)
    pendingBytes = 0
  }

  private func add(_ stored: UnsafeRawBufferPointer, _ checksum: UInt32, elementBytes: Int) throws {
    table.entries.append(
      .init(firstElement: elementCount, offset: dataBytes, storedBytes: stored.count, checksum: checksum))
    if leavesHoles { try file.write(leavingHoles: stored) } else { try file.write(stored) }
    elementCount += elementBytes / type.byteCount
    dataBytes += stored.count
  }
}
