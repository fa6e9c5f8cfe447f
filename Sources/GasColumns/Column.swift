import GasBase
import GasFiles

/// A finished column, read by mapping it.
///
/// Raw columns are used in place (`values`); every column can be read range by range into memory of the caller
/// (`read`). Either way each block is compared with its checksum before what was read of it leaves the process
/// (`BlockChecks`).
/// Safe to use from several threads, each with its own `BlockCodec`.
public final class Column: Sendable {
  /// The checked header of the file.
  public let header: ColumnHeader
  let file: MappedFile
  let table: MappedBlockTable
  /// Which blocks are compared with their checksums already; `nil` unless the column is raw.
  let checks: BlockChecks?

  /// The file's path.
  public var path: String { file.path }
  /// The type of the elements.
  public var type: ElementType { header.type }
  /// The number of rows.
  public var rowCount: Int { header.rowCount }
  /// Elements in a row; 1 for a plain vector.
  public var width: Int { header.width }
  /// The size of the file in bytes, header and block table included.
  public var fileBytes: Int { file.byteCount }

  /// Maps a column and checks header, size and block table; contents are checked as they are read, and by `verify`.
  ///
  /// - Parameter path: a file that `ColumnWriter` has finished.
  /// - Throws: `GasError` if the file cannot be opened, is damaged, or is a history.
  public init(opening path: String) throws {
    file = try MappedFile(opening: path)
    header = try ColumnHeader(parsing: file.bytes, file: path)
    guard !header.isMutable else {
      throw GasError(expected: "a finished column", found: "a history", file: path)
    }
    table = try MappedBlockTable(file, header)
    checks = header.encoding == .raw ? BlockChecks(file, table) : nil
  }

  /// The elements of a raw column, in place. Columns that are encoded otherwise have none: this stops the program.
  public var values: MappedElements { MappedElements(file, header, checks) }

  /// Compares blocks of which scattered rows were read with their checksums, unless that has been done: to be called
  /// before a result leaves.
  ///
  /// - Throws: `GasError` that names the offset of a block with a wrong checksum.
  package func checkUsed() throws { try checks?.checkUsed() }

  /// Copies a range of elements to `target`, and decodes them where they are encoded.
  ///
  /// - Parameters:
  ///   - range: elements of the column, counted from its first row's first.
  ///   - target: memory of as many elements, whose Swift type fits the column's.
  ///   - codec: the calling thread's; it keeps the last block that was decoded in part.
  /// - Throws: `GasError` naming the offset of a block whose checksum is wrong or that does not decode.
  public func read<T: ColumnElement>(
    _ range: Range<Int>, into target: UnsafeMutableBufferPointer<T>, using codec: BlockCodec
  ) throws {
    precondition(T.fits(type) && target.count == range.count, "\(path) read as \(T.self)")
    try read(range, bytes: UnsafeMutableRawBufferPointer(target), using: codec)
  }

  /// Copies a range of elements as bytes, whatever their type; as `read(_:into:using:)` does.
  package func read(_ range: Range<Int>, bytes target: UnsafeMutableRawBufferPointer, using codec: BlockCodec) throws {
    precondition(target.count == range.count * type.byteCount, "memory of another size for \(path)")
    precondition(range.lowerBound >= 0 && range.upperBound <= header.elementCount, "range outside of \(path)")
    guard !range.isEmpty else { return }
    if header.encoding == .raw { return target.copyMemory(from: try values.bytes(of: range)) }
    var block = table.block(holding: range.lowerBound)
    var position = range.lowerBound
    while position < range.upperBound {
      let span = table[block].firstElement..<table.endElement(of: block)
      let wanted = position..<min(range.upperBound, span.upperBound)
      let place = (position - range.lowerBound) * type.byteCount
      let out = UnsafeMutableRawBufferPointer(rebasing: target[place..<place + wanted.count * type.byteCount])
      if wanted == span {
        try decode(block, into: out, using: codec)
      } else {
        let whole = try codec.keep(block, of: self, byteCount: span.count * type.byteCount) {
          try decode(block, into: $0, using: codec)
        }
        let first = (wanted.lowerBound - span.lowerBound) * type.byteCount
        out.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[first..<first + out.count]))
      }
      position = wanted.upperBound
      block += 1
    }
  }

  /// Reads a range into a fresh array: for few elements and for tests.
  ///
  /// - Parameters:
  ///   - range: elements of the column, counted from its first row's first.
  ///   - as: a Swift type that fits the column's.
  /// - Returns: the elements.
  /// - Throws: `GasError` naming the offset of a block whose checksum is wrong or that does not decode.
  public func array<T: ColumnElement>(_ range: Range<Int>, as: T.Type = T.self) throws -> [T] {
    try [T](unsafeUninitializedCapacity: range.count) { buffer, count in
      try read(range, into: UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]), using: BlockCodec())
      count = range.count
    }
  }

  /// Tells the operating system how the bytes that hold a range of elements will be used.
  public func advise(_ advice: MappedFile.Advice, _ range: Range<Int>) {
    file.advise(advice, byteRange(range))
  }

  /// Takes the bytes that hold a range of elements out of the page cache.
  public func drop(_ range: Range<Int>) {
    file.drop(byteRange(range))
  }

  /// Takes the whole column out of resident memory.
  public func release() {
    file.release(0..<file.byteCount)
  }

  /// Where in the file the bytes lie that hold a range of elements: whole blocks unless the column is raw.
  package func byteRange(_ range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    if header.encoding == .raw {
      return values.byteRange(range)
    }
    let first = table[table.block(holding: range.lowerBound)]
    let last = table[table.block(holding: range.upperBound - 1)]
    return ColumnHeader.byteCount + first.offset..<ColumnHeader.byteCount + last.offset + last.storedBytes
  }

  /// Returns the stored bytes of a block after comparing them with their checksum.
  func storedBytes(_ block: Int) throws -> UnsafeRawBufferPointer {
    let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[table.byteRange(of: block)])
    try table.compare(Checksum.crc32(bytes), of: block)
    checks?.note(block)
    return bytes
  }

  func decode(_ block: Int, into target: UnsafeMutableRawBufferPointer, using codec: BlockCodec) throws {
    guard codec.decode(try storedBytes(block), into: target, type, header.encoding) else {
      let kind = header.encoding == .packed ? "a packed" : "an LZ4"
      throw table.damaged(block: block, "\(kind) block of \(target.count) bytes", "one that does not decode to that")
    }
  }
}
