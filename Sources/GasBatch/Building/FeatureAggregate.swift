import GasBase
import GasNN
import GasStore

/// The aggregation of all nodes' features, computed once. Features never change, so a first stage that reads nothing
/// else of them (`InputUse.aggregate`) needs no halo, and one contiguous range of rows for each partition.
///
///     S[v] = aggregate over u ∈ N(v) of a_vu · X[u]        N × F, float32, or bfloat16 where that is computed with
///
/// The sums are those that a batch would compute, to the bit: a row's entries keep their order however partitions are
/// grouped. While it is open it takes disk space for N × F numbers; the file has no name and leaves nothing behind. It
/// is used from one thread.
package final class FeatureAggregate {
  let column: MutableColumn
  /// How many bytes of memory making it took for batches; `valueBytes` says how many for values.
  package let batchBytes: Int
  package let valueBytes: Int

  /// Passes over all partitions once, `batchSize` of them at a time.
  ///
  /// - Parameters:
  ///   - store: the store whose features are aggregated.
  ///   - form: the form of the model's adjacency.
  ///   - weights: how the weights of a weighted store are used.
  ///   - aggregator: how the features of neighbours are joined.
  ///   - batchSize: how many partitions a batch has.
  ///   - folder: the folder whose disk takes the file.
  ///   - execution: how the pass is carried out.
  ///   - writing: writes the rows to the disk, where there is a budget of memory.
  ///   - precision: what features are decoded to and the sums are kept as.
  ///   - partitions: the partitions whose features are aggregated; all if `nil`.
  ///   - sample: the only partition to compute, to find out what that takes; disk space is not set aside then.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  package init(
    _ store: Store, form: GraphForm, weights: EdgeWeightUse, by aggregator: Aggregator, batchSize: Int,
    in folder: String,
    execution: ExecutionOptions, writing: WriteThrottle?, precision: Precision, partitions: Range<Int>? = nil,
    sample: Int? = nil
  ) throws {
    let width = store.featureRows.width
    let column = try MutableColumn.nameless(
      in: folder, type: precision == .float32 ? .float32 : .bfloat16, rowCount: store.nodeCount, width: width,
      isReserved: sample == nil && partitions == nil)
    let builder = BatchBuilder(
      store, form: form, edgeWeights: weights, histories: [], scratchFolder: folder, trace: execution.trace,
      dropsPages: execution.dropsPages, precision: precision)
    let stream = BatchStream(builder, prefetches: execution.prefetches)
    let halo = execution.haloReads(builder, in: folder)
    let rows = EncodedRows(column.values)
    let parallel = Parallel(threadCount: execution.threads, trace: execution.trace)
    let arena = Arena()
    let wanted = sample.map { [$0] } ?? Array(partitions ?? store.partitions.indices)
    let groups = VisitOrder.groups(wanted, size: batchSize)
    let report = { execution.progress(PassProgress(.aggregation, $0, $1)) }
    try stream.forEachBatch(groups, .stage(0, labels: false), halo: halo, report: report) { batch in
      guard case .dense(let features) = batch.input else { preconditionFailure("features are dense") }
      arena.reset()
      let tape = Tape(arena: arena, parallel: parallel, isTraining: false, precision: precision)
      let sums = tape.constant(features).aggregated(over: batch.adjacency, by: aggregator).kept()
      for segment in batch.segments {
        try rows.write(segment.nodes, from: sums.dense.rowRange(segment.batchRows))
        try writing?.note(column.values, segment.nodes)
      }
    }
    self.column = column
    batchBytes = stream.byteCount
    valueBytes = arena.bytesUsed
  }
}
