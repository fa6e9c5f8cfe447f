import GasNN
import GasSettings
import GasStore

/// Sentences about a model and the edges of a store that a person may not expect: values that are there and not used,
/// and values that are used otherwise than they are stored.
public struct EdgeNotes {
  private let settings: RunSettings
  private let model: any GraphModel
  private let training: Store

  /// Prepares the notes of a run.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - model: made with these settings for `training`.
  ///   - training: the store that the run belongs to.
  public init(_ settings: RunSettings, _ model: any GraphModel, trainedOn training: Store) {
    (self.settings, self.model, self.training) = (settings, model, training)
  }

  /// The notes about a store.
  ///
  /// - Parameter store: the store that the model is used on.
  /// - Returns: a sentence each; none where there is nothing to say.
  public func lines(on store: Store) -> [String] {
    [otherDirection(store), unusedWeights(store), unusedFeatures(store), otherWeights(store), loops(store)]
      .compactMap { $0 }
  }

  private var name: String { settings.model }

  private func owner(_ store: Store) -> String { store === training ? "the store" : store.path }

  private func otherDirection(_ store: Store) -> String? {
    guard model.graphForm != .nodesOnly, store.manifest.directed != training.manifest.directed else { return nil }
    let ways = ["go both ways", "keep their directions"]
    let (own, other) = store.manifest.directed ? (ways[0], ways[1]) : (ways[1], ways[0])
    return "the run was trained on a store whose edges \(own); those of \(owner(store)) \(other), as it was ingested"
  }

  private func unusedWeights(_ store: Store) -> String? {
    // Runs from before this setting say `features`, whether their store had weights or not.
    let isOnPurpose = !settings.edgeValues.usesWeights && (settings.edgeValues == .none || training.manifest.weighted)
    guard store.manifest.weighted, model.edgeWeightUse == .none, !isOnPurpose else { return nil }
    if model.graphForm == .nodesOnly {
      return "\(name) uses no edges, nor the edge weights that \(owner(store)) has"
    }
    return "\(name) does not use the edge weights of \(owner(store)): the run was trained on a store without"
  }

  private func unusedFeatures(_ store: Store) -> String? {
    guard let width = store.manifest.edgeFeatures?.width, !model.usesEdgeFeatures, settings.edgeValues.usesFeatures
    else { return nil }
    let reason = name == "gat" ? "the run was trained on a store without" : "gat does"
    return "\(name) does not use the edge features (\(width) an edge) of \(owner(store)): \(reason)"
  }

  /// Notes weights that are values of the adjacency, which stages take with weights and without.
  private func otherWeights(_ store: Store) -> String? {
    guard model.edgeWeightUse == .values, model.graphForm != .nodesOnly,
      store.manifest.weighted != training.manifest.weighted
    else { return nil }
    return store.manifest.weighted
      ? "\(name) was trained on a store without edge weights; those of \(owner(store)) are used"
      : "\(name) was trained on a store with edge weights; edges of \(owner(store)), which has none, count 1"
  }

  private func loops(_ store: Store) -> String? {
    let count = store.manifest.selfLoopCount
    guard [.selfLoops, .symmetric].contains(model.graphForm), count > 0, count < store.nodeCount else { return nil }
    let own = (count == 1 ? "the 1 self-loop" : "the \(count) self-loops") + " of \(owner(store))"
    let added = "\(name) adds a self-loop to each node that has none"
    var values: [String] = []
    if store.manifest.weighted {
      switch model.edgeWeightUse {
      case .values: values.append("weight (1 for those that are added)")
      case .feature: values.append("weight (the mean of the node's weights for those that are added)")
      case .none: break
      }
    }
    if model.usesEdgeFeatures { values.append("edge features (0 for those that are added)") }
    guard !values.isEmpty else { return "\(added), so \(own) \(count == 1 ? "makes" : "make") no difference" }
    return "\(added); \(own) \(count == 1 ? "keeps its" : "keep their") \(values.joined(separator: " and "))"
  }
}
