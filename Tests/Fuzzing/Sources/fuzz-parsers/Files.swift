import Foundation
import GasBase

@testable import GasColumns
@testable import GasFiles
@testable import GasStore

extension Target {
  /// What a store consists of. Checksums stand in the way of changed bytes: where a file has one, it is put right
  /// first, unless the first byte of the input is odd.
  static let storeFiles = [
    Target(name: "manifest") { input in
      var bytes = [UInt8](input.without(1))
      if (input.first ?? 1) & 1 == 0 { Sealing.manifest(&bytes) }
      let path = bytes.withUnsafeBytes { InputFile.holding($0, called: Manifest.fileName) }
      let manifest = try Manifest(reading: path)
      _ = try manifest.encoded()
      for row in [0, manifest.nodeCount - 1] { _ = manifest.partitions.nodes(manifest.partitions.owner(of: row)) }
    },
    Target(name: "column-header") { input in
      var page = [UInt8](input.prefix(ColumnHeader.byteCount))
      page += [UInt8](repeating: 0, count: ColumnHeader.byteCount - page.count)
      Sealing.header(&page)
      _ = try page.withUnsafeBytes { try ColumnHeader(parsing: $0, file: "input.gascol") }
    },
    Target(name: "column") { input in
      let bytes = Sealing.column(input)
      let path = bytes.withUnsafeBytes { InputFile.holding($0, called: "input.gascol") }
      let column = try Column(opening: path)
      let range = 0..<min(column.header.elementCount, 4096)
      switch column.type {
      case .uint32: _ = try column.array(range, as: UInt32.self)
      case .uint8: _ = try column.array(range, as: UInt8.self)
      case .uint64: _ = try column.array(range, as: UInt64.self)
      default: break
      }
    },
  ]
}

/// Makes checksums right again.
enum Sealing {
  static func manifest(_ bytes: inout [UInt8]) {
    let name = Data(#""checksum" : ""#.utf8)
    guard let found = Data(bytes).range(of: name), found.upperBound + 8 <= bytes.count else { return }
    let digits = found.upperBound..<found.upperBound + 8
    bytes.replaceSubrange(digits, with: Array("00000000".utf8))
    bytes.replaceSubrange(digits, with: Array(Checksum.text(Checksum.crc32(bytes)).utf8))
  }

  static func header(_ page: inout [UInt8]) {
    put(Checksum.crc32(Array(page[..<ColumnHeader.checkedBytes])), ColumnHeader.checkedBytes, &page)
  }

  /// A column made of the 80 bytes of its header that matter and what lies behind the header: the table's checksum and
  /// that of each block that lies in the file are put right, and zeros stand for the rest of the header.
  static func column(_ input: UnsafeRawBufferPointer) -> [UInt8] {
    let headBytes = 80
    var file = [UInt8](input.prefix(headBytes))
    file += [UInt8](repeating: 0, count: ColumnHeader.byteCount - file.count)
    file += input.dropFirst(headBytes)
    let table = Int(clamping: word64(file, 64))
    if ColumnHeader.byteCount...file.count ~= table {
      for entry in stride(from: table, through: file.count - BlockTable.entryBytes, by: BlockTable.entryBytes) {
        sealBlock(entry, &file)
      }
      put(Checksum.crc32(Array(file[table...])), 80, &file)
    }
    header(&file)
    return file
  }

  private static func sealBlock(_ entry: Int, _ file: inout [UInt8]) {
    let (offset, size) = (word64(file, entry + 8), word64(file, entry + 16) & 0xffff_ffff)
    guard offset < UInt64(file.count), size < UInt64(file.count) else { return }
    let start = ColumnHeader.byteCount + Int(offset)
    guard start + Int(size) <= file.count else { return }
    put(Checksum.crc32(Array(file[start..<start + Int(size)])), entry + 20, &file)
  }

  private static func word64(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func put(_ value: UInt32, _ offset: Int, _ bytes: inout [UInt8]) {
    for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }
}
