import GasBase
import GasSettings

/// What is given may tell more than the file does, and nothing else than it: with one of both, the weights would
/// compute what nobody has trained.
extension TorchFile {
  /// Refuses what is given and the metadata have otherwise.
  ///
  /// - Parameter given: what a person gives.
  /// - Throws: `GasError` that names the first setting of which there are two values, and both.
  func checkAgreement(of given: GivenSettings) throws {
    let table = RunSettings.table
    guard let model = known[table.model.key] as? String else { return }
    if let name = given[table.model.key] as? String, ModelName.canonical(name) != model {
      throw contradiction(table.model.key, model, name)
    }
    let asked = try given.with(model: model).resolve(for: nil).resolved
    if let preset = try asked.preset.map(Preset.named), preset.settings.model != model {
      throw contradiction(table.model.key, model, preset.settings.model, of: asked.preset)
    }
    let said = try GivenSettings(configFile: nil, flags: [:]).completed(by: known).resolve(for: nil).resolved
    for row in RunSettings.modelSettings where known[row.key] != nil && !row.isEqual(in: asked, and: said) {
      let isNamed = given[row.key] != nil || (row.key == table.norm.key && given[table.batchNorm.key] != nil)
      // Models that have linear layers anyway say so in a file; a preset does not have to.
      let isOfPreset = asked.preset != nil && ![table.edgeValues.key, table.linear.key].contains(row.key)
      guard isNamed || isOfPreset, row.key != table.edgeValues.key || !usesSameEdgeValues(asked, said) else { continue }
      throw contradiction(row.key, row.text(in: said), row.text(in: asked), of: isNamed ? nil : asked.preset)
    }
  }

  /// Whether the model used as much of the edges that it was trained on as is asked for.
  private func usesSameEdgeValues(_ asked: RunSettings, _ said: RunSettings) -> Bool {
    let (one, other) = (asked.edgeValues, said.edgeValues)
    return (origin?.weighted == false || one.usesWeights == other.usesWeights)
      && (origin?.edgeFeatures == 0 || one.usesFeatures == other.usesFeatures)
  }

  private func contradiction(_ key: String, _ said: String, _ given: String, of preset: String? = nil) -> GasError {
    GasError(
      expected: "\(key) \(said), as the file's metadata say",
      found: "\(key) \(given.excerpt)\(preset.map { " of preset \($0)" } ?? "")", file: path,
      advice: "leave \(preset == nil ? key : "the preset") out; if the metadata are wrong, take them out of the file")
  }
}
