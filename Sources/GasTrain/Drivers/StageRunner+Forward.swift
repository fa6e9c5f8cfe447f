import GasBase
import GasBatch
import GasNN
import GasStore

extension StageRunner {
  /// Computes all stages of one batch, which is GAS's forward pass. Between stages the batch's rows are pushed to the
  /// history, and the halo's rows are pulled from it (they were gathered while the last batch was computed).
  ///
  ///     h^(l+1)_v = f(h^(l)_v, {h^(l)_w : w in batch} ∪ {h̄^(l)_w : w in halo})    for v in the batch
  ///
  /// - Parameters:
  ///   - batch: the batch, filled.
  ///   - context: what the stages see of it.
  ///   - step: the time that pushed rows are marked with; `nil` pushes nothing.
  ///   - observe: gets each stage with the batch's rows of its input, and its output.
  /// - Returns: the output of the last stage, n × width.
  /// - Throws: `GasError` if a row cannot be kept or the disk fails.
  func forward(
    _ batch: Batch, _ context: StageContext, pushingAt step: Int?,
    observe: (_ stage: Int, _ own: Variable, _ output: Variable) -> Void = { _, _, _ in }
  ) throws -> Variable {
    if step != nil { prepareToPush(batch, to: histories.layers) }
    var x = input(of: batch, at: 0, context)
    var read = x
    for layer in stages.indices {
      let own = x
      if layer > 0 {
        if let step {
          try numbers.rows(
            x.dense, "layer \(layer)", of: batch, keptIn: histories[layer].encoding, from: read, step: step)
          try halo.training.send(x.dense, ofLayer: layer)
          try push(x.dense, of: batch, to: histories[layer], step: step) { !halo.training.replaces($0) }
        }
        x = x.appendingRows(batch.pulled(layer: layer))
      }
      read = x
      let y = execution.trace.span("layer \(layer + 1)") { output(of: layer, x, context) }
      observe(layer, own, y)
      x = y
    }
    return x
  }

  /// The output of a stage, as it is kept for the next one. That of the last stage is float32.
  func output(of index: Int, _ x: Variable, _ context: StageContext) -> Variable {
    let y = stages[index].forward(x, context)
    guard index == stages.count - 1 else { return y.kept() }
    // A product that waits is computed now, in this layer's time.
    _ = y.dense
    return y
  }

  func prepareToPush(_ batch: Batch, to histories: some Sequence<History>) {
    for history in histories { for segment in batch.segments { history.prepareToPush(segment.nodes) } }
  }

  /// Pushes a batch's rows to a history.
  ///
  /// - Parameters:
  ///   - rows: n × width.
  ///   - batch: the batch that they belong to.
  ///   - history: where they go.
  ///   - step: the time that they are marked with.
  ///   - isWanted: says of a partition whether anything will read what is pushed for it.
  ///   - note: gets the checksums of what is pushed; none are computed without it.
  /// - Throws: `GasError` if the disk fails.
  func push(
    _ rows: DenseRows, of batch: Batch, to history: History, step: Int, isWanted: (Int) -> Bool = { _ in true },
    note: ((_ partition: Int, _ checksum: UInt32) -> Void)? = nil
  ) throws {
    try execution.trace.span("push") {
      for segment in batch.segments where isWanted(segment.partition) {
        let checksum = try history.push(
          segment.nodes, rows.rowRange(segment.batchRows), step: step, writing: writing, parallel: parallel,
          sums: note != nil)
        if let checksum { note?(segment.partition, checksum) }
      }
    }
  }

  /// Evaluates the whole graph as one batch, without halo and histories. Memory grows with the graph, so this is for
  /// small graphs, and the oracle of the other two drivers.
  public func inferFullBatch(_ visit: (Batch, Matrix) throws -> Void) throws {
    try forEachBatch([Array(store.partitions.indices)], passes.fullBatch) { batch in
      let context = context(of: batch, on: tape(isTraining: false, step: 0))
      let output = try forward(batch, context, pushingAt: nil)
      try numbers.rows(
        output.dense, "layer \(stages.count)", of: batch, from: input(of: batch, at: 0, context), step: nil)
      try visit(batch, output.value)
    }
  }
}
