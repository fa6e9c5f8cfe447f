import GasAutodiff
import GasBase
import GasBatch
import GasStore

extension StageRunner {
  /// Exact inference, stage by stage over all partitions. Stage l reads layer l of every row that it needs from the
  /// history, which the pass before has filled with current values, and writes layer l+1. Afterwards every history is
  /// exact.
  ///
  /// - Parameters:
  ///   - step: the time that rows are marked with.
  ///   - partitions: the partitions that each stage is to compute, if not all; a stage needs its halo from the stage
  ///     before.
  ///   - following: the groups of the next epoch, if there is one. Rows are sent to it if it gets them by mail.
  ///   - checks: whether rows are refused that have numbers that are not finite or that the histories cannot hold;
  ///     otherwise they are kept.
  ///   - observe: gets the layer (1 for the output of stage 0), each batch and its rows, before they are pushed. The
  ///     output of the last stage is not pushed.
  /// - Throws: `GasError` if the store is damaged, a row is refused or the disk fails, and what `observe` throws.
  public func inferLayerwise(
    step: Int, partitions: [[Int]]? = nil, following: [[Int]]? = nil, checks: Bool = true,
    observe: (_ layer: Int, Batch, Matrix) throws -> Void
  ) throws {
    checksums = nil
    var noted =
      notesChecksums && partitions == nil && part == nil
      ? HistoryChecksums(layerCount: stages.count - 1, partitionCount: store.partitions.count) : nil
    let columns = try carriedColumns()
    _ = try featureInput()
    let all = VisitOrder.groups(Array(own), size: batchSize)
    let halo = try halo.exact(
      partitions == nil ? all : nil, following: following.map { ($0, builder.haloSources(passes.training.contents)) })
    for (index, (stage, pass)) in zip(stages, passes.exact).enumerated() {
      let layer = index + 1
      let isLast = layer == stages.count
      let groups = partitions.map { VisitOrder.groups($0[index], size: batchSize) } ?? all
      try forEachBatch(groups, pass, halo: halo) { batch in
        if !isLast { prepareToPush(batch, to: [histories[layer]]) }
        let tape = tape(isTraining: false, step: 0)
        let context = context(of: batch, on: tape, carried: columns.state(of: batch, on: tape))
        let x = input(of: batch, at: index, context)
        let output = execution.trace.span("layer \(layer)") { self.output(of: index, x, context) }
        if checks {
          let encoding = isLast ? .float32 : histories[layer].encoding
          try numbers.rows(output.dense, "layer \(layer)", of: batch, keptIn: encoding, from: x, step: nil)
          for name in stage.carries.keys.sorted() {
            try numbers.rows(context.carried[name].dense, "\(name) of layer \(layer)", of: batch, from: x, step: nil)
          }
        }
        try columns.keep(stage.carries.keys.sorted(), of: batch, context.carried, writing)
        try observe(layer, batch, output.value)
        guard !isLast else { return }
        try halo.send(output.dense, ofLayer: layer)
        try push(
          output.dense, of: batch, to: histories[layer], step: step,
          note: noted == nil ? nil : { noted?.note($1, layer: layer, partition: $0) })
      }
      if !isLast { try renewGhosts(of: histories[layer]) }
    }
    // A sample's halo may be nearly all of the store; the caller decides whether checking it is worth that.
    if partitions == nil { try store.checkUsed() }
    checksums = noted
  }

  /// The partitions that each stage has to compute so that the layers are exact in `sample`. A stage needs from the one
  /// before what it computes itself and the owners of its halo. The last stage needs none.
  ///
  /// - Parameters:
  ///   - sample: partitions of the last layer.
  ///   - most: layers for which a stage would have to compute more partitions than that are left out, and so are their
  ///     stages.
  /// - Returns: the partitions of each stage.
  /// - Throws: `GasError` if the store is damaged.
  public func partitions(reaching sample: [Int], most: Int? = nil) throws -> [[Int]] {
    var wanted = Set(sample)
    var perStage: [[Int]] = []
    for layer in 1..<stages.count {
      if let most, layer > 1, wanted.count > most { break }
      perStage.insert(wanted.sorted(), at: 0)
      if layer < stages.count - 1 { wanted.formUnion(try Neighbourhood.haloOwners(of: wanted, in: store)) }
    }
    return perStage + [[Int]](repeating: [], count: stages.count - perStage.count)
  }
}
