import GasAutodiff
import GasBase
import GasFiles
import GasStore

/// Rows of `width` numbers in a mapped column, as they are encoded there. Rows of different nodes may be read and
/// written by different threads at the same time.
package struct EncodedRows: Sendable {
  let values: MappedElements
  let width: Int
  let encoding: RowEncoding

  /// About how many bytes are processed at a time.
  private static let pieceBytes = 256 << 10

  init(_ values: MappedElements, width: Int, _ encoding: RowEncoding) {
    precondition(values.width == encoding.columnWidth(width) && values.type == encoding.elementType)
    self.values = values
    self.width = width
    self.encoding = encoding
  }

  /// A column of floating-point numbers.
  init(_ values: MappedElements) {
    self.init(values, width: values.width, RowEncoding(values.type))
  }

  /// Bytes of an encoded row.
  package var rowBytes: Int { encoding.rowBytes(width) }

  /// After so many rows, a row begins where a page does. A page that is written in part would have to be read first.
  var pageRows: Int {
    let powerOfTwo = rowBytes & -rowBytes
    return max(1, MappedFile.pageBytes / powerOfTwo)
  }

  /// Cuts a range of rows into pieces that begin and end where pages do, except at both ends of the range.
  func pieces(_ rows: Range<Int>) -> [Range<Int>] {
    let count = roundedUp(max(1, Self.pieceBytes / rowBytes), to: pageRows)
    var pieces: [Range<Int>] = []
    while pieces.last?.upperBound ?? rows.lowerBound < rows.upperBound {
      let start = pieces.last?.upperBound ?? rows.lowerBound
      pieces.append(start..<min((start / count + 1) * count, rows.upperBound))
    }
    return pieces
  }

  /// Overwrites rows; threads encode them together.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - source: `width` numbers for each.
  ///   - parallel: threads that encode.
  /// - Throws: `GasError` if the disk fails.
  func write(_ rows: Range<Int>, from source: UnsafePointer<Float>, parallel: Parallel = .serial) throws {
    if encoding == .float32 { return try values.write(rows, from: source) }
    let pieces = pieces(rows)
    let from = Unchecked(source)
    try parallel.tryForEach(count: pieces.count) { number in
      let piece = pieces[number]
      try write(piece: piece, from: from.value + (piece.lowerBound - rows.lowerBound) * width) { _ in }
    }
  }

  /// Overwrites rows and computes their checksum from the bytes that are written, so that nothing is read again.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - source: `width` numbers for each.
  ///   - parallel: threads that encode.
  /// - Returns: CRC-32 of the rows as they are stored.
  /// - Throws: `GasError` if the disk fails.
  func writeSummed(
    _ rows: Range<Int>, from source: UnsafePointer<Float>, parallel: Parallel = .serial
  ) throws -> UInt32 {
    if encoding == .float32 { try values.write(rows, from: source) }
    let pieces = pieces(rows)
    let from = Unchecked(source)
    var checksums = [UInt32](repeating: 0, count: pieces.count)
    try checksums.withUnsafeMutableBufferPointer { checksums in
      let checksums = Unchecked(checksums)
      try parallel.tryForEach(count: pieces.count) { number in
        let piece = pieces[number]
        let source = from.value + (piece.lowerBound - rows.lowerBound) * width
        checksums.value[number] =
          encoding == .float32
          ? Checksum.crc32(UnsafeRawBufferPointer(start: source, count: piece.count * rowBytes))
          : try write(piece: piece, from: source) { Checksum.crc32($0) }
      }
    }
    return zip(pieces, checksums).reduce(0) { Checksum.joined($0, $1.1, byteCount: $1.0.count * rowBytes) }
  }

  /// Encodes and writes a piece.
  ///
  /// - Parameters:
  ///   - piece: which rows.
  ///   - source: `width` numbers for each.
  ///   - look: gets the bytes that were written.
  /// - Returns: what `look` returns.
  /// - Throws: `GasError` if the disk fails.
  private func write<Result>(
    piece: Range<Int>, from source: UnsafePointer<Float>, look: (UnsafeRawBufferPointer) -> Result
  ) throws -> Result {
    try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
      encoding.encode(rows: piece.count, width: width, source, into: bytes.baseAddress!)
      try values.writeRows(piece, UnsafeRawBufferPointer(bytes))
      return look(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Decodes ascending `rows` from the mapping.
  func gather(_ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>) {
    expectRandomReads(rows)
    encoding.gather(rows, width: width, values.base(reading: rows), into: target)
  }

  /// float32 rows where they are, in the mapping.
  func scattered(_ rows: UnsafeBufferPointer<UInt32>) -> ScatteredRows {
    expectRandomReads(rows)
    let base = values.base(reading: rows).assumingMemoryBound(to: Float.self)
    return ScatteredRows(rows, of: base, columns: width)
  }

  /// A range of float32 rows where they are, in the mapping. They must not be written to.
  ///
  /// - Parameter range: which rows.
  /// - Returns: the rows as a matrix.
  /// - Throws: `GasError` if rows of a finished column are damaged.
  func matrix(_ range: Range<Int>) throws -> Matrix {
    let elements = try values.rows(range, as: Float.self)
    return Matrix(rows: range.count, columns: width, base: UnsafeMutablePointer(mutating: elements.baseAddress!))
  }

  /// Has pages that were not asked for in time read alone, without the megabytes that the kernel would add.
  private func expectRandomReads(_ rows: UnsafeBufferPointer<UInt32>) {
    values.advise(.random, rows: 0..<values.rowCount)
  }

  /// Decodes a range of rows, without making pages resident.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - target: memory for `width` numbers for each.
  /// - Throws: `GasError` if the disk fails.
  package func copy(_ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) throws {
    if encoding == .float32 { return try values.copyRows(rows, into: target) }
    for piece in pieces(rows) {
      try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
        try values.copyRows(piece, into: bytes.baseAddress!)
        let to = target + (piece.lowerBound - rows.lowerBound) * width
        encoding.decode(rows: piece.count, width: width, bytes.baseAddress!, into: to)
      }
    }
  }
}

extension Store {
  /// The dense features as numbers.
  var featureRows: EncodedRows {
    let (values, features) = (column(.features).values, manifest.features)
    guard let width = features?.width, let encoding = features?.encoding else { return EncodedRows(values) }
    return EncodedRows(values, width: width, encoding)
  }
}
