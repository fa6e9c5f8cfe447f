import GasBase
import GasNN
import GasStore

/// The aggregation of all nodes' features, computed once: features never change, so a first stage that reads nothing else of them
/// (`InputUse.aggregate`) needs no halo and one contiguous range a partition.
///
///     S[v] = aggregate over u ∈ N(v) of a_vu · X[u]        N × F, float32
///
/// The sums are those that a batch would compute, to the bit: a row's entries keep their order however partitions are grouped. It
/// takes disk space for N × F numbers while it is open; the file has no name and leaves nothing behind. To be used from one thread.
final class FeatureAggregate {
  let column: MutableColumn

  /// Passes over all partitions once, `batchSize` of them at a time.
  ///
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  init(
    _ store: Store, form: GraphForm, by aggregator: Aggregator, batchSize: Int, in folder: String, parallel: Parallel,
    prefetch: Bool
  ) throws {
    let width = store.column(.features).width
    column = try .nameless(in: folder, type: .float32, rowCount: store.nodeCount, width: width)
    let stream = BatchStream(BatchBuilder(store, form: form, histories: []), prefetches: prefetch)
    let arena = Arena()
    stream.start(
      VisitOrder.groups(Array(store.partitions.indices), size: batchSize), .stage(0, labels: false))
    while let batch = try stream.next() {
      guard case .dense(let features) = batch.input else { preconditionFailure("features are dense") }
      arena.reset()
      let tape = Tape(arena: arena, parallel: parallel, isTraining: false)
      keep(tape.constant(features).aggregated(over: batch.adjacency, by: aggregator).value, of: batch)
    }
  }

  private func keep(_ rows: Matrix, of batch: Batch) {
    for segment in batch.segments {
      let target = column.values.mutableRows(segment.nodes, as: Float.self)
      target.baseAddress!.update(from: rows.row(segment.start), count: target.count)
      column.values.release(rows: segment.nodes)
    }
    column.values.release()
  }
}
