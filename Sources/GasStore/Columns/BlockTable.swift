import GasBase

/// Where the blocks of a column's data start, and what their bytes must add up to.
struct BlockTable: Sendable {
  struct Entry: Equatable, Sendable {
    var firstElement: Int
    var offset: Int
    var storedBytes: Int
    var checksum: UInt32
  }

  static let entryBytes = 24
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

/// The table of a mapped column, read in place: it grows with the data, so it is never held in memory.
struct MappedBlockTable: Sendable {
  let file: MappedFile
  let header: ColumnHeader

  var count: Int { header.tableCount }

  subscript(block: Int) -> BlockTable.Entry {
    let at = header.tableOffset + block * BlockTable.entryBytes
    let first: UInt64 = file.bytes.littleEndian(at: at)
    let offset: UInt64 = file.bytes.littleEndian(at: at + 8)
    let stored: UInt32 = file.bytes.littleEndian(at: at + 16)
    // Damaged values are caught by `check`; here they must only not trap.
    return BlockTable.Entry(
      firstElement: Int(truncatingIfNeeded: first), offset: Int(truncatingIfNeeded: offset), storedBytes: Int(stored),
      checksum: file.bytes.littleEndian(at: at + 20))
  }

  func endElement(of block: Int) -> Int {
    block + 1 < count ? self[block + 1].firstElement : header.elementCount
  }

  /// The block that holds an element, by bisection.
  func block(holding element: Int) -> Int {
    var low = 0
    var high = count
    while high - low > 1 {
      let middle = (low + high) / 2
      if self[middle].firstElement <= element { low = middle } else { high = middle }
    }
    return low
  }

  /// Checks the table's checksum and that its blocks tile data and elements.
  func check() throws {
    let range = header.tableOffset..<header.tableOffset + count * BlockTable.entryBytes
    let found = Checksum.crc32(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    guard found == header.tableChecksum else {
      throw GasError(
        expected: "block table checksum \(Checksum.text(header.tableChecksum))", found: Checksum.text(found),
        file: file.path, at: .offset(header.tableOffset), advice: "the file is damaged")
    }
    var element = 0
    var offset = 0
    for block in 0..<count {
      let entry = self[block]
      guard entry.firstElement == element && entry.offset == offset, endElement(of: block) > element else {
        throw GasError(
          expected: "block \(block) to follow the one before it", found: "a gap", file: file.path,
          at: .offset(range.lowerBound + block * BlockTable.entryBytes))
      }
      element = endElement(of: block)
      offset += entry.storedBytes
    }
    guard element == header.elementCount && offset == header.dataBytes else {
      throw GasError(
        expected: "blocks that cover \(header.elementCount) elements", found: "\(element)", file: file.path,
        at: .offset(header.tableOffset))
    }
  }
}
