import GasBase
import GasNN
import GasStore

extension BatchBuilder {
  /// The feature lists of batch rows and halo rows as one CSR matrix, (n + h) × F.
  func readSparseFeatures(_ batch: Batch) throws -> SparseMatrix {
    let rowCount = batch.rowCount + batch.haloCount
    let starts = store.column(.featureOffsets).values
    let offsets = batch.memory.featureOffsets.resized(to: rowCount + 1)
    offsets[0] = 0
    try forEachFeatureRow(batch) { place, row in
      let ends = starts.elements(row..<row + 2, as: UInt64.self)
      guard ends[0] <= ends[1], ends[1] <= UInt64(store.column(.featureIndices).rowCount) else {
        throw damagedFeatures(row)
      }
      offsets[place + 1] = offsets[place] + Int64(ends[1] - ends[0])
    }
    let columns = batch.memory.featureColumns.resized(to: max(1, Int(offsets[rowCount])))
    let values = batch.memory.featureValues.resized(to: max(1, Int(offsets[rowCount])))
    let storedColumns = store.column(.featureIndices).values
    let storedValues = store.column(.featureValues).values
    let width = store.manifest.features?.width ?? 0
    try forEachFeatureRow(batch) { place, row in
      let start = Int(starts.elements(row..<row + 1, as: UInt64.self)[0])
      let target = Int(offsets[place])..<Int(offsets[place + 1])
      let indices = storedColumns.elements(start..<start + target.count, as: UInt32.self)
      guard indices.allSatisfy({ $0 < width }) else { throw damagedFeatures(row) }
      _ = columns[target].update(fromContentsOf: indices)
      _ = values[target].update(fromContentsOf: storedValues.elements(start..<start + target.count, as: Float.self))
    }
    return SparseMatrix(
      rowCount: rowCount, columnCount: width, offsets: UnsafePointer(offsets.baseAddress!),
      columns: UnsafePointer(columns.baseAddress!), values: UnsafePointer(values.baseAddress!))
  }

  private func forEachFeatureRow(_ batch: Batch, _ body: (_ place: Int, _ row: Int) throws -> Void) rethrows {
    for segment in batch.segments {
      for index in 0..<segment.nodes.count { try body(segment.start + index, segment.nodes.lowerBound + index) }
    }
    for (index, row) in batch.haloRows.enumerated() { try body(batch.rowCount + index, Int(row)) }
  }

  private func damagedFeatures(_ row: Int) -> GasError {
    GasError(
      "features of row \(row) are outside the file or the feature range", file: store.column(.featureIndices).path,
      advice: "gas-stat verify says more")
  }

  /// Labels and split of the batch's own rows, as far as the store has them.
  func readLabels(_ batch: Batch) {
    batch.splits = copyRows(batch, .splits, into: batch.memory.splits, column: splitIndex)
    switch store.manifest.labels {
    case nil: batch.labels = .none
    case .some(let labels) where labels.kind == .single:
      batch.labels = .single(copyRows(batch, .labels, into: batch.memory.labels))
    case .some(let labels):
      batch.labels = .multi(copyRows(batch, .labels, into: batch.memory.targets), classCount: labels.classCount)
    }
  }

  /// Copies whole rows, or one column of them.
  private func copyRows<T: ColumnElement>(
    _ batch: Batch, _ name: ColumnName, into buffer: Buffer<T>, column: Int? = nil
  ) -> UnsafeBufferPointer<T> {
    guard store.has(name) else { return UnsafeBufferPointer(start: nil, count: 0) }
    let values = store.column(name).values
    let width = column == nil ? values.width : 1
    let target = buffer.resized(to: batch.rowCount * width)
    for segment in batch.segments {
      let source = values.rows(segment.nodes, as: T.self)
      if let column {
        for index in 0..<segment.nodes.count { target[segment.start + index] = source[index * values.width + column] }
      } else {
        _ = target[segment.start * width..<segment.batchRows.upperBound * width].update(fromContentsOf: source)
      }
    }
    return UnsafeBufferPointer(target)
  }
}
