import GasBase
import GasFormats
import GasStore

extension Features {
  /// Writes the features in the order of the store's rows.
  func write(_ rows: RowArranger, to store: StoreWriter) throws {
    if isStoredSparse { return try writeSparse(rows, to: store) }
    let (encoding, width) = (type.encoding, matrix.width)
    let column = try store.column(
      .features, type: encoding.elementType, width: encoding.columnWidth(width), encoding: .raw)
    let memory = Buffer<UInt8>()
    let bytesPerRow = encoding.rowBytes(width)
    try rows.write(bytesPerRow: bytesPerRow, to: column) { put in
      try forEachRow("writing features") { node, values in
        scaling.apply(values)
        try checkFits(node, values)
        let stored = UnsafeMutableRawBufferPointer(memory.resized(to: bytesPerRow))
        encoding.encode(rows: 1, width: width, values.baseAddress!, into: stored.baseAddress!)
        put(node, UnsafeRawBufferPointer(stored))
      }
    }
  }

  private func checkFits(_ node: Int, _ values: UnsafeMutableBufferPointer<Float>) throws {
    let limit = type.encoding.elementType.narrowingLimit ?? .infinity
    guard let column = values.firstIndex(where: { !(abs($0) < limit) }) else { return }
    throw doesNotFit(values[column], node, column)
  }

  private func doesNotFit(_ value: Float, _ row: Int, _ column: Int) -> GasError {
    GasError(
      "the value \(value) in row \(row), column \(column) does not fit into \(type.rawValue)", file: matrix.path,
      advice: "pass another --feature-type or --feature-norm")
  }

  /// Makes two passes: one counts each row's values, one reads them. A record holds a row's columns, then its values.
  private func writeSparse(_ rows: RowArranger, to store: StoreWriter) throws {
    let offsets = try store.column(.featureOffsets, type: .uint64, encoding: .raw)
    let indices = try store.column(.featureIndices, type: .uint32, encoding: .raw)
    let values = try store.column(.featureValues, type: .float32, encoding: .raw)
    let bytesPerEntry = 8
    let starts = try rows.starts { put in
      try forEachSparseRow { node, columns, _ in put(node, columns.count * bytesPerEntry) }
    }
    for row in 0...rows.rowCount { try offsets.append(UInt64(starts[row] / bytesPerEntry)) }
    let buckets = try rows.buckets(.starts(starts))
    try collectSparse { node, record in buckets.append(record, row: rows.row(of: node)) }
    try buckets.forEachBucket { range, bytes in
      let first = starts[range.lowerBound]
      for row in range {
        let record = bytes[starts[row] - first..<starts[row + 1] - first]
        let middle = record.startIndex + record.count / 2
        try indices.append(bytes: UnsafeRawBufferPointer(rebasing: record[..<middle]))
        try values.append(bytes: UnsafeRawBufferPointer(rebasing: record[middle...]))
      }
    }
  }

  private func collectSparse(_ put: (_ node: Int, UnsafeRawBufferPointer) -> Void) throws {
    let memory = Buffer<UInt32>()
    try forEachSparseRow { node, columns, values in
      scaling.apply(values)
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw doesNotFit(values[place], node, Int(columns[place]))
      }
      let record = memory.resized(to: columns.count * 2)
      for place in columns.indices {
        record[place] = columns[place]
        record[columns.count + place] = values[place].bitPattern
      }
      put(node, UnsafeRawBufferPointer(record))
    }
  }

  /// Calls `body` with the columns of each row that have values, and these values before scaling.
  func forEachSparseRow(_ body: (Int, [UInt32], UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
    guard case .sparse(let sparse) = matrix else { preconditionFailure("the features are dense") }
    let rowsPerRelease = 1 << 14
    var cursor = ScipyMatrix.Cursor(sparse)
    for row in 0..<sparse.rowCount {
      try cursor.read(row)
      var values = cursor.values
      try values.withUnsafeMutableBufferPointer { try body(row, cursor.indices, $0) }
      if row % rowsPerRelease == rowsPerRelease - 1 { sparse.release() }
    }
    sparse.release()
  }
}
