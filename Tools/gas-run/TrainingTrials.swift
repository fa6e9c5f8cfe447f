import GasBase
import GasFiles
import GasRuns
import GasStore
import GasTool
import GasTrain

/// `gas-run train --model auto`: a run for each of a few models, and a table that says which validates best.
struct TrainingTrials {
  let store: Store
  let given: GivenSettings
  let limits: MemoryOptions
  let events: TensorBoardFolder?
  let isVerbose: Bool
  let output: OutputOptions

  /// Trains them.
  ///
  /// - Parameters:
  ///   - name: the runs' name, behind which the model's stands; `nil` takes the first free of `auto-1`, `auto-2`, ….
  ///   - seconds: the time for all models.
  ///   - replacesExisting: whether runs of these names give way.
  /// - Throws: `GasError` if no model can be trained.
  func run(name: String?, seconds: Double, replacesExisting: Bool) throws {
    let name = try name ?? freeName()
    let found = FoundRuns(ModelTrials.models.map { "\(name)-\($0)" }, in: store)
    let trials = try ModelTrials(seconds: seconds, shouldStop: { StopSignals.isStopRequested }) { model, seconds in
      if output.showsProgress { ProgressLine.write("model \(model), \(Units.seconds(seconds))\n") }
      return try train(model, name: "\(name)-\(model)", seconds: seconds, replacesExisting, found)
    }
    try output.print(json: trials) { summary(trials) }
  }

  /// What `--plan` shows: the plan of each model.
  func showPlans() throws {
    for model in ModelTrials.models {
      let (settings, notes) = try settings(of: model)
      guard let plan = try limits.made(.training, store, settings, trainedOn: store) else { continue }
      if !output.json { ProgressLine.write("model \(model)\n") }
      try plan.show(notes, output)
    }
  }

  private func freeName() throws -> String {
    let names = try RunFolder.names(in: store)
    return (1...).lazy.map { "auto-\($0)" }.first { name in !names.contains { $0.hasPrefix(name + "-") } } ?? "auto"
  }

  private func settings(of model: String) throws -> (RunSettings, RunNotes) {
    let suited = try given.with(model: model).resolve(for: store)
    let made = try ModelFactory.make(suited.resolved, for: store)
    try Trainer.check(store, suited.resolved, model: made)
    return (suited.resolved, try RunNotes(training: store, suited.resolved, made).with(suited.choices))
  }

  private func train(
    _ model: String, name: String, seconds: Double, _ replacesExisting: Bool, _ found: FoundRuns
  ) throws -> RunResult {
    let (wanted, notes) = try settings(of: model)
    let plan = try limits.made(.training, store, wanted, trainedOn: store)
    let settings = wanted.settled(by: plan, store)
    let folder = try RunFolder.create(
      in: store, name: name, settings: settings, replaceExisting: replacesExisting, unlessLaterThan: found)
    return try TrainingSession.start(
      folder, in: store, settings, try ModelFactory.make(settings, for: store), keepingTo: plan, within: seconds,
      events: events, notes, isVerbose: isVerbose, output)
  }

  private func summary(_ trials: ModelTrials) -> String {
    let rows = trials.trials.map { trial in
      guard let result = trial.result else { return [trial.model, "–", trial.problem?.excerpt ?? "–"] }
      let score = result.selection.selection.score
      return [
        trial.model, result.run.printable(), "\(result.epochs)", "\(result.bestEpoch)",
        result.scores?.val?[score].map(score.text) ?? "–", result.scores?.test?[score].map(score.text) ?? "–",
      ] + (trial.model == trials.best ? ["best"] : [])
    }
    let score = trials.trials.lazy.compactMap(\.result).first?.selection.selection.score.name ?? "score"
    var lines = [
      TextTable([["model", "run", "epochs", "best epoch", "val \(score)", "test \(score)"]] + rows).description
    ]
    if let best = trials.trials.first(where: { $0.model == trials.best })?.result {
      lines.append("best           \(best.run.printable()), by \(score) of the validation nodes")
      lines.append(
        "next           " + CommandText.run("infer", store.path, "--run", best.run, "--scores", "scores.csv"))
    }
    return lines.joined(separator: "\n")
  }
}
