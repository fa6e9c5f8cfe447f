import GasBase
import GasFiles

extension ColumnHeader {
  /// Reads and checks a header.
  ///
  /// - Throws: `GasError` naming the offset of the first thing that is not as the format says.
  init(parsing bytes: UnsafeRawBufferPointer, file: String) throws {
    let page = try HeaderPage(bytes, file)
    guard let type = ElementType(rawValue: page.word(16)) else { throw page.unexpected(16, "an element type") }
    guard let encoding = ColumnEncoding(code: page.word(20)) else { throw page.unexpected(20, "an encoding") }
    guard encoding.fits(type) else { throw page.fail(20, "\(encoding) elements to be uint32", "\(type)") }
    guard page.word(24) & ~Self.mutableFlag == 0 else { throw page.unexpected(24, "no flags but the first") }
    guard page.word(28) == 1 || page.word(28) == 2 else { throw page.unexpected(28, "rank 1 or 2") }
    self.type = type
    self.encoding = encoding
    isMutable = page.word(24) & Self.mutableFlag != 0
    rank = Int(page.word(28))
    rowCount = try page.count(32)
    width = try page.count(40)
    dataBytes = try page.count(56)
    tableOffset = try page.count(64)
    tableCount = try page.count(72)
    tableChecksum = page.word(80)
    guard rank == 2 || width == 1 else { throw page.fail(40, "1 element in a row of rank 1", "\(width)") }
    let dataOffset = try page.count(48)
    guard dataOffset == Self.byteCount else { throw page.fail(48, "data offset \(Self.byteCount)", "\(dataOffset)") }
    let (elements, overflow) = rowCount.multipliedReportingOverflow(by: width)
    guard !overflow && elements <= 1 << 56 else {
      throw page.fail(32, "a shape of under 2^56 elements", "\(rowCount) × \(width)")
    }
    guard encoding != .raw || dataBytes == elements * type.byteCount else {
      throw page.fail(56, "\(elements * type.byteCount) data bytes for the shape", "\(dataBytes)")
    }
  }
}

/// The first page of a file. Making one checks that the file is a column of this version whose header is undamaged.
private struct HeaderPage {
  let bytes: UnsafeRawBufferPointer
  let file: String

  init(_ bytes: UnsafeRawBufferPointer, _ file: String) throws {
    self.bytes = bytes
    self.file = file
    guard bytes.count >= ColumnHeader.byteCount else {
      throw fail(bytes.count, "a column header of \(ColumnHeader.byteCount) bytes", "the end of the file")
    }
    guard bytes.prefix(8).elementsEqual(ColumnHeader.magic) else {
      throw fail(0, "the magic bytes of a column file", "others", advice: "the file is not a column, or is damaged")
    }
    // Checked before the version: in another byte order, the version would be read wrongly.
    guard word(12) == ColumnHeader.byteOrderMark else {
      throw fail(
        12, "byte-order mark \(Checksum.text(ColumnHeader.byteOrderMark))", Checksum.text(word(12)),
        advice: "the file was written in another byte order, or is damaged")
    }
    guard word(8) <= ColumnHeader.version else {
      throw fail(8, "column version \(ColumnHeader.version)", "\(word(8))", advice: "use a newer release of gas")
    }
    try checkChecksum()
    guard word(8) == ColumnHeader.version else { throw unexpected(8, "column version \(ColumnHeader.version)") }
  }

  private func checkChecksum() throws {
    let end = ColumnHeader.checkedBytes
    let checksum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    guard word(end) == checksum else {
      throw fail(
        end, "header checksum \(Checksum.text(checksum))", Checksum.text(word(end)), advice: "the file is damaged")
    }
    if let place = bytes[(end + 4)..<ColumnHeader.byteCount].firstIndex(where: { $0 != 0 }) {
      throw fail(place, "zeros up to the data", "\(bytes[place])", advice: "the file is damaged")
    }
  }

  func word(_ offset: Int) -> UInt32 { bytes.littleEndian(at: offset) }

  func count(_ offset: Int) throws -> Int {
    let value: UInt64 = bytes.littleEndian(at: offset)
    guard value <= UInt64(1) << 56 else { throw fail(offset, "a count below 2^56", "\(value)") }
    return Int(value)
  }

  func unexpected(_ offset: Int, _ expected: String) -> GasError {
    fail(offset, expected, "\(word(offset))")
  }

  func fail(_ offset: Int, _ expected: String, _ found: String, advice: String? = nil) -> GasError {
    GasError(expected: expected, found: found, file: file, at: .offset(offset), advice: advice)
  }
}
