import GasBase
import GasStore

extension BatchBuilder {
  /// Labels, split and sample weights of the batch's own rows, as far as the store has them.
  ///
  /// - Throws: `GasError` if one of them is damaged, or is no label or no part that the store may have.
  func readLabels(_ batch: Batch) throws {
    let memory = batch.memory
    batch.splits = UnsafeBufferPointer(start: nil, count: 0)
    if store.manifest.splitCount > 0 {
      batch.splits = try copyRows(
        batch, .splits, width: store.manifest.splitCount, into: memory.splits, column: splitIndex, store.splits)
    }
    batch.sampleWeights =
      try store.manifest.sampleWeighted == true
      ? copyRows(batch, .sampleWeights, width: 1, into: memory.sampleWeights, store.sampleWeights) : nil
    let count = store.manifest.labels?.classCount ?? 0
    switch store.manifest.labels?.kind {
    case nil: batch.labels = .none
    case .single: batch.labels = .single(try copyRows(batch, .labels, width: 1, into: memory.labels, store.classes))
    case .multi:
      let targets = try copyRows(batch, .labels, width: count, into: memory.targets, store.targets)
      batch.labels = .multi(targets, classCount: count)
    case .values:
      let values = try copyRows(batch, .labels, width: count, into: memory.labelValues, store.values)
      batch.labels = .values(values, width: count)
    }
  }

  /// Copies whole rows, or one column of them.
  private func copyRows<T: ColumnElement>(
    _ batch: Batch, _ name: ColumnName, width: Int, into buffer: Buffer<T>, column: Int? = nil,
    _ rows: (Range<Int>) throws -> UnsafeBufferPointer<T>
  ) throws -> UnsafeBufferPointer<T> {
    let values = store.column(name).values
    let target = buffer.resized(to: batch.rowCount * (column == nil ? width : 1))
    // All that is wanted, before a page fault asks for much that is not.
    for segment in batch.segments { values.advise(.willNeed, rows: segment.nodes) }
    for segment in batch.segments {
      let source = try rows(segment.nodes)
      if let column {
        for index in 0..<segment.nodes.count { target[segment.start + index] = source[index * width + column] }
      } else {
        _ = target[segment.start * width..<segment.batchRows.upperBound * width].update(fromContentsOf: source)
      }
      values.release(rows: segment.nodes)
    }
    return UnsafeBufferPointer(target)
  }
}
