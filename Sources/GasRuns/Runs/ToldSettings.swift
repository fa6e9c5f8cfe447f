import GasSettings

/// The settings of a run, as far as they are known. Weights that were trained elsewhere tell what they compute; their
/// run has the standards in the place of all else, which are not shown as if somebody had chosen them.
public struct ToldSettings: Sendable {
  /// All settings of the run.
  public let settings: RunSettings
  /// Whether the weights were trained elsewhere.
  public let isImported: Bool

  /// Whether the value of a setting is known.
  ///
  /// - Parameter key: the setting's name.
  /// - Returns: true of every setting of a run that was trained here.
  public func knows(_ key: String) -> Bool { !isImported || RunSettings.isKnownOfImport(key) }

  /// What to show of a run by itself, as a person would write it: the settings that are no defaults; of weights from
  /// elsewhere those of the model, whatever they are, since defaults say nothing there.
  public var shown: [(key: String, value: String)] {
    guard isImported else { return settings.changes }
    // The model stands beside them, and `norm` says what `batch-norm` does.
    let others = [RunSettings.table.model.key, RunSettings.table.batchNorm.key]
    return RunSettings.table.rows.filter { row in
      knows(row.key) && !others.contains(row.key) && settings.uses(row)
    }.map { ($0.key, $0.text(in: settings)) }
  }
}

extension ToldSettings: Encodable {
  /// Writes the settings that are known under their names; of weights from elsewhere those that the model uses.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: SettingKey.self)
    for row in RunSettings.table.rows where knows(row.key) && (!isImported || settings.uses(row)) {
      try row.encode(settings, to: &container)
    }
  }
}
