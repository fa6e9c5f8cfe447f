import GasBase
import GasFiles

/// The raw elements of a mapped column: the one place where file bytes become typed pointers.
///
/// In a finished column, blocks are compared with their checksums where rows are read front to back, and marked where
/// scattered rows are read (`BlockChecks`). All functions that read throw if bytes are not as they were written.
///
/// Rows of different nodes may be read and written by different threads at the same time; the same row may not.
public struct MappedElements: Sendable {
  /// The type of the elements.
  public let type: ElementType
  /// The number of rows.
  public let rowCount: Int
  /// Elements in a row; 1 for a plain vector.
  public let width: Int
  let file: MappedFile
  /// `nil` for columns that are written in place.
  private let checks: BlockChecks?

  init(_ file: MappedFile, _ header: ColumnHeader, _ checks: BlockChecks? = nil) {
    precondition(header.encoding == .raw, "\(file.path) is not used in place")
    self.file = file
    self.checks = checks
    type = header.type
    rowCount = header.rowCount
    width = header.width
  }

  /// The file's path.
  public var path: String { file.path }

  /// Returns a range of elements in place, after comparing their blocks with their checksums.
  ///
  /// - Parameters:
  ///   - range: elements of the column, counted from its first row's first.
  ///   - as: a Swift type that fits the column's.
  /// - Returns: the elements, valid as long as this value or its column lives.
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  public func elements<T: ColumnElement>(_ range: Range<Int>, as: T.Type = T.self) throws -> UnsafeBufferPointer<T> {
    let bytes = checkedBytes(range, T.self)
    guard !range.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
    try checks?.check(bytes)
    let start = file.bytes.baseAddress! + bytes.lowerBound
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: T.self), count: range.count)
  }

  /// Returns the bytes of a range of elements in place, after comparing their blocks with their checksums.
  ///
  /// - Parameter range: elements of the column, counted from its first row's first.
  /// - Returns: the bytes, valid as long as this value or its column lives.
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  package func bytes(of range: Range<Int>) throws -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount * width, "range outside of \(path)")
    let bytes = byteRange(range)
    try checks?.check(bytes)
    return UnsafeRawBufferPointer(rebasing: file.bytes[bytes])
  }

  /// Returns a range of elements to be written in place. The file must have been opened for writing.
  public func mutableElements<T: ColumnElement>(
    _ range: Range<Int>, as: T.Type = T.self
  ) -> UnsafeMutableBufferPointer<T> {
    let bytes = checkedBytes(range, T.self)
    guard !range.isEmpty else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    let start = file.mutableBytes.baseAddress! + bytes.lowerBound
    return UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: T.self), count: range.count)
  }

  /// Returns the elements of a range of rows in place, after comparing their blocks with their checksums.
  ///
  /// - Parameters:
  ///   - rows: which rows of the column.
  ///   - as: a Swift type that fits the column's.
  /// - Returns: `width` elements for each row, valid as long as this value or its column lives.
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  public func rows<T: ColumnElement>(_ rows: Range<Int>, as: T.Type = T.self) throws -> UnsafeBufferPointer<T> {
    try elements(rows.lowerBound * width..<rows.upperBound * width)
  }

  /// Returns the elements of a range of rows to be written in place. The file must have been opened for writing.
  public func mutableRows<T: ColumnElement>(
    _ rows: Range<Int>, as: T.Type = T.self
  ) -> UnsafeMutableBufferPointer<T> {
    mutableElements(rows.lowerBound * width..<rows.upperBound * width)
  }

  /// Copies a range of elements without making its pages resident: for scattered rows, whose blocks are marked and not
  /// compared.
  ///
  /// - Parameters:
  ///   - range: elements of the column, counted from its first row's first.
  ///   - target: memory for as many elements.
  /// - Throws: `GasError` if reading fails.
  public func copy<T: ColumnElement>(_ range: Range<Int>, into target: UnsafeMutablePointer<T>) throws {
    let bytes = checkedBytes(range, T.self)
    checks?.use(bytes)
    try file.copy(bytes, into: target)
  }

  /// Returns the bytes of a range of rows in place, as they are stored, after comparing their blocks with their
  /// checksums.
  ///
  /// - Parameter rows: which rows of the column.
  /// - Returns: the bytes, valid as long as this value or its column lives.
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  public func rowBytes(_ rows: Range<Int>) throws -> UnsafeRawBufferPointer {
    let range = checkedRows(rows)
    try checks?.check(range)
    return UnsafeRawBufferPointer(rebasing: file.bytes[range])
  }

  /// Returns the address of the column's first row, and marks the blocks of the rows that will be read.
  ///
  /// - Parameter rows: ascending row numbers. No others may be read from that address.
  /// - Returns: the address of row 0.
  public func base(reading rows: UnsafeBufferPointer<UInt32>) -> UnsafeRawPointer {
    precondition(rows.last.map { $0 < rowCount } ?? true, "row outside of \(path)")
    checks?.use(rows, rowBytes: width * type.byteCount)
    return file.bytes.baseAddress! + ColumnHeader.byteCount
  }

  /// Copies rows as they are stored without making their pages resident: for scattered rows, whose blocks are marked
  /// and not compared.
  ///
  /// - Parameters:
  ///   - rows: which rows of the column.
  ///   - target: memory for all of their bytes.
  /// - Throws: `GasError` if reading fails.
  public func copyRows(_ rows: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    let range = checkedRows(rows)
    checks?.use(range)
    try file.copy(range, into: target)
  }

  /// Compares the blocks of a range of elements with their checksums unless that has been done: for elements that were
  /// copied as if they lay scattered, and did not.
  ///
  /// - Parameter range: elements of the column, counted from its first row's first.
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  public func check(_ range: Range<Int>) throws { try checks?.check(byteRange(range)) }

  /// Returns the bytes of rows as they are stored, read past the page cache (`MappedFile.readOnce`): for rows that will
  /// not be read again soon.
  ///
  /// - Parameters:
  ///   - rows: which rows of the column.
  ///   - buffer: memory that the bytes may be read to; it grows as needed.
  /// - Returns: the bytes, valid until the buffer is used again.
  /// - Throws: `GasError` if reading fails, or that names the offset of a block with a wrong checksum.
  public func readOnce<Element>(
    _ rows: Range<Int>, using buffer: Buffer<Element>
  ) throws -> UnsafeRawBufferPointer {
    let range = checkedRows(rows)
    let bytes = try file.readOnce(range, using: buffer)
    try checks?.check(range, in: bytes)
    return bytes
  }

  /// Reads the first bytes of rows, as they are stored, past the page cache (`MappedFile.readOnce`).
  ///
  /// - Parameters:
  ///   - rows: which rows of the column; the first one begins where a page does.
  ///   - byteCount: how many bytes to read, at most those of the rows.
  ///   - target: memory for them that begins where a page does.
  /// - Throws: `GasError` if reading fails, or that names the offset of a block with a wrong checksum.
  public func readOnce(_ rows: Range<Int>, byteCount: Int, into target: UnsafeMutableRawPointer) throws {
    let range = checkedRows(rows)
    precondition(byteCount <= range.count, "\(byteCount) bytes of \(rows.count) rows of \(path)")
    try file.readOnce(range.prefix(byteCount), into: target)
    try checks?.check(range.prefix(byteCount), in: UnsafeRawBufferPointer(start: target, count: byteCount))
  }

  /// Overwrites part of some rows with whole pages of bytes, past the page cache (`MappedFile.writeOnce`): for rows
  /// that will not be read soon.
  ///
  /// - Parameters:
  ///   - bytes: the rows' bytes as they are stored: whole pages.
  ///   - offset: where in the rows' bytes they go; this has to be where a page begins in the file.
  ///   - rows: the rows that they belong to.
  /// - Throws: `GasError` if writing fails.
  public func writeOnce(_ bytes: UnsafeRawBufferPointer, at offset: Int, of rows: Range<Int>) throws {
    let range = checkedRows(rows)
    precondition(offset >= 0 && offset + bytes.count <= range.count, "range outside of rows of \(path)")
    try file.writeOnce(bytes, at: range.lowerBound + offset)
  }

  /// Gives the disk space of rows back; they are zeros from then on.
  public func discard(rows: Range<Int>) { file.discard(checkedRows(rows)) }

  /// Overwrites rows.
  ///
  /// - Parameters:
  ///   - rows: which rows of the column.
  ///   - bytes: their new bytes as they are stored.
  /// - Throws: `GasError` if writing fails.
  public func writeRows(_ rows: Range<Int>, _ bytes: UnsafeRawBufferPointer) throws {
    let range = checkedRows(rows)
    precondition(bytes.count == range.count, "\(bytes.count) bytes for \(rows.count) rows of \(path)")
    try file.write(bytes, at: range.lowerBound)
  }

  /// Overwrites rows.
  ///
  /// - Parameters:
  ///   - rows: which rows of the column.
  ///   - source: `width` elements for each row.
  /// - Throws: `GasError` if writing fails.
  public func write<T: ColumnElement>(_ rows: Range<Int>, from source: UnsafePointer<T>) throws {
    let bytes = checkedBytes(rows.lowerBound * width..<rows.upperBound * width, T.self)
    try file.write(UnsafeRawBufferPointer(start: source, count: bytes.count), at: bytes.lowerBound)
  }

  /// Overwrites rows with zeros, in huge pages of the page cache (`MappedFile.clear`).
  ///
  /// - Parameter rows: which rows.
  /// - Throws: `GasError` if writing fails.
  public func clear(_ rows: Range<Int>) throws { try file.clear(checkedRows(rows)) }

  func byteRange(_ elements: Range<Int>) -> Range<Int> {
    let start = ColumnHeader.byteCount + elements.lowerBound * type.byteCount
    return start..<start + elements.count * type.byteCount
  }

  private func checkedRows(_ rows: Range<Int>) -> Range<Int> {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "range outside of \(path)")
    return byteRange(rows.lowerBound * width..<rows.upperBound * width)
  }

  private func checkedBytes<T: ColumnElement>(_ range: Range<Int>, _: T.Type) -> Range<Int> {
    precondition(T.fits(type), "\(path) is not a column of \(T.self)")
    precondition(range.lowerBound >= 0 && range.upperBound <= rowCount * width, "range outside of \(path)")
    return byteRange(range)
  }
}
