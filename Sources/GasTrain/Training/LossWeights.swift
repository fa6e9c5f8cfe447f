import GasBase
import GasRuns
import GasStore

/// The weights of classes in the loss, and what else of it follows from a store and the settings.
///
/// Balanced weights, n training nodes and n_c of them in class c of C: n / (C · n_c) with single labels; with multiple
/// labels (n − n_c) / n_c for a positive target, n the training nodes of which this label is known, so that both kinds
/// of targets count alike (as PyTorch's BCEWithLogitsLoss proposes for pos_weight). A class without training nodes
/// keeps weight 1: it is never used. Sample weights play no part in them.
enum LossWeights {
  /// Checks settings of the loss against the labels of a store.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - store: the store to train on.
  /// - Throws: `GasError` if there are weights for another number of classes, or settings of classes where labels are
  ///   real values.
  static func check(_ settings: RunSettings, _ store: Store) throws {
    guard let labels = store.manifest.labels else { return }
    if labels.kind == .values {
      try refuse("class-weights", settings.classWeights != .none, store)
      try refuse("focal-gamma", settings.focalGamma > 0, store)
    }
    guard case .values(let values) = settings.classWeights, values.count != labels.classCount else { return }
    throw GasError(
      expected:
        "class-weights for the \(labels.classCount == 1 ? "one class" : "\(labels.classCount) classes") of the store",
      found: "\(values.count)",
      file: store.path)
  }

  private static func refuse(_ setting: String, _ isGiven: Bool, _ store: Store) throws {
    guard isGiven else { return }
    throw GasError(
      "the labels are real values, and \(setting) is a setting of classes", file: store.path,
      advice: "leave out --\(setting)")
  }

  /// What a run's loss is made of.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - settings: the run's settings.
  /// - Returns: weights, focus and scales.
  /// - Throws: `GasError` if the settings do not suit the labels, or labels or split are damaged.
  static func loss(_ store: Store, _ settings: RunSettings) throws -> TrainingLoss {
    var loss = TrainingLoss()
    loss.classWeights = try of(store, settings)
    loss.focalGamma = Float(settings.focalGamma)
    if store.manifest.labels?.kind == .values {
      loss.columnScales = try TargetScale(store, split: settings.split).deviations.map { 1 / $0 }
    }
    return loss
  }

  /// The weights of a run's classes.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - settings: the run's settings.
  /// - Returns: a weight for each class; `nil` if all count alike.
  /// - Throws: `GasError` if the settings do not suit the labels, or labels or split are damaged.
  static func of(_ store: Store, _ settings: RunSettings) throws -> [Float]? {
    var settings = settings
    settings.classWeights = try settings.classWeights.loaded()
    try check(settings, store)
    switch settings.classWeights {
    case .none: return nil
    case .values(let values): return values.map { Float($0) }
    case .balanced: return try balanced(store, split: settings.split)
    case .file: preconditionFailure("loaded weights are values")
    }
  }

  private static func balanced(_ store: Store, split: Int) throws -> [Float] {
    let counts = try ClassSizes(store, split: split)[.train]
    let isMulti = store.manifest.labels?.kind == .multi
    return counts.positives.indices.map { label in
      let (count, known) = (counts.positives[label], counts.known[label])
      if count == 0 { return 1 }
      return isMulti ? Float(known - count) / Float(count) : Float(known) / Float(counts.positives.count * count)
    }
  }
}
