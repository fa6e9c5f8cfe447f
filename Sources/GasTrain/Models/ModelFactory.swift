import GasBase
import GasNN
import GasSettings
import GasStore
import Glibc

/// The models that settings can name.
public enum ModelFactory {
  /// The names that `make` takes, as values of the setting `model`.
  public static let names = RunSettings.modelNames

  /// Makes the model that `settings` describe, one of `names` or one that was registered, with weights drawn from their
  /// seed, for the features and classes of `store`. The store's edge values are used as `RunSettings.edgeValues` says.
  /// A model of real values is a `StandardisedModel` with the mean and deviation of the training nodes.
  ///
  /// - Parameters:
  ///   - settings: the settings of the run.
  ///   - store: the store to train on.
  /// - Returns: the model.
  /// - Throws: `GasError` if the store lacks features or labels, is damaged, or the model would take more memory than
  ///   there is.
  public static func make(_ settings: RunSettings, for store: Store) throws -> any GraphModel {
    try inUnits(of: store, makeModel(settings, for: store), split: settings.split)
  }

  /// A model whose outputs are in the units of a store's labels.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - model: a model of one's own.
  ///   - split: the number of the split to train on.
  /// - Returns: if labels are real values, a `StandardisedModel` with the mean and deviation of the training nodes; the
  ///   model itself otherwise.
  /// - Throws: `GasError` if labels or splits are damaged.
  public static func inUnits(of store: Store, _ model: any GraphModel, split: Int = 0) throws -> any GraphModel {
    guard store.manifest.labels?.kind == .values else { return model }
    let scale = try TargetScale(store, split: split)
    return StandardisedModel(model, means: scale.means, deviations: scale.deviations)
  }

  private static func makeModel(_ settings: RunSettings, for store: Store) throws -> any GraphModel {
    let shape = try shape(settings, store)
    if let maker = maker(of: settings.model) { return try maker(settings, ownShape(shape, settings, store)) }
    // Weights have a random stream of their own, so that they do not depend on what else is drawn from the seed.
    var random = SeededRandom(seed: settings.seed, stream: 0x77_65_69_67_68_74_73)
    switch settings.model {
    case "gcn": return GCN(shape, random: &random)
    case "sage": return GraphSAGE(shape, random: &random)
    case "gat":
      return GAT(
        shape, heads: settings.heads, outputHeads: settings.outHeads, edgeWidth: edgeWidth(settings, store),
        weighted: settings.edgeValues.usesWeights && store.manifest.weighted, random: &random)
    case "appnp":
      return APPNP(
        features: shape.features, hidden: shape.hidden, classes: shape.classes, propagations: shape.layers,
        alpha: settings.alpha, dropout: shape.dropout, edgeWeightUse: shape.edgeWeightUse, random: &random)
    case "gcnii":
      return GCNII(
        shape, alpha: settings.alpha, theta: settings.theta, sharesWeights: settings.sharedWeights, random: &random)
    case "gin": return GIN(shape, lipschitz: settings.lipschitz, random: &random)
    case "pna", "pna-jk":
      return PNA(
        shape, aggregators: settings.aggregators.compactMap(Aggregator.init(rawValue:)),
        scalers: settings.scalers.compactMap(DegreeScaler.init(rawValue:)), meanLogDegree: try meanLogDegree(of: store),
        jumps: settings.model == "pna-jk", random: &random)
    case "mlp": return MLP(shape, random: &random)
    default: throw unknown(settings)
    }
  }

  private static func shape(_ settings: RunSettings, _ store: Store) throws -> StackShape {
    guard let features = store.manifest.features, let labels = store.manifest.labels else {
      throw GasError(
        "the store has no \(store.manifest.features == nil ? "features" : "labels")", file: store.path,
        advice: store.adviceToIngest(store.manifest.features == nil ? .features : .labels))
    }
    try ModelSize.check(settings, store)
    var shape = StackShape(
      features: features.width, hidden: settings.hidden, classes: labels.classCount, layers: settings.layers,
      dropout: settings.dropout)
    shape.dropsInput = settings.dropInput
    shape.norm = settings.usedNorm
    shape.isResidual = settings.residual
    shape.hasOuterLinears = settings.linear
    shape.edgeWeightUse = settings.edgeValues.usesWeights ? .values : .none
    return shape
  }

  private static func ownShape(_ shape: StackShape, _ settings: RunSettings, _ store: Store) -> ModelShape {
    ModelShape(
      stack: shape, edgeFeatures: edgeWidth(settings, store),
      isWeighted: settings.edgeValues.usesWeights && store.manifest.weighted)
  }

  private static func edgeWidth(_ settings: RunSettings, _ store: Store) -> Int {
    settings.edgeValues.usesFeatures ? store.manifest.edgeFeatures?.width ?? 0 : 0
  }

  /// Mean of log(d + 1) over all nodes, d the length of a node's list: one pass over the mapped degrees.
  private static func meanLogDegree(of store: Store) throws -> Double {
    let degrees = store.column(.degrees).values
    var sum = 0.0
    for partition in store.partitions.indices {
      let rows = store.partitions.nodes(partition)
      sum += try degrees.rows(rows, as: UInt32.self).reduce(0) { $0 + log(Double($1) + 1) }
      degrees.release(rows: rows)
    }
    return sum / Double(max(1, store.nodeCount))
  }
}
