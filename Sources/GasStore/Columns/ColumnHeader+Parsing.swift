import GasBase

extension ColumnHeader {
  /// Reads and checks a header.
  ///
  /// - Throws: `GasError` naming the offset of the first thing that is not as the format says.
  init(parsing bytes: UnsafeRawBufferPointer, file: String) throws {
    func fail(_ offset: Int, _ expected: String, _ found: String, advice: String? = nil) -> GasError {
      GasError(expected: expected, found: found, file: file, at: .offset(offset), advice: advice)
    }
    guard bytes.count >= Self.byteCount else {
      throw fail(bytes.count, "a column header of \(Self.byteCount) bytes", "the end of the file")
    }
    guard bytes.prefix(8).elementsEqual(Self.magic) else {
      throw fail(0, "the magic bytes of a column file", "others", advice: "the file is not a column, or is damaged")
    }
    func word(_ offset: Int) -> UInt32 { bytes.littleEndian(at: offset) }
    func long(_ offset: Int) throws -> Int {
      let value: UInt64 = bytes.littleEndian(at: offset)
      guard value <= UInt64(1) << 56 else { throw fail(offset, "a count below 2^56", "\(value)") }
      return Int(value)
    }
    guard word(8) <= Self.version else {
      throw fail(8, "column version \(Self.version)", "version \(word(8))", advice: "use a newer release of gas")
    }
    let checksum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[..<Self.checkedBytes]))
    guard word(Self.checkedBytes) == checksum else {
      throw fail(
        Self.checkedBytes, "header checksum \(Checksum.text(checksum))", Checksum.text(word(Self.checkedBytes)),
        advice: "the file is damaged")
    }
    guard word(8) == Self.version else { throw fail(8, "column version \(Self.version)", "version \(word(8))") }
    guard word(12) == Self.byteOrderMark else {
      throw fail(12, "byte-order mark 01020304", String(word(12), radix: 16))
    }
    guard let type = ElementType(rawValue: word(16)) else { throw fail(16, "an element type", "code \(word(16))") }
    guard let encoding = ColumnEncoding(code: word(20)) else { throw fail(20, "an encoding", "code \(word(20))") }
    guard word(28) == 1 || word(28) == 2 else { throw fail(28, "rank 1 or 2", "rank \(word(28))") }
    self.type = type
    self.encoding = encoding
    isMutable = word(24) & Self.mutableFlag != 0
    rank = Int(word(28))
    rowCount = try long(32)
    width = try long(40)
    guard try long(48) == Self.byteCount else { throw fail(48, "data offset \(Self.byteCount)", "another") }
    dataBytes = try long(56)
    tableOffset = try long(64)
    tableCount = try long(72)
    tableChecksum = word(80)
    let (elements, overflow) = rowCount.multipliedReportingOverflow(by: width)
    guard !overflow && elements <= 1 << 56 else { throw fail(32, "a shape of under 2^56 elements", "a larger one") }
    guard encoding != .raw || dataBytes == elements * type.byteCount else {
      throw fail(56, "\(elements * type.byteCount) data bytes for the shape", "\(dataBytes)")
    }
  }
}
