import GasBase
import GasStore

extension BatchBuilder {
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
    // All that is wanted, before a page fault asks for much that is not.
    for segment in batch.segments { values.advise(.willNeed, rows: segment.nodes) }
    for segment in batch.segments {
      let source = values.rows(segment.nodes, as: T.self)
      if let column {
        for index in 0..<segment.nodes.count { target[segment.start + index] = source[index * values.width + column] }
      } else {
        _ = target[segment.start * width..<segment.batchRows.upperBound * width].update(fromContentsOf: source)
      }
      values.release(rows: segment.nodes)
    }
    return UnsafeBufferPointer(target)
  }
}
