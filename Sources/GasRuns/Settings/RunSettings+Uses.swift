import GasBase

extension RunSettings {
  /// The models that `gas-run` knows.
  public static let modelNames = ["gcn", "sage", "gat", "appnp", "gcnii", "gin", "pna", "pna-jk", "mlp"]
  public static let aggregatorNames = ["mean", "max", "min", "std"]
  public static let scalerNames = ["identity", "amplification", "attenuation"]

  private static let stacks = modelNames.filter { $0 != "appnp" && $0 != "mlp" }

  /// Which models use a setting; all of them, where it is not listed.
  public static let users: [CodingKeys: [String]] = [
    .dropInput: stacks + ["mlp"], .batchNorm: stacks, .residual: stacks.filter { $0 != "gin" },
    .linear: ["gcn", "sage"], .keepAggregate: ["gcn", "sage"], .heads: ["gat"], .outHeads: ["gat"],
    .alpha: ["appnp", "gcnii"], .theta: ["gcnii"], .sharedWeights: ["gcnii"], .aggregators: ["pna", "pna-jk"],
    .scalers: ["pna", "pna-jk"], .lipschitz: ["gin"], .edgeDropout: modelNames.filter { $0 != "mlp" },
    .historyType: modelNames.filter { $0 != "mlp" }, .haloWindows: modelNames.filter { $0 != "mlp" },
  ]

  /// Which schedules use a setting.
  static let scheduleUsers: [CodingKeys: [Schedule]] = [
    .schedulePatience: [.plateau], .scheduleFactor: [.plateau, .step], .scheduleStep: [.step],
    .leastLearningRate: [.plateau, .cosine],
  ]

  /// Refuses settings that would be without effect.
  ///
  /// - Parameter given: what was asked for, as opposed to what a preset or a default brought.
  /// - Throws: `GasError` naming the setting and whose it is. A model of one's own may use all of them.
  func checkUse(of given: [String], file: String?) throws {
    for key in given.sorted().compactMap(CodingKeys.init(rawValue:)) {
      if Self.modelNames.contains(model), let models = Self.users[key], !models.contains(model) {
        throw Self.unused(key, by: model, models, file)
      }
      if let schedules = Self.scheduleUsers[key], !schedules.contains(schedule) {
        throw Self.unused(key, by: "schedule \(schedule.rawValue)", schedules.map { "schedule \($0.rawValue)" }, file)
      }
    }
  }

  private static func unused(_ key: CodingKeys, by user: String, _ users: [String], _ file: String?) -> GasError {
    let last = users.count > 1 ? " and \(users[users.count - 1])" : ""
    let first = users.count > 1 ? users.dropLast().joined(separator: ", ") : users[0]
    return GasError("\(user) takes no \(key.rawValue)", file: file, advice: "it is a setting of \(first)\(last)")
  }
}
