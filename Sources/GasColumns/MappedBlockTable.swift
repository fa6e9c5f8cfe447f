import GasBase
import GasFiles

/// The block table of a mapped column, read in place: it grows with the data, so it is never held in memory.
///
/// Making one checks it, so that whatever follows its offsets stays inside the file.
struct MappedBlockTable: Sendable {
  let file: MappedFile
  let header: ColumnHeader

  var count: Int { header.tableCount }

  /// Checks size, checksum and entries of the table.
  ///
  /// - Throws: `GasError` if the table is damaged or its blocks do not tile data and elements.
  init(_ file: MappedFile, _ header: ColumnHeader) throws {
    self.file = file
    self.header = header
    try checkSize()
    try checkChecksum()
    try checkBlocks()
  }

  subscript(block: Int) -> BlockTable.Entry {
    let at = offset(of: block)
    let first: UInt64 = file.bytes.littleEndian(at: at)
    let offset: UInt64 = file.bytes.littleEndian(at: at + 8)
    let stored: UInt32 = file.bytes.littleEndian(at: at + 16)
    return BlockTable.Entry(
      firstElement: Int(truncatingIfNeeded: first), offset: Int(truncatingIfNeeded: offset), storedBytes: Int(stored),
      checksum: file.bytes.littleEndian(at: at + 20))
  }

  func endElement(of block: Int) -> Int {
    block + 1 < count ? self[block + 1].firstElement : header.elementCount
  }

  /// The block that holds an element, by bisection.
  func block(holding element: Int) -> Int {
    (1..<max(1, count)).partitioningIndex { self[$0].firstElement > element } - 1
  }

  /// Where the bytes of a block are in the file.
  func byteRange(of block: Int) -> Range<Int> {
    let entry = self[block]
    let start = ColumnHeader.byteCount + entry.offset
    return start..<start + entry.storedBytes
  }

  /// Compares a checksum with the one that the table has for a block.
  ///
  /// - Throws: `GasError` if they differ.
  func compare(_ checksum: UInt32, of block: Int) throws {
    let expected = self[block].checksum
    guard checksum == expected else {
      throw damaged(block: block, "block checksum \(Checksum.text(expected))", Checksum.text(checksum))
    }
  }

  func damaged(block: Int, _ expected: String, _ found: String) -> GasError {
    GasError(
      expected: expected, found: found, file: file.path, at: .offset(byteRange(of: block).lowerBound),
      advice: "the file is damaged; ingest again or restore it")
  }

  private func offset(of block: Int) -> Int {
    header.tableOffset + block * BlockTable.entryBytes
  }

  private func checkSize() throws {
    let dataEnd = ColumnHeader.byteCount + header.dataBytes
    let expected = roundedUp(dataEnd, to: 8)
    guard header.tableOffset == expected else {
      throw damaged("the table at offset \(expected), behind the data", "\(header.tableOffset)", at: 64)
    }
    guard offset(of: count) == file.byteCount else {
      throw damaged("a file of \(offset(of: count)) bytes", "\(file.byteCount)", at: file.byteCount)
    }
    if let place = file.bytes[dataEnd..<expected].firstIndex(where: { $0 != 0 }) {
      throw damaged("zeros up to the table", "\(file.bytes[place])", at: place)
    }
  }

  private func checkChecksum() throws {
    let found = Checksum.crc32(UnsafeRawBufferPointer(rebasing: file.bytes[header.tableOffset...]))
    guard found == header.tableChecksum else {
      throw damaged(
        "block table checksum \(Checksum.text(header.tableChecksum))", Checksum.text(found), at: header.tableOffset)
    }
  }

  private func checkBlocks() throws {
    var element = 0
    var stored = 0
    for block in 0..<count {
      let entry = self[block]
      let end = endElement(of: block)
      guard entry.firstElement == element && entry.offset == stored && end > element && end <= header.elementCount
      else {
        throw damaged("block \(block) to follow the one before it", "a gap", at: offset(of: block))
      }
      try checkLength(of: block, entry, elementBytes: (end - element) * header.type.byteCount)
      element = end
      stored += entry.storedBytes
    }
    guard element == header.elementCount && stored == header.dataBytes else {
      throw damaged("blocks that cover \(header.elementCount) elements", "\(element)", at: header.tableOffset)
    }
  }

  private func checkLength(of block: Int, _ entry: BlockTable.Entry, elementBytes: Int) throws {
    guard elementBytes <= BlockCodec.blockBytes else {
      throw damaged("a block of at most \(BlockCodec.blockBytes) bytes", "\(elementBytes)", at: offset(of: block))
    }
    let isRight =
      switch header.encoding {
      case .raw: entry.storedBytes == elementBytes && (elementBytes == BlockCodec.blockBytes || block == count - 1)
      case .lz4, .packed: 1...elementBytes ~= entry.storedBytes
      }
    guard isRight else {
      throw damaged(
        "\(elementBytes) bytes of elements in \(header.encoding) block \(block)", "\(entry.storedBytes) stored",
        at: offset(of: block) + 16)
    }
  }

  private func damaged(_ expected: String, _ found: String, at offset: Int) -> GasError {
    GasError(
      expected: expected, found: found, file: file.path, at: .offset(offset),
      advice: "the file is truncated or damaged; ingest again or restore it")
  }
}
