import GasBase

extension RunSettings {
  /// The models that `gas-run` knows.
  public static let modelNames = ["gcn", "sage", "gat", "appnp", "gcnii", "gin", "pna", "pna-jk", "mlp"]
  /// The aggregators that models take.
  public static let aggregatorNames = ["mean", "max", "min", "std"]
  /// The scalers that models take.
  public static let scalerNames = ["identity", "amplification", "attenuation"]

  /// Models that have a linear layer before and one behind their convolutions, whatever the setting `linear` says.
  package static let modelsWithLinears = ["gcnii", "gin", "pna-jk"]

  /// Refuses settings that would be without effect. A model of one's own may use all of them.
  ///
  /// - Parameters:
  ///   - given: the keys that were asked for, as opposed to those of a preset or a default.
  ///   - file: the file that they were read from, for messages.
  /// - Throws: `GasError` naming the setting and the models or schedules that use it.
  func checkUse(of given: [String], file: String?) throws {
    if given.contains(Self.table.linear.key), !self.linear, Self.modelsWithLinears.contains(self.model) {
      throw GasError("\(self.model) always has its linear layers", file: file, advice: "leave linear out")
    }
    for row in Self.table.rows.sorted(by: { $0.key < $1.key }) where given.contains(row.key) {
      if Self.modelNames.contains(self.model), let models = row.models, !models.contains(self.model) {
        throw Self.unused(row.key, by: self.model, models, file)
      }
      if let schedules = row.schedules, !schedules.contains(self.schedule) {
        let users = schedules.map { "schedule \($0.rawValue)" }
        throw Self.unused(row.key, by: "schedule \(self.schedule.rawValue)", users, file)
      }
    }
  }

  /// Whether the model uses a setting; a model of one's own may use all.
  package func uses<Value>(_ row: KeyPath<SettingTable, Setting<Value>>) -> Bool {
    guard Self.modelNames.contains(self.model) else { return true }
    return Self.table[keyPath: row].models?.contains(self.model) ?? true
  }

  /// Whether a run uses a setting at all, as its model and its schedule are; a model of one's own may use all.
  package func uses(_ row: any SettingRow) -> Bool {
    let isOfModel = !Self.modelNames.contains(self.model) || row.models?.contains(self.model) ?? true
    return isOfModel && row.schedules?.contains(self.schedule) ?? true
  }

  private static func unused(_ key: String, by user: String, _ users: [String], _ file: String?) -> GasError {
    let last = users.count > 1 ? " and \(users[users.count - 1])" : ""
    let first = users.count > 1 ? users.dropLast().joined(separator: ", ") : users[0]
    return GasError("\(user) takes no \(key)", file: file, advice: "it is a setting of \(first)\(last)")
  }
}
