import GasAutodiff
import GasBase
import GasFiles
import GasStore

/// Rows of `width` numbers in a mapped column, as they are encoded there. Rows of different nodes may be read and
/// written by different threads at the same time.
package struct EncodedRows: Sendable {
  package let values: MappedElements
  package let width: Int
  package let encoding: RowEncoding
  /// What the numbers are that rows are decoded to.
  package let delivered: Precision

  /// About how many bytes are processed at a time.
  private static let pieceBytes = 256 << 10

  package init(
    _ values: MappedElements, width: Int, _ encoding: RowEncoding, delivering precision: Precision = .float32
  ) {
    precondition(values.width == encoding.columnWidth(width) && values.type == encoding.elementType)
    self.values = values
    delivered = precision
    self.width = width
    self.encoding = encoding
  }

  /// A column of floating-point numbers.
  package init(_ values: MappedElements, delivering precision: Precision = .float32) {
    self.init(values, width: values.width, RowEncoding(values.type), delivering: precision)
  }

  /// The same rows, decoded to numbers of `precision`.
  package func delivering(_ precision: Precision) -> EncodedRows {
    EncodedRows(values, width: width, encoding, delivering: precision)
  }

  /// Bytes of a decoded row.
  package var deliveredBytes: Int { width * delivered.byteCount }

  /// Whether rows are stored as they are delivered, and so can be read where they are.
  package var isStoredAsDelivered: Bool { encoding.precision == delivered }

  /// Bytes of an encoded row.
  package var rowBytes: Int { encoding.rowBytes(width) }

  /// After so many rows, a row begins where a page does. A page that is written in part would have to be read first.
  package var pageRows: Int {
    let powerOfTwo = rowBytes & -rowBytes
    return max(1, MappedFile.pageBytes / powerOfTwo)
  }

  /// Cuts a range of rows into pieces that begin and end where pages do, except at both ends of the range.
  package func pieces(_ rows: Range<Int>) -> [Range<Int>] {
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
  ///   - source: `width` numbers for each, as many rows.
  ///   - parallel: threads that encode.
  /// - Throws: `GasError` if the disk fails.
  package func write(_ rows: Range<Int>, from source: DenseRows, parallel: Parallel = .serial) throws {
    if encoding.precision == source.precision { return try writeBytes(rows, from: source) }
    let pieces = pieces(rows)
    let from = Unchecked(source)
    try parallel.tryForEach(count: pieces.count) { number in
      try write(piece: pieces[number], of: rows, from: from.value) { _ in }
    }
  }

  /// Overwrites rows and computes their checksum from the bytes that are written, so that nothing is read again.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - source: `width` numbers for each, as many rows.
  ///   - parallel: threads that encode.
  /// - Returns: CRC-32 of the rows as they are stored.
  /// - Throws: `GasError` if the disk fails.
  func writeSummed(_ rows: Range<Int>, from source: DenseRows, parallel: Parallel = .serial) throws -> UInt32 {
    let isEncoded = encoding.precision == source.precision
    if isEncoded { try writeBytes(rows, from: source) }
    let pieces = pieces(rows)
    let from = Unchecked(source)
    var checksums = [UInt32](repeating: 0, count: pieces.count)
    try checksums.withUnsafeMutableBufferPointer { checksums in
      let checksums = Unchecked(checksums)
      try parallel.tryForEach(count: pieces.count) { number in
        let piece = pieces[number]
        checksums.value[number] =
          isEncoded
          ? Checksum.crc32(bytes(piece, of: rows, in: from.value))
          : try write(piece: piece, of: rows, from: from.value) { Checksum.crc32($0) }
      }
    }
    return zip(pieces, checksums).reduce(0) { Checksum.joined($0, $1.1, byteCount: $1.0.count * rowBytes) }
  }

  /// The bytes of a piece of rows that are in memory as they are encoded.
  private func bytes(_ piece: Range<Int>, of rows: Range<Int>, in source: DenseRows) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: source.row(piece.lowerBound - rows.lowerBound), count: piece.count * rowBytes)
  }

  private func writeBytes(_ rows: Range<Int>, from source: DenseRows) throws {
    try values.writeRows(rows, bytes(rows, of: rows, in: source))
  }

  /// Encodes and writes a piece.
  ///
  /// - Parameters:
  ///   - piece: which rows.
  ///   - rows: the rows that `source` holds.
  ///   - source: `width` numbers for each.
  ///   - look: gets the bytes that were written.
  /// - Returns: what `look` returns.
  /// - Throws: `GasError` if the disk fails.
  private func write<Result>(
    piece: Range<Int>, of rows: Range<Int>, from source: DenseRows, look: (UnsafeRawBufferPointer) -> Result
  ) throws -> Result {
    try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
      encoding.encode(
        rows: piece.count, width: width, source.precision, source.row(piece.lowerBound - rows.lowerBound),
        into: bytes.baseAddress!)
      try values.writeRows(piece, UnsafeRawBufferPointer(bytes))
      return look(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Decodes ascending `rows` from the mapping.
  package func gather(_ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutableRawPointer) {
    expectRandomReads(rows)
    encoding.gather(rows, width: width, values.base(reading: rows), into: target, delivered)
  }

  /// Rows that are stored as they are delivered, where they are in the mapping.
  package func scattered(_ rows: UnsafeBufferPointer<UInt32>) -> ScatteredRows {
    expectRandomReads(rows)
    return ScatteredRows(rows, of: values.base(reading: rows), columns: width, delivered)
  }

  /// A range of rows that are stored as they are delivered, where they are in the mapping. They must not be written to.
  ///
  /// - Parameter range: which rows.
  /// - Returns: the rows.
  /// - Throws: `GasError` if rows of a finished column are damaged.
  package func matrix(_ range: Range<Int>) throws -> DenseRows {
    let base = UnsafeMutableRawPointer(mutating: try values.rowBytes(range).baseAddress!)
    return DenseRows(delivered, rows: range.count, columns: width, base: base)
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
  package func copy(_ rows: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    if isStoredAsDelivered { return try values.copyRows(rows, into: target) }
    for piece in pieces(rows) {
      try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
        try values.copyRows(piece, into: bytes.baseAddress!)
        let to = target + (piece.lowerBound - rows.lowerBound) * deliveredBytes
        encoding.decode(rows: piece.count, width: width, bytes.baseAddress!, into: to, delivered)
      }
    }
  }
}

extension Store {
  /// The dense features as numbers.
  package var featureRows: EncodedRows {
    let (values, features) = (column(.features).values, manifest.features)
    guard let width = features?.width, let encoding = features?.encoding else { return EncodedRows(values) }
    return EncodedRows(values, width: width, encoding)
  }
}
