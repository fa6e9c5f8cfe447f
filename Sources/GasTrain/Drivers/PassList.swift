import GasBatch
import GasNN
import GasStore

/// A walk over batches, as data: drivers run it, and plans sum what it reads and writes.
struct Pass {
  let kind: PassProgress.Pass
  /// What each batch brings.
  let contents: BatchContents
  /// Layers whose histories get the batch's rows.
  var pushedLayers = 0..<0

  /// Whether it is a stage of exact inference that reads rows of a history.
  var readsLayer: Bool {
    if case .history = contents.input { return true }
    return false
  }
}

/// The passes that a model's training, evaluation and inference are made of.
///
/// An epoch is `training`, and its evaluation is the passes of `exact`, one after the other. An inference is those
/// alone.
struct PassList {
  private let stages: [Stage]
  private let numbersEntries: Bool
  private let edgeDropout: Double
  private let keepsAggregate: Bool
  /// The aggregation of the features that the first stage reads, if it reads nothing else of the halo.
  ///
  /// Dense features are then aggregated before anything else, whether the result is kept or not, so keeping it does not
  /// change a bit. Where edges drop out, the aggregation would be different in every step; then it is `nil`, and the
  /// layer chooses its order itself.
  let featureAggregation: (aggregator: Aggregator, own: Bool)?

  init(of model: any GraphModel, _ store: Store, edgeDropout: Double, keepsAggregate: Bool) {
    stages = model.stages
    numbersEntries = model.usesEntryNumbers
    self.edgeDropout = edgeDropout
    self.keepsAggregate = keepsAggregate
    if edgeDropout == 0, store.manifest.features?.storage == .dense,
      case .aggregate(let aggregator, let own) = stages[0].inputUse
    {
      featureAggregation = (aggregator, own)
    } else {
      featureAggregation = nil
    }
  }

  /// Layers that have a history.
  private var layers: Range<Int> { 1..<max(1, stages.count) }

  /// An epoch: each batch computes all layers, pulls every history and pushes to it.
  var training: Pass {
    var contents = BatchContents.training(layers: layers, input: featureInput)
    contents.summedLayers = summedLayers
    contents.transposed = transposedColumns
    contents.numbersEntries = numbersEntries && contents.transposed != .none
    return Pass(kind: .training, contents: contents, pushedLayers: layers)
  }

  /// Exact inference: a pass for each stage, which reads the layer before from the history and pushes its own.
  var exact: [Pass] {
    stages.indices.map { index in
      let isLast = index == stages.count - 1
      var contents = BatchContents.stage(index, labels: isLast, features: featureInput)
      contents.summedLayers = summedLayers
      return Pass(
        kind: .inference(layer: index + 1, of: stages.count), contents: contents,
        pushedLayers: index + 1..<index + (isLast ? 1 : 2))
    }
  }

  /// Measures what histories cost in accuracy: each batch computes all layers with halo rows as they are, and pushes
  /// nothing.
  var errorMeasurement: Pass {
    let contents = BatchContents(input: featureInput, pulledLayers: layers, labels: false, transposed: .none)
    return Pass(kind: .errorMeasurement, contents: contents)
  }

  /// The whole graph as one batch.
  var fullBatch: Pass {
    let contents = BatchContents(input: .features, pulledLayers: layers, labels: true, transposed: .none)
    return Pass(kind: .inference(layer: 1, of: 1), contents: contents)
  }

  /// What batches bring for the first stage.
  var featureInput: BatchContents.Input {
    guard keepsAggregate, let (_, own) = featureAggregation else { return .features }
    return .aggregatedFeatures(own: own)
  }

  /// The layers whose halo rows the stage after them only sums.
  private var summedLayers: Set<Int> { Set(layers.filter { stages[$0].inputUse != .rows }) }

  /// Which columns of the transposed adjacency the backward pass needs. The halo's rows get a gradient if they are
  /// multiplied before they are summed, which may be so wherever a layer's matrix narrows (`isAggregatedFirst`).
  /// Columns that are missing after all are made when they are needed. Where edges drop out, each step has another
  /// adjacency.
  private var transposedColumns: BatchContents.Transposed {
    if edgeDropout > 0 { return .none }
    let sums = featureAggregation != nil && stages.allSatisfy { $0.inputUse != .rows }
    let narrows = zip(stages, stages.dropFirst()).contains { $1.width < $0.width }
    return sums && !narrows ? .own : .all
  }
}
