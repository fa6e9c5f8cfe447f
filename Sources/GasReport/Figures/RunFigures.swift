import FoundationEssentials
import GasBase
import GasBatch
import GasFiles
import GasFormats
import GasMetrics
import GasNN
import GasRuns
import GasStore
import GasTrain

/// What a report shows of a run.
struct RunFigures {
  let summary: RunSummary
  let settings: RunSettings
  /// The run's result; `nil` where it has no checkpoint, as weights from elsewhere.
  let result: RunResult?
  /// A record for each epoch until the checkpoint.
  let records: [EpochRecord]
  /// The staleness that the latest evaluation found; `nil` where none has.
  let refresh: Refresh?
  /// Whether the model has layers between which rows are kept.
  let hasLayers: Bool
  /// Whether the histories are still there.
  let hasHistories: Bool
  /// What is known of scores before training.
  let report: ScoreReport
  /// Labelled nodes of the part that is shown.
  let shownCount: Int
  /// Whether each of them has all of its labels or values.
  let knowsAllLabels: Bool
  /// The epoch of the weights; `nil` where the file does not say.
  let weightsEpoch: Int?
  let parameterCount: Int
  /// How many ranks trained the latest epoch that is known of.
  var rankCount: Int { records.last?.ranks?.count ?? 1 }
  /// When the checkpoint was written, in seconds since 1970.
  let savedAt: Int?
  let outputs: OutputFigures
  let recipe: Recipe
  let cost: RunCost

  var name: String { summary.run }

  /// Reads a run, and computes its outputs.
  ///
  /// - Parameters:
  ///   - name: the run's name.
  ///   - store: the store that it is in.
  ///   - work: how outputs are computed.
  /// - Throws: `GasError` if there is no such run, it has no weights, or a file is damaged.
  init(_ name: String, of store: Store, _ work: OutputWork) throws {
    let folder = try RunFolder.open(in: store, name: name)
    (settings, summary) = try (folder.settings(), RunSummary(of: name, in: store))
    if let problem = summary.problem { throw GasError(problem) }
    try folder.checkEvaluationStores(settings)
    // Before the weights are read: of a run that goes on, they may be of a later epoch, and never of an earlier one.
    let state = try folder.hasCheckpoint ? Checkpoint(reading: folder.checkpoint) : nil
    result = try state.map { _ in try RunResult(reading: folder, of: store) }
    records = try state.map { try MetricsFile(folder.metrics, of: $0).records } ?? []
    refresh = try folder.latestRefresh()
    savedAt = Self.time(folder.hasCheckpoint ? folder.checkpoint : folder.model)
    let model = try ModelFactory.make(settings, for: store)
    try KeptWeights.best.read(folder, into: model)
    weightsEpoch = try Safetensors(reading: folder.model).metadata["epoch"].flatMap { Int($0) }
    parameterCount = model.parameters.reduce(0) { $0 + $1.value.count }
    hasLayers = model.stages.count > 1
    hasHistories = !folder.historyFiles.isEmpty
    let sizes = try ClassSizes(store, settings)
    report = try ScoreReport(store, settings)
    outputs = try OutputFigures(store, settings, model, sizes, work)
    let shownSizes = sizes[outputs.part]
    shownCount = shownSizes.labelled
    knowsAllLabels = shownSizes.known.allSatisfy { $0 == shownSizes.labelled }
    try folder.checkIsInPlace()
    recipe = try Recipe(settings, name, for: store)
    cost = summary.isImported ? RunCost() : RunCost(settings, store, work)
  }

  private static func time(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.modificationDate] as? Date).map { Int($0.timeIntervalSince1970) }
  }
}

extension RunFigures {
  /// The score that decided which weights are kept.
  var selected: Score { report.selection.score }
  /// The score that stands for all.
  var main: Score { Score.main(of: report.classCount == 0 ? .values : isMulti ? .multi : .single) }
  /// Whether nodes have several labels.
  var isMulti: Bool { outputs.meter.tally != nil }
  /// Scores that outputs have which do not look at a node, on the part that is shown.
  var baseline: PartScores? { outputs.part.map { report.baseline[$0] } ?? report.baseline.all }
  /// Scores of the part that is shown.
  var shown: PartScores? { outputs.part.map { outputs.scores[$0] } ?? outputs.scores.all }
  /// Whether the weights were trained elsewhere, so that nothing is known of how.
  var isImported: Bool { summary.isImported }
  /// What training recorded of the weights, if it did.
  var recorded: SplitScores? { weightsEpoch.flatMap(records.scores(ofEpoch:)) }
}

/// What a run takes: what training was seen to take, and what a plan says now.
struct RunCost {
  /// The plan, for as much memory as there is; `nil` where it cannot be made, or there was no training.
  let plan: RunPlan?
  /// Why there is no plan; `nil` where none is wanted.
  let problem: String?

  /// The cost of weights that were trained elsewhere, nobody knows how.
  init() { (plan, problem) = (nil, nil) }

  init(_ settings: RunSettings, _ store: Store, _ work: OutputWork) {
    do {
      var settings = settings
      settings.threads = work.threads
      let model = try ModelFactory.make(settings, for: store)
      plan = try RunPlan(
        .training, on: store, settings, model: model, memoryBytes: nil, timed: true, timingBytes: work.memoryBytes)
      problem = nil
    } catch {
      (plan, problem) = (nil, "\(error)")
    }
  }
}
