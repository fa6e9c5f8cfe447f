import ArgumentParser
import GasBase
import GasRuns
import GasStore
import GasTool
import GasTrain

struct Train: RankedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a model on a store with GNNAutoScale.",
    discussion: """
      Every epoch visits shuffled groups of partitions; each group is a batch, and the rest of the graph enters through
      histories of the hidden layers. An exact evaluation follows. The best validation score (--select) picks the weights that are kept;
      among equal scores the lower validation loss (mean cross-entropy), then the earlier epoch. Weights from before training, which are
      scored as epoch 0, are kept only where no epoch was trained.
      Ctrl-C stops after the next evaluation, with a checkpoint; once more stops at once, and gas-run resume goes on from the last \
      checkpoint.

      With --val-store and --test-store validation and test scores come from other stores (inductive evaluation): graphs that
      training never sees, with features and labels of the same kind.

      --repeats trains several runs, NAME-1, NAME-2, …, each with a seed of its own and, where the store has several splits, on
      the next split, and prints mean ± deviation. Runs that are there with the same settings are kept, or continued if they were
      stopped: the same command goes on with a series.

      What is not given suits the store: which model learns from many labels or from few, how long, and whether the graph is one batch. What \
      was chosen, and why, is said; --plan says it too. Whoever gives one setting of a recipe (hidden, dropout, lr, …) keeps the rest of it at \
      the defaults below.

      --model auto --time 5min trains a few models for a fifth of the time each, NAME-mlp, NAME-gcn, …, and says which validates best.

      One process at a time writes to a run: another one that would make, replace or continue it is refused. A run that was killed before
      its first checkpoint gives way to a new one of its name without --overwrite.
      """)

  @Argument(help: "The store, a folder made by gas-ingest.", completion: .directory)
  var store: String
  @Option(
    name: .customLong("run"), help: "Name of the run. Default: the preset or the model, and the first free number.")
  var runName: String?
  @Option(
    help: "YAML file of settings, named as below without the dashes (batch-norm: true); flags override it.",
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?
  @Option(help: "Train so many runs, with seeds from --seed on.")
  var repeats: Int?
  @Option(
    help: ArgumentHelp(
      "Stop after this time, at the next evaluation, such as 5min; with --model auto, for all models. Default: no limit, and 5min.",
      valueName: "TIME"))
  var time: TimeLimit?
  @Flag(
    help:
      "Replace a run of the same name, unless a process trains it, its events in --tensorboard, and the file that --trace names."
  )
  var overwrite = false
  @OptionGroup(title: "Settings") var flags: SettingFlags
  @Flag(
    name: .customLong("continue"),
    help: """
      Make the run that --run names if it is not there, go on with it if it was stopped, and do nothing if it is complete: the same command \
      again, after whatever came between. Settings that are given must be the run's.
      """)
  var continues = false
  @OptionGroup var limits: MemoryOptions
  @OptionGroup var planned: RankPlanOptions
  @OptionGroup var runs: RunsOption
  @OptionGroup var scratch: ScratchOption
  @OptionGroup var telling: TellingOptions
  @OptionGroup var watch: WatchOptions
  @OptionGroup var events: TensorBoardFlag
  @OptionGroup var detail: VerboseFlag
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try planned.check(isPlan: limits.plan)
    if continues && runName == nil { throw ValidationError("--continue wants the name of the run: pass --run") }
    if continues && overwrite { throw ValidationError("--continue keeps a run that is there, --overwrite replaces it") }
    if continues && repeats != nil { throw ValidationError("--repeats goes on by itself: leave --continue out") }
    if let repeats, repeats < 1 { throw ValidationError("--repeats takes a count of at least 1, found \(repeats)") }
    if repeats != nil && watch.trace != nil { throw ValidationError("--trace is of one run, not of --repeats") }
    if repeats != nil && time != nil { throw ValidationError("--time is of one run, not of --repeats") }
  }

  /// Tries a few models, in five minutes unless there is a time.
  private func tryModels(_ opened: Store, _ given: GivenSettings, _ events: TensorBoardFolder?) throws {
    guard repeats == nil && watch.trace == nil && !continues else {
      throw GasError(
        "model auto trains several models: --repeats, --trace and --continue are of one",
        file: flags.model == nil ? config : nil,
        advice: "name a model")
    }
    let trials = TrainingTrials(
      store: opened, given: given, limits: limits, telling: telling, events: events, isVerbose: detail.verbose,
      output: output)
    guard planned.network == nil else {
      throw GasError("model auto plans several models, and --network is of one", advice: "name a model")
    }
    if limits.plan { return try trials.showPlans() }
    try trials.run(name: runName, seconds: time?.seconds ?? 300, replacesExisting: overwrite)
  }

  func run() throws {
    try output.reportingErrors {
      if try RankedTool.work(on: store, scratch) { return }
      try scratch.use()
      let traceFile = try watch.traceFile(
        replacesExisting: overwrite, goesOn: continues, advice: "name another file, or remove this one")
      // The same command again finds what it left.
      let eventFolder = try events.folder(
        replacesExisting: overwrite, goesOn: continues || repeats != nil && !overwrite)
      try telling.check()
      let opened = try runs.store(store, makesRuns: true)
      try RankedTool.refuse("--repeats", repeats != nil, for: planned.ranks)
      let found = FoundRuns(runName.map { [$0] } ?? [], in: opened)
      let given = try GivenSettings(configFile: config, flags: flags.values)
      try RankedTool.refuse("model auto", given.wantsEveryModel, for: planned.ranks)
      if given.wantsEveryModel { return try tryModels(opened, given, eventFolder) }
      let suited = try given.resolve(for: opened)
      if try goesOn(opened, given, suited.resolved, traceFile, eventFolder) { return }
      let wanted = try RankedTool.settled(suited.resolved, for: planned.ranks)
      try wanted.checkEvaluationStores()
      try notePartitions(opened, wanted)
      let checked = try ModelFactory.make(wanted, for: opened)
      try Trainer.check(opened, wanted, model: checked)
      let notes = try RunNotes(training: opened, wanted, checked).with(suited.choices)
      let plan = try limits.made(.training, opened, wanted, trainedOn: opened)
      if let plan, limits.plan { return try planned.added(to: plan, opened, wanted).show(notes, output) }
      let settings = wanted.settled(by: plan, opened)
      if let repeats {
        let series = try RunSeries(
          in: opened, name: runName, settings: settings, repeats: repeats, replaceExisting: overwrite)
        let training = TrainingSeries(
          store: opened, plan: plan, notes: notes, telling: telling, events: eventFolder, isVerbose: detail.verbose,
          output: output)
        return try training.run(series)
      }
      // Everything that can be refused is refused before the run's folder is made.
      let model = try ModelFactory.make(settings, for: opened)
      let trace = try traceFile.map(TraceFile.init)
      if let runName { try eventFolder?.checkBegins(runName, in: opened) }
      let folder = try RunFolder.create(
        in: opened, name: runName, settings: settings, replaceExisting: overwrite, unlessLaterThan: found)
      let result = try TrainingSession.start(
        folder, in: opened, settings, model, keepingTo: plan, tracing: trace?.trace, within: time?.seconds,
        events: eventFolder, notes, telling, isVerbose: detail.verbose, output)
      try trace?.write()
      try TrainingSession.show(result, of: opened, isVerbose: detail.verbose, output)
      try Program.endIfStopped(result.isComplete)
    }
  }

  /// Goes on with a run that is there, where that was asked for.
  ///
  /// - Returns: whether there is nothing more to do.
  private func goesOn(
    _ store: Store, _ given: GivenSettings, _ wanted: RunSettings, _ trace: OutputFile?, _ events: TensorBoardFolder?
  ) throws -> Bool {
    guard continues, let runName else { return false }
    let found = try store.whileInPlace {
      try RunContinuation(of: runName, in: store, given: given, wanted: wanted, locks: !limits.plan)
    }
    func resumed(_ folder: RunFolder, _ settings: RunSettings, _ remarks: [String] = []) throws -> ResumedTraining {
      ResumedTraining(
        store: store, folder: folder, settings: try RankedTool.settled(settings, for: planned.ranks), remarks: remarks,
        limits: limits, planned: planned, telling: telling, traceFile: trace, events: events, isVerbose: detail.verbose,
        output: output)
    }
    switch found {
    case .begin: return false
    case .resume(let folder, let settings): try resumed(folder, settings).run(within: time?.seconds)
    case .complete(let folder, let settings):
      let isComplete = "run \"\(runName)\" is complete: nothing is to be done"
      if limits.plan {
        try resumed(folder, settings, [isComplete + "; the plan is that of going on with gas-run resume"]).run()
        return true
      }
      ProgressLine.note(isComplete)
      try telling.histories.settle(folder)
      let result = try RunResult(reading: folder, of: store)
      try TrainingSession.show(result, of: store, isVerbose: detail.verbose, isRead: true, output)
    }
    return true
  }

  /// Says so where the store has another number of partitions than the published one, since batches are groups of
  /// partitions.
  private func notePartitions(_ store: Store, _ settings: RunSettings) throws {
    guard let name = settings.preset else { return }
    let (wanted, found) = (try Preset.named(name).partitions, store.partitions.count)
    guard wanted != found else { return }
    ProgressLine.write(
      "note: \(name) was published with \(wanted) partitions, the store has \(found); ingest with --partitions \(wanted)\n"
    )
  }
}
