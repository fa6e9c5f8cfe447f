import ArgumentParser
import GasNN
import GasRuns
import GasStore

/// The settings of a run as flags, a line for each row of `SettingTable`, which has their names, help and values.
/// Properties have the same names as there. Each flag overrides the configuration file, which overrides the preset.
struct SettingFlags: ParsableArguments {
  @Option(\.model) var model: String?
  @OptionGroup var ofModel: ModelFlags
  @Option(\.lipschitz) var lipschitz: Double?

  @Option(\.epochs) var epochs: Int?
  @Option(\.learningRate) var learningRate: Double?
  @Option(\.schedule) var schedule: RunSettings.Schedule?
  @Option(\.schedulePatience) var schedulePatience: Int?
  @Option(\.scheduleFactor) var scheduleFactor: Double?
  @Option(\.scheduleStep) var scheduleStep: Int?
  @Option(\.leastLearningRate) var leastLearningRate: Double?
  @Option(\.weightDecay) var weightDecay: Double?
  @Option(\.outerWeightDecay) var outerWeightDecay: Double?
  @Option(\.clip) var clip: Double?
  @Option(\.classWeights) var classWeights: RunSettings.ClassWeights?
  @Option(\.focalGamma) var focalGamma: Double?
  @Option(\.edgeDropout) var edgeDropout: Double?
  @Option(\.precision) var precision: Precision?
  @Option(\.historyType) var historyType: RowEncoding?
  @Option(\.haloWindows) var haloWindows: RunSettings.HaloWindows?
  @Option(\.exchange) var exchange: RunSettings.Exchange?
  @Option(\.maxSteps) var maxSteps: Int?
  @Option(\.seed) var seed: UInt64?
  @Option(\.evaluateEvery) var evaluateEvery: Int?
  @Option(\.select) var select: RunSettings.ScoreChoice?
  @Option(\.patience) var patience: Int?

  @Option(\.threads) var threads: Int?
  @Flag(\.prefetch) var prefetch: Bool?
  @Flag(\.keepAggregate) var keepAggregate: Bool?
  @Option(\.checkpointSeconds) var checkpointSeconds: Double?
  @Flag(\.measureError) var measureError: Bool?
  @Option(\.measureScores) var measureScores: RunSettings.MeasuredScores?
  @Option(\.valStore, completion: .directory) var valStore: String?
  @Option(\.testStore, completion: .directory) var testStore: String?

  /// The values that were given, by the settings' keys.
  var values: [String: any SettingValue] { given(in: self).merging(ofModel.values) { own, _ in own } }
}

/// The flags that have a meaning for weights that were trained elsewhere, too (`RunSettings.importSettings`), but for
/// the model's name, of which there a single one is meant.
struct ModelFlags: ParsableArguments {
  @Option(\.preset) var preset: String?
  @Option(\.layers) var layers: Int?
  @Option(\.hidden) var hidden: Int?
  @Option(\.dropout) var dropout: Double?
  @Flag(\.dropInput) var dropInput: Bool?
  @Flag(\.batchNorm) var batchNorm: Bool?
  @Option(\.norm) var norm: NormKind?
  @Flag(\.residual) var residual: Bool?
  @Flag(\.linear) var linear: Bool?
  @Option(\.heads) var heads: Int?
  @Option(\.outHeads) var outHeads: Int?
  @Option(\.alpha) var alpha: Double?
  @Option(\.theta) var theta: Double?
  @Flag(\.sharedWeights) var sharedWeights: Bool?
  @Option(\.aggregators) var aggregators: [String]?
  @Option(\.scalers) var scalers: [String]?
  @Option(\.edgeValues) var edgeValues: RunSettings.EdgeValues?
  @Option(\.batchPartitions) var batchPartitions: RunSettings.BatchSize?
  @Option(\.split) var split: Int?

  /// The values that were given, by the settings' keys.
  var values: [String: any SettingValue] { given(in: self) }
}

/// The values of a group's own flags, by the settings' keys.
private func given(in flags: some ParsableArguments) -> [String: any SettingValue] {
  let pairs = Mirror(reflecting: flags).children.compactMap { child -> (String, any SettingValue)? in
    guard let label = child.label, let value = (child.value as? any GivenValue)?.given,
      let row = RunSettings.table.row(ofProperty: String(label.drop { $0 == "_" }))
    else { return nil }
    return (row.key, value)
  }
  return Dictionary(uniqueKeysWithValues: pairs)
}
