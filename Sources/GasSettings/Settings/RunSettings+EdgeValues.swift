import GasBase
import GasStore

extension RunSettings {
  /// Values of a store's edges that a model uses beside their ends.
  public enum EdgeValues: String, SettingValue, CaseIterable {
    /// All that it can use.
    case auto
    /// Weights alone.
    case weights
    /// Features alone.
    case features
    /// Nothing: as if all edges were alike.
    case none

    /// Whether weights are used, if the store has them and the model can.
    public var usesWeights: Bool { self == .auto || self == .weights }
    /// Whether features are used, if the store has them and the model can.
    public var usesFeatures: Bool { self == .auto || self == .features }
  }

  private static let weightUsers = modelNames.filter { $0 != "mlp" }
  private static let edgeFeatureUsers = ["gat"]

  /// Refuses edge values that were asked for by name and that the model does not use or the store does not have. A
  /// model of one's own may use all of them.
  ///
  /// - Parameter store: the store to train on.
  /// - Throws: `GasError` naming the setting.
  package func checkEdgeValues(of store: Store) throws {
    switch self.edgeValues {
    case .auto, .none: return
    case .weights:
      try checkUse(by: Self.weightUsers)
      try checkPresence(store.manifest.weighted, in: store, .edgeWeights)
    case .features:
      try checkUse(by: Self.edgeFeatureUsers)
      try checkPresence(store.manifest.edgeFeatures != nil, in: store, .edgeFeatures)
    }
  }

  private func checkUse(by users: [String]) throws {
    guard Self.modelNames.contains(self.model), !users.contains(self.model) else { return }
    throw GasError(
      "\(self.model) uses no edge \(self.edgeValues.rawValue), which edge-values asks for",
      advice: "they are used by \(users.joined(separator: ", ")); leave edge-values at auto, or none")
  }

  private func checkPresence(_ isThere: Bool, in store: Store, _ part: MissingPart) throws {
    guard !isThere else { return }
    throw GasError(
      "the store has no edge \(self.edgeValues.rawValue), which edge-values asks for", file: store.path,
      advice: store.adviceToIngest(part) + ", or leave edge-values at auto")
  }

  /// Whether weights and whether features of edges are used, of those that the store has.
  package func edgeValuesUsed(on store: Store) -> [Bool] {
    let isOwn = !Self.modelNames.contains(self.model)
    return [
      self.edgeValues.usesWeights && store.manifest.weighted && (isOwn || Self.weightUsers.contains(self.model)),
      self.edgeValues.usesFeatures && store.manifest.edgeFeatures != nil
        && (isOwn || Self.edgeFeatureUsers.contains(self.model)),
    ]
  }
}
