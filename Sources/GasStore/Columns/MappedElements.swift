import GasBase
import GasFiles

/// The raw elements of a mapped column: the one place where file bytes become typed pointers.
///
/// Of a finished column, blocks are compared with their checksums where rows are read front to back, and marked where rows are read that lie
/// scattered (`BlockChecks`): all that reads throws where bytes are not as they were written.
///
/// Rows of different nodes may be read and written by different threads at the same time; the same row may not.
public struct MappedElements: Sendable {
  public let type: ElementType
  public let rowCount: Int
  public let width: Int
  private let file: MappedFile
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

  public var path: String { file.path }

  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  public func elements<T: ColumnElement>(_ range: Range<Int>, as: T.Type = T.self) throws -> UnsafeBufferPointer<T> {
    let bytes = checkedBytes(range, T.self)
    guard !range.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
    try checks?.check(bytes)
    let start = file.bytes.baseAddress! + bytes.lowerBound
    return UnsafeBufferPointer(start: start.assumingMemoryBound(to: T.self), count: range.count)
  }

  /// Only for files that were opened for writing.
  public func mutableElements<T: ColumnElement>(
    _ range: Range<Int>, as: T.Type = T.self
  ) -> UnsafeMutableBufferPointer<T> {
    let bytes = checkedBytes(range, T.self)
    guard !range.isEmpty else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    let start = file.mutableBytes.baseAddress! + bytes.lowerBound
    return UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: T.self), count: range.count)
  }

  /// - Throws: as `elements` does.
  public func rows<T: ColumnElement>(_ rows: Range<Int>, as: T.Type = T.self) throws -> UnsafeBufferPointer<T> {
    try elements(rows.lowerBound * width..<rows.upperBound * width)
  }

  public func mutableRows<T: ColumnElement>(
    _ rows: Range<Int>, as: T.Type = T.self
  ) -> UnsafeMutableBufferPointer<T> {
    mutableElements(rows.lowerBound * width..<rows.upperBound * width)
  }

  /// Copies a range of elements without making its pages resident: for rows that lie scattered.
  public func copy<T: ColumnElement>(_ range: Range<Int>, into target: UnsafeMutablePointer<T>) throws {
    let bytes = checkedBytes(range, T.self)
    checks?.use(bytes)
    try file.copy(bytes, into: target)
  }

  /// Rows as they are stored.
  ///
  /// - Throws: as `elements` does.
  public func rowBytes(_ rows: Range<Int>) throws -> UnsafeRawBufferPointer {
    let range = checkedRows(rows)
    try checks?.check(range)
    return UnsafeRawBufferPointer(rebasing: file.bytes[range])
  }

  /// Where the first row starts, for whoever will read ascending `rows` and no others from there.
  public func base(reading rows: UnsafeBufferPointer<UInt32>) -> UnsafeRawPointer {
    precondition(rows.last.map { $0 < rowCount } ?? true, "row outside of \(path)")
    checks?.use(rows, rowBytes: width * type.byteCount)
    return file.bytes.baseAddress! + ColumnHeader.byteCount
  }

  /// Copies rows as they are stored without making their pages resident: for rows that lie scattered.
  public func copyRows(_ rows: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    let range = checkedRows(rows)
    checks?.use(range)
    try file.copy(range, into: target)
  }

  /// Compares the blocks of a range of elements with their checksums, as far as nobody has done so: for what was copied as if it lay scattered, and
  /// did not.
  ///
  /// - Throws: as `elements` does.
  public func check(_ range: Range<Int>) throws { try checks?.check(byteRange(range)) }

  /// Rows as they are stored, which nobody will want again soon (`MappedFile.readOnce`).
  public func readOnce<Element>(
    _ rows: Range<Int>, using buffer: Buffer<Element>
  ) throws -> UnsafeRawBufferPointer {
    let range = checkedRows(rows)
    let bytes = try file.readOnce(range, using: buffer)
    try checks?.check(range, in: bytes)
    return bytes
  }

  /// Reads so many bytes of rows, as they are stored, into memory of the caller's, which begins where a page does, as do the rows
  /// (`MappedFile.readOnce`).
  public func readOnce(_ rows: Range<Int>, byteCount: Int, into target: UnsafeMutableRawPointer) throws {
    let range = checkedRows(rows)
    precondition(byteCount <= range.count, "\(byteCount) bytes of \(rows.count) rows of \(path)")
    try file.readOnce(range.prefix(byteCount), into: target)
    try checks?.check(range.prefix(byteCount), in: UnsafeRawBufferPointer(start: target, count: byteCount))
  }

  /// Overwrites part of some rows with `bytes`, as they are stored, which nobody will want soon (`MappedFile.writeOnce`): whole pages.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - offset: of the bytes from the first row's on, which begins where a page does.
  ///   - rows: the rows that they belong to.
  public func writeOnce(_ bytes: UnsafeRawBufferPointer, at offset: Int, of rows: Range<Int>) throws {
    let range = checkedRows(rows)
    precondition(offset >= 0 && offset + bytes.count <= range.count, "range outside of rows of \(path)")
    try file.writeOnce(bytes, at: range.lowerBound + offset)
  }

  /// Gives the disk space of rows back, which are zeros from then on.
  public func discard(rows: Range<Int>) { file.discard(checkedRows(rows)) }

  /// Overwrites rows with `bytes`, as they are stored.
  public func writeRows(_ rows: Range<Int>, _ bytes: UnsafeRawBufferPointer) throws {
    let range = checkedRows(rows)
    precondition(bytes.count == range.count, "\(bytes.count) bytes for \(rows.count) rows of \(path)")
    try file.write(bytes, at: range.lowerBound)
  }

  /// Overwrites rows with those at `source`.
  public func write<T: ColumnElement>(_ rows: Range<Int>, from source: UnsafePointer<T>) throws {
    let bytes = checkedBytes(rows.lowerBound * width..<rows.upperBound * width, T.self)
    try file.write(UnsafeRawBufferPointer(start: source, count: bytes.count), at: bytes.lowerBound)
  }

  /// Overwrites all rows with zeros, in huge pages of the page cache (`MappedFile.clear`).
  public func clear() throws { try file.clear(checkedRows(0..<rowCount)) }

  /// Whether the file is so small that it simply stays resident.
  public var isSmall: Bool { file.isSmall }

  /// Tells the kernel what will be done with a range of rows.
  public func advise(_ advice: MappedFile.Advice, rows: Range<Int>) {
    file.advise(advice, byteRange(rows.lowerBound * width..<rows.upperBound * width))
  }

  /// Whether the page cache has the page on which a row begins.
  public func isCached(row: Int) -> Bool { file.isCached(byteRange(row * width..<(row + 1) * width).lowerBound) }

  /// Takes the pages of a range of rows out of resident memory.
  public func release(rows: Range<Int>) {
    file.release(byteRange(rows.lowerBound * width..<rows.upperBound * width))
  }

  /// Takes everything out of resident memory; what was written stays the file's.
  public func release() {
    file.release(0..<file.byteCount)
  }

  /// Takes the pages of a range of rows out of the page cache, but for changed ones.
  public func drop(rows: Range<Int>) {
    file.drop(byteRange(rows.lowerBound * width..<rows.upperBound * width))
  }

  /// Starts sending changed pages of a range of rows to the disk; where `waits`, returns when they are there.
  public func writeBack(rows: Range<Int>, waits: Bool) throws {
    try file.writeBack(byteRange(rows.lowerBound * width..<rows.upperBound * width), waits: waits)
  }

  /// Returns when all that was written is on the disk.
  public func sync() throws { try file.sync(0..<file.byteCount) }

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
