import GasBase

extension RunSettings {
  /// The settings that say what a model computes, as opposed to how it is trained and carried out; `batch-norm` says
  /// the same as `norm`.
  package static var modelSettings: [any SettingRow] {
    [
      table.model, table.layers, table.hidden, table.dropout, table.dropInput, table.norm, table.residual, table.linear,
      table.heads, table.outHeads, table.alpha, table.theta, table.sharedWeights, table.aggregators, table.scalers,
      table.edgeValues,
    ]
  }

  /// The settings that have a meaning for weights that were trained elsewhere: what the model computes, the preset that
  /// may tell it, the split whose nodes are scored, and the size of batches, on which the last bits of outputs depend.
  package static var importSettings: [any SettingRow] {
    modelSettings + [table.batchNorm, table.preset, table.batchPartitions, table.split]
  }

  /// Whether a setting has a meaning for weights that were trained elsewhere.
  package static func isOfImport(_ key: String) -> Bool { importSettings.contains { $0.key == key } }

  /// Whether the value of a setting is known of weights that were trained elsewhere: it decides what they compute now.
  /// A module that is made of the run has its dropout, but with which one the weights were trained nobody says.
  package static func isKnownOfImport(_ key: String) -> Bool {
    isOfImport(key) && ![table.dropout.key, table.dropInput.key, table.preset.key].contains(key)
  }

  /// The settings of an imported run: what a preset says of training is left out, and so is its name.
  package var importable: RunSettings {
    var settings = RunSettings()
    for row in Self.importSettings where row.key != Self.table.preset.key { row.copy(self, to: &settings) }
    return settings
  }
}
