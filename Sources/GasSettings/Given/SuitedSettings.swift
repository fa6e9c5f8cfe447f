import GasBase
import GasMetrics
import GasStore

/// Settings that suit a store, for those that nobody gave.
///
/// The standards of `SettingTable` are those of the paper's citation graphs, where few nodes have a label. They hold
/// back a model that has many labels to learn from. So the model and what it learns with are chosen by how many labels
/// there are, and the length of a run by what a step takes. Settings come in groups: whoever gives one of a group has a
/// recipe of their own, and the rest of the group stays at its standards, so that a command line with a recipe means
/// the same on every store. A preset is a recipe too.
///
/// Source: measured on real graphs, docs/defaults.md.
public struct SuitedSettings: Sendable {
  /// A setting that was chosen.
  public struct Choice: Codable, Equatable, Sendable {
    /// The setting's name.
    public var setting: String
    /// Its value, as a person would write it.
    public var value: String
    /// Why it was chosen.
    public var reason: String
  }

  /// What was chosen, in the order of the settings' table.
  public private(set) var choices: [Choice] = []
  private var settings: RunSettings

  /// What a model learns with.
  private static let recipe: Set<String> = [
    "layers", "hidden", "dropout", "drop-input", "batch-norm", "norm", "residual", "linear", "heads", "out-heads",
    "alpha", "theta", "shared-weights", "aggregators", "scalers", "lipschitz", "lr", "schedule", "weight-decay",
    "outer-weight-decay", "clip", "edge-dropout", "focal-gamma",
  ]
  /// How long a run trains.
  private static let length: Set<String> = ["epochs", "patience", "schedule", "evaluate-every", "max-steps"]

  /// Many labels: at least so many to train on, and so many for each class.
  private static let (many, manyAClass) = (1000, 50)
  /// Labels from which on batch norm helps; with fewer, as on Cora, models learn the training nodes by heart.
  private static let manyForNorm = 4000

  /// Chooses nothing.
  init(_ settings: RunSettings) { self.settings = settings }

  /// Chooses what was not given, in one pass over labels and split.
  ///
  /// - Parameters:
  ///   - settings: the settings that were given, and standards.
  ///   - given: the names of the settings that were given.
  ///   - store: the store to train on. One without labels gets no choices, since it cannot be trained on.
  /// - Throws: `GasError` if labels or split of the store are damaged.
  init(_ settings: RunSettings, given: Set<String>, for store: Store) throws {
    self.settings = settings
    guard settings.preset == nil, let labels = store.manifest.labels else { return }
    let counts = try LabelCounts(store, split: settings.split)
    let aClass = labels.kind == .single ? counts.train.labelled / max(1, labels.classCount) : counts.train.labelled
    // Whoever writes a model of their own has a recipe for it.
    let hasRecipe = !given.isDisjoint(with: Self.recipe) || !RunSettings.modelNames.contains(settings.model)
    if counts.train.labelled >= Self.many && aClass >= Self.manyAClass && !hasRecipe {
      let reason = "\(counts.train.labelled) nodes have a label to train on"
      if !given.contains("model") { choose(\.model, "sage", reason) }
      choose(\.hidden, 128, reason)
      choose(\.weightDecay, 0, reason)
      if counts.train.labelled >= Self.manyForNorm && self.settings.uses(\.norm) {
        choose(\.norm, .batch, "\(counts.train.labelled) labels are enough for batch norm")
        self.settings.batchNorm = true
      }
    }
    guard given.isDisjoint(with: Self.length) else { return }
    let isOneStep = self.settings.wantedPartitions(of: store) == store.partitions.count
    let reason = isOneStep ? "an epoch is one step" : "an epoch is many steps"
    if isOneStep { choose(\.epochs, 300, reason) }
    if counts.val.labelled > 0 || settings.valStore != nil { choose(\.patience, isOneStep ? 50 : 20, reason) }
  }

  private mutating func choose<Value>(
    _ row: KeyPath<SettingTable, Setting<Value>>, _ value: Value, _ reason: String
  ) {
    settings[dynamicMember: row] = value
    choices.append(.init(setting: RunSettings.table[keyPath: row].key, value: value.settingText, reason: reason))
  }

  /// The settings that were given, those that were chosen, and standards.
  public var resolved: RunSettings { settings }
}

extension [SuitedSettings.Choice] {
  /// A line for each reason, with what was chosen for it.
  public var lines: [String] {
    var reasons: [(reason: String, texts: [String])] = []
    for choice in self {
      let text = "\(choice.setting) \(choice.value)"
      if let place = reasons.firstIndex(where: { $0.reason == choice.reason }) {
        reasons[place].texts.append(text)
      } else {
        reasons.append((choice.reason, [text]))
      }
    }
    return reasons.map { "\($0.texts.joined(separator: ", ")): \($0.reason)" }
  }
}
