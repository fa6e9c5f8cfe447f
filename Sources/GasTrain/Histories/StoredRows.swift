import GasBase
import GasStore

/// Rows of `width` numbers in a mapped column, as they are encoded there. Rows of different nodes may be read and written by different
/// threads at the same time.
struct StoredRows: Sendable {
  let values: MappedElements
  let width: Int
  let encoding: RowEncoding

  /// Bytes that are worked on at a time. Pieces do not end where pages do, and a page that is written in part has to be read first.
  private static let pieceBytes = 4 << 20

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

  var rowBytes: Int { encoding.rowBytes(width) }
  var byteCount: Int { values.rowCount * rowBytes }

  /// Ranges of at most so many rows as a piece has.
  private func pieces(_ rows: Range<Int>) -> [Range<Int>] {
    let count = max(1, Self.pieceBytes / rowBytes)
    return stride(from: rows.lowerBound, to: rows.upperBound, by: count).map { $0..<min($0 + count, rows.upperBound) }
  }

  func write(_ rows: Range<Int>, from source: UnsafePointer<Float>) throws {
    if encoding == .float32 { return try values.write(rows, from: source) }
    for piece in pieces(rows) {
      try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
        let from = source + (piece.lowerBound - rows.lowerBound) * width
        encoding.encode(rows: piece.count, width: width, from, into: bytes.baseAddress!)
        try values.writeRows(piece, UnsafeRawBufferPointer(bytes))
      }
    }
  }

  /// Decodes ascending `rows`, from the mapping.
  func gather(_ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>) {
    precondition(rows.last.map { $0 < values.rowCount } ?? true, "row outside of \(values.path)")
    encoding.gather(rows, width: width, values.rowBytes(0..<values.rowCount).baseAddress!, into: target)
  }

  /// Decodes a range of rows, without making pages resident.
  func copy(_ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) throws {
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
  /// Dense features as numbers.
  var featureRows: StoredRows {
    let (values, features) = (column(.features).values, manifest.features)
    guard let width = features?.width, let encoding = features?.encoding else { return StoredRows(values) }
    return StoredRows(values, width: width, encoding)
  }
}
