/// Where the blocks of a column's data start, and the checksums of their bytes. Layout: docs/format.md, "A column
/// file".
package struct BlockTable: Sendable {
  package struct Entry: Equatable, Sendable {
    package var firstElement: Int
    package var offset: Int
    package var storedBytes: Int
    package var checksum: UInt32
  }

  package static let entryBytes = 24
  var entries: [Entry] = []

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.count * Self.entryBytes)
    for entry in entries {
      bytes.append(littleEndian: UInt64(entry.firstElement))
      bytes.append(littleEndian: UInt64(entry.offset))
      bytes.append(littleEndian: UInt32(entry.storedBytes))
      bytes.append(littleEndian: entry.checksum)
    }
    return bytes
  }
}
