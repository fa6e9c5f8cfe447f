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
  @OptionGroup var limits: MemoryOptions
  @OptionGroup var watch: WatchOptions
  @OptionGroup var events: TensorBoardFlag
  @OptionGroup var detail: VerboseFlag
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let repeats, repeats < 1 { throw ValidationError("--repeats takes a count of at least 1, found \(repeats)") }
    if repeats != nil && watch.trace != nil { throw ValidationError("--trace is of one run, not of --repeats") }
    if repeats != nil && time != nil { throw ValidationError("--time is of one run, not of --repeats") }
  }

  /// Tries a few models, in five minutes unless there is a time.
  private func tryModels(_ opened: Store, _ given: GivenSettings, _ events: TensorBoardFolder?) throws {
    guard repeats == nil && watch.trace == nil else {
      throw GasError(
        "model auto trains several models: --repeats and --trace are of one",
        file: flags.model == nil ? config : nil,
        advice: "name a model")
    }
    let trials = TrainingTrials(
      store: opened, given: given, limits: limits, events: events, isVerbose: detail.verbose, output: output)
    if limits.plan { return try trials.showPlans() }
    try trials.run(name: runName, seconds: time?.seconds ?? 300, replacesExisting: overwrite)
  }

  func run() throws {
    try output.reportingErrors {
      if try RankedTool.work(on: store) { return }
      let traceFile = try watch.traceFile(
        replacesExisting: overwrite, advice: "name another file, or remove this one")
      let eventFolder = try events.folder(replacesExisting: overwrite)
      let opened = try StoreOpener.open(store)
      try RankedTool.refuse("--repeats", repeats != nil)
      let found = FoundRuns(runName.map { [$0] } ?? [], in: opened)
      let given = try GivenSettings(configFile: config, flags: flags.values)
      try RankedTool.refuse("model auto", given.wantsEveryModel)
      if given.wantsEveryModel { return try tryModels(opened, given, eventFolder) }
      let suited = try given.resolve(for: opened)
      let wanted = try RankedTool.settled(suited.resolved)
      try wanted.checkEvaluationStores()
      try notePartitions(opened, wanted)
      let checked = try ModelFactory.make(wanted, for: opened)
      try Trainer.check(opened, wanted, model: checked)
      let notes = try RunNotes(training: opened, wanted, checked).with(suited.choices)
      let plan = try limits.made(.training, opened, wanted, trainedOn: opened)
      if let plan, limits.plan { return try plan.show(notes, output) }
      let settings = wanted.settled(by: plan, opened)
      if let repeats {
        let series = try RunSeries(
          in: opened, name: runName, settings: settings, repeats: repeats, replaceExisting: overwrite)
        let training = TrainingSeries(
          store: opened, plan: plan, notes: notes, events: eventFolder, isVerbose: detail.verbose, output: output)
        return try training.run(series)
      }
      // Everything that can be refused is refused before the run's folder is made.
      let model = try ModelFactory.make(settings, for: opened)
      let trace = try traceFile.map(TraceFile.init)
      if let runName { try eventFolder?.checkIsFree(runName) }
      let folder = try RunFolder.create(
        in: opened, name: runName, settings: settings, replaceExisting: overwrite, unlessLaterThan: found)
      let result = try TrainingSession.start(
        folder, in: opened, settings, model, keepingTo: plan, tracing: trace?.trace, within: time?.seconds,
        events: eventFolder, notes, isVerbose: detail.verbose, output)
      try trace?.write()
      try TrainingSession.show(result, isVerbose: detail.verbose, output)
    }
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

struct Resume: RankedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Continues a run from its last checkpoint, to the same bits as if it had never stopped.",
    discussion: """
      A run that ended because numbers became too large goes on with a lower --lr, with --clip, or with rows kept in another \
      --history-type; these are kept with the run, and its bits are then those of a run that changed there.
      """)

  @Argument(help: "The store that the run belongs to.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Name of the run.", completion: .runNames)
  var runName: String
  @Option(help: "Train to this number of epochs instead of the run's; a cosine schedule stretches with it.")
  var epochs: Int?
  @Option(help: "Threads that compute; results do not depend on it.")
  var threads: Int?
  @Option(help: "Learning rate from here on, instead of the run's; not with schedule plateau, which has its own.")
  var lr: Double?
  @Option(help: "Largest norm of all gradients together from here on, instead of the run's.")
  var clip: Double?
  @Option(help: ArgumentHelp("How hidden rows are kept from here on, instead of the run's.", valueName: "TYPE"))
  var historyType: RowEncoding?
  @Option(
    help: ArgumentHelp(
      "Stop after this time, at the next evaluation, such as 5min. Default: no limit.", valueName: "TIME"))
  var time: TimeLimit?
  @Flag(help: "Replace the file that --trace names.")
  var overwrite = false
  @OptionGroup var limits: MemoryOptions
  @OptionGroup var watch: WatchOptions
  @OptionGroup var events: TensorBoardFlag
  @OptionGroup var detail: VerboseFlag
  @OptionGroup var output: OutputOptions

  private var change: RunSettings.Change {
    var change = RunSettings.Change()
    (change.epochs, change.threads, change.learningRate, change.clip) = (epochs, threads, lr, clip)
    change.historyType = historyType
    return change
  }

  func run() throws {
    try output.reportingErrors {
      if try RankedTool.work(on: store) { return }
      let traceFile = try watch.traceFile(replacesExisting: overwrite)
      let eventFolder = try events.folder()
      let opened = try StoreOpener.open(store)
      let folder = try opened.whileInPlace {
        let found = try RunFolder.open(in: opened, name: runName)
        // Settings and checkpoint are read under the lock, so that no other process changes them meanwhile.
        let folder = try limits.plan ? found : found.locked()
        try folder.checkResumable()
        return folder
      }
      var settings = try folder.settings()
      try settings.apply(change)
      if let epochs { try checkGoesOn(folder, to: epochs) }
      settings = try RankedTool.settled(settings)
      try folder.checkEvaluationStores(settings)
      try settings.checkEvaluationStores()
      let model = try ModelFactory.make(settings, for: opened)
      let notes = try RunNotes(training: opened, settings, model)
      let plan = try limits.made(.training, opened, settings, trainedOn: opened)
      if let plan, limits.plan { return try plan.show(notes, output) }
      try eventFolder?.checkGoesOn(folder)
      let trace = try traceFile.map(TraceFile.init)
      let deadline = time?.deadline
      let line = EpochLine(output)
      let group = try RankedTool.begin(settings, opened, plan)
      let trainer = try Trainer(
        store: opened, folder: folder, settings: settings, model: model, resuming: true, plan: plan,
        trace: trace?.trace, among: group, progress: line.update)
      let log = try eventFolder.map { try TensorBoardLog($0, of: folder, settings) }
      let session = TrainingSession(trainer, notes, events: log, line, isVerbose: detail.verbose, output)
      let result = try session.train(until: deadline)
      try trace?.write()
      try TrainingSession.show(result, isVerbose: detail.verbose, output)
    }
  }

  /// Refuses an end that lies behind what was trained: epochs are not taken back.
  private func checkGoesOn(_ folder: RunFolder, to epochs: Int) throws {
    let trained = try Checkpoint(reading: folder.checkpoint).epoch
    guard epochs < trained else { return }
    throw GasError(
      "--epochs \(epochs): the run has \(Units.plural(trained, "epoch")) already", file: folder.path,
      advice: "name more, or leave --epochs out to go on to the run's own")
  }
}

extension RunSettings {
  /// Opens the stores that evaluation needs as a tool opens a store, since the trainer relies on their bytes.
  fileprivate func checkEvaluationStores() throws {
    for (_, path) in evaluationStores { _ = try StoreOpener.open(path) }
  }
}
