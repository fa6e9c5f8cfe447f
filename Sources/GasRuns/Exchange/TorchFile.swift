import FoundationEssentials
import GasBase
import GasFormats
import GasNN
import GasSettings
import GasStore

/// A safetensors file of weights with the names and in the layout of PyTorch Geometric. The metadata of files that this
/// project writes says under `gas`, as JSON, what the model is; files of others need not have it.
package struct TorchFile {
  /// The tensors, by their names there.
  package let tensors: [String: Safetensors.Tensor]
  /// The names of tensors that were float16, bfloat16 or float64, with their types; they are float32 here.
  package let converted: [String: String]
  let path: String
  /// The settings that the metadata have; none without metadata.
  let known: [String: Any]
  /// What the metadata say of the store that was trained on; `nil` without any.
  let origin: Origin?

  private static let key = "gas"

  /// Reads a file.
  ///
  /// - Parameter path: the file's path.
  /// - Throws: `GasError` if it cannot be read, is damaged, or has tensors of other types.
  package init(reading path: String) throws {
    let file = try Safetensors(converting: path, leavingOut: TorchName.isIgnored)
    (tensors, converted, self.path) = (file.tensors, file.converted, path)
    known = try file.metadata[Self.key].map { try Self.settings($0, path) } ?? [:]
    origin = try file.metadata[Self.key].map { try Self.origin($0, path) }
  }

  private static func settings(_ text: String, _ path: String) throws -> [String: Any] {
    guard let object = try? JSONDecoder().decode([String: PlainValue].self, from: Data(text.utf8)),
      case .table(let settings) = object[Description.settingsKey]
    else { throw strange(text, path) }
    let keys = RunSettings.modelSettings.map(\.key)
    return settings.filter { keys.contains($0.key) }.mapValues(\.any)
  }

  /// What metadata say of the store that the model was trained on.
  struct Origin: Decodable {
    let realValues: Bool
    /// What its labels were; `nil` where the file does not say more than `realValues`.
    let labels: Manifest.Labels.Kind?
    /// Whether its edges had weights; `nil` where the file does not say.
    let weighted: Bool?
    /// The number of features of an edge that the model used; `nil` where the file does not say.
    let edgeFeatures: Int?

    enum CodingKeys: String, CodingKey {
      case realValues = "real-values"
      case edgeFeatures = "edge-features"
      case labels, weighted
    }
  }

  private static func origin(_ text: String, _ path: String) throws -> Origin {
    guard let origin = try? JSONDecoder().decode(Origin.self, from: Data(text.utf8)),
      origin.labels.map({ ($0 == .values) == origin.realValues }) ?? true
    else { throw strange(text, path) }
    return origin
  }

  private static func strange(_ text: String, _ path: String) -> GasError {
    GasError(
      expected: "metadata \(key) as gas-run export writes it", found: text.excerpt, file: path,
      advice: "leave that key out of the metadata, and name the --model")
  }

  /// What the model makes of a store that is not like the one it was trained on.
  ///
  /// - Parameters:
  ///   - model: the model with the file's weights.
  ///   - name: its name.
  ///   - store: the store that the run will belong to.
  /// - Returns: a sentence about edge weights, where training may not have had the store's.
  package func notes(of model: any GraphModel, _ name: String, on store: Store) -> [String] {
    let origin = origin(of: name)
    guard model.edgeWeightUse == .values, model.graphForm != .nodesOnly else { return [] }
    switch (origin?.weighted, store.manifest.weighted) {
    case (true?, false): return ["\(name) was trained with edge weights; edges of the store, which has none, count 1"]
    case (false?, true): return ["\(name) was trained without edge weights; those of the store are used"]
    case (nil, true):
      return ["the edge weights of the store are used; no tensor shows whether \(name) was trained with them"]
    default: return []
    }
  }

  /// What is said of another model is nothing to this one.
  private func origin(of model: String) -> Origin? {
    (known[RunSettings.table.model.key] as? String) == model ? origin : nil
  }

  /// Compares the labels that the file was trained on, as far as it says, with those of a store. Files of earlier
  /// versions tell real values from others alone.
  ///
  /// - Parameters:
  ///   - model: the model's name.
  ///   - store: the store that the run will belong to.
  /// - Throws: `GasError` if they are of different kinds.
  package func checkLabels(_ model: String, on store: Store) throws {
    guard let kind = store.manifest.labels?.kind, let origin = origin(of: model) else { return }
    let advice = "import into a store with such labels"
    try LabelMark.check(origin.labels, kind, file: path, advice: advice)
    guard origin.labels == nil, origin.realValues != (kind == .values) else { return }
    throw GasError(
      expected: "weights that predict \(kind.words), as the labels of the store are",
      found: "those of a model of \(origin.realValues ? "real values" : "classes or several labels")", file: path,
      advice: advice)
  }

  /// The settings of the model: those that are given, then those that tensors or metadata tell, then the standards.
  ///
  /// - Parameters:
  ///   - given: what a person gives.
  ///   - store: the store that the run will belong to.
  /// - Returns: the settings, and those that nothing but the standard decided though they change what is computed.
  /// - Throws: `GasError` if there is no model, or a setting is missing, wrong or of another model.
  package func settings(
    given: GivenSettings, for store: Store
  ) throws -> (settings: RunSettings, assumed: [String]) {
    let name = (given[RunSettings.table.model.key] ?? known[RunSettings.table.model.key]) as? String
    guard let name = try name ?? (given["preset"] as? String).map({ try Preset.named($0).settings.model }) else {
      throw GasError(
        expected: "the name of a model", found: "none, nor in the file's metadata", file: path,
        advice: "pass --model with one of \(RunSettings.modelNames.joined(separator: ", "))")
    }
    let model = ModelName.canonical(name)
    try checkAgreement(of: given)
    guard RunSettings.modelNames.contains(model) else {
      let isGiven = given[RunSettings.table.model.key] != nil
      throw GasError(
        expected: "model \(RunSettings.modelNames.joined(separator: ", "))", found: "\"\(name.excerpt)\"",
        file: isGiven ? nil : path, advice: name.suggestion(of: RunSettings.modelNames))
    }
    let shapes = TorchShapes(model, tensors)
    let told: [String: Any] = shapes.settings(
      edgeFeatures: store.manifest.edgeFeatures?.width ?? 0, weighted: store.manifest.weighted)
    // What one file says of another model is nothing to this one.
    let isKnown = (known[RunSettings.table.model.key] as? String) == model
    let all = given.with(model: model).completed(by: told.merging(isKnown ? known : [:]) { $1 })
    if let missing = shapes.untold.first(where: { all[$0] == nil && all["preset"] == nil }) {
      throw GasError(
        "\(missing) of \(model) is not known: no tensor shows it", file: path,
        advice: "pass --\(missing) as the weights were trained with")
    }
    let settings = try all.resolve(for: nil).resolved.importable
    let residual = RunSettings.table.residual
    let isAssumed = all[residual.key] == nil && settings.uses(\.residual) && settings.layers > 1
    return (settings, isAssumed ? [residual.key] : [])
  }

  /// Metadata of a file that is written.
  ///
  /// - Parameters:
  ///   - settings: the settings of the model.
  ///   - model: made with them.
  ///   - store: the store that it was trained on.
  /// - Returns: texts that are the same for the same model.
  /// - Throws: `EncodingError` if a number is not finite.
  package static func metadata(
    _ settings: RunSettings, _ model: any GraphModel, trainedOn store: Store
  ) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let description = Description(settings: settings, model: model, store: store)
    return ["format": "pt", key: String(decoding: try encoder.encode(description), as: UTF8.self)]
  }

  /// What a file says of its model: all that is needed to make the module again.
  private struct Description: Encodable {
    let settings: RunSettings
    let model: any GraphModel
    let store: Store

    static let settingsKey = "settings"

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: SettingKey.self)
      func key(_ name: String) -> SettingKey { SettingKey(stringValue: name) }
      var settings = settings
      if RunSettings.modelsWithLinears.contains(settings.model) { settings.linear = true }
      var inner = container.nestedContainer(keyedBy: SettingKey.self, forKey: key(Self.settingsKey))
      for row in RunSettings.modelSettings where row.models?.contains(settings.model) ?? true {
        try row.encode(settings, to: &inner)
      }
      try container.encode(store.manifest.features?.width ?? 0, forKey: key("features"))
      try container.encode(store.manifest.labels?.classCount ?? 0, forKey: key("outputs"))
      try container.encode(
        model.usesEdgeFeatures ? store.manifest.edgeFeatures?.width ?? 0 : 0, forKey: key("edge-features"))
      try container.encode("\(model.edgeWeightUse)", forKey: key("edge-weights"))
      try container.encodeIfPresent(store.manifest.labels?.kind, forKey: key("labels"))
      try container.encode(store.manifest.labels?.kind == .values, forKey: key("real-values"))
      try container.encode(store.manifest.weighted, forKey: key("weighted"))
    }
  }
}
