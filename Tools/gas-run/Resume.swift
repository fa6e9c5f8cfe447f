import ArgumentParser
import GasBase
import GasFiles
import GasRuns
import GasStore
import GasTool
import GasTrain

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
  @OptionGroup var planned: RankPlanOptions
  @OptionGroup var runs: RunsOption
  @OptionGroup var scratch: ScratchOption
  @OptionGroup var telling: TellingOptions
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

  func validate() throws { try planned.check(isPlan: limits.plan) }

  func run() throws {
    try output.reportingErrors {
      if try RankedTool.work(on: store, scratch) { return }
      try scratch.use()
      let traceFile = try watch.traceFile(replacesExisting: overwrite)
      let eventFolder = try events.folder()
      try telling.check()
      let opened = try runs.store(store)
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
      try ResumedTraining(
        store: opened, folder: folder, settings: RankedTool.settled(settings, for: planned.ranks), limits: limits,
        planned: planned, telling: telling, traceFile: traceFile, events: eventFolder, isVerbose: detail.verbose,
        output: output
      ).run(within: time?.seconds)
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

/// Training that goes on from a run's checkpoint, as `resume` and `train --continue` ask for it.
struct ResumedTraining {
  let store: Store
  /// The run's folder, with its lock unless a plan alone is asked for.
  let folder: RunFolder
  let settings: RunSettings
  /// What is said of the run besides the notes about its store.
  var remarks: [String] = []
  let limits: MemoryOptions
  let planned: RankPlanOptions
  let telling: TellingOptions
  let traceFile: OutputFile?
  let events: TensorBoardFolder?
  let isVerbose: Bool
  let output: OutputOptions

  /// Trains, and shows the result.
  ///
  /// - Parameter seconds: the time after which it stops at the next evaluation; `nil` for none.
  /// - Throws: `GasError` if the run cannot go on; what ends the tool if a signal has stopped it.
  func run(within seconds: Double? = nil) throws {
    let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
    try folder.checkEvaluationStores(settings)
    try settings.checkEvaluationStores()
    let model = try ModelFactory.make(settings, for: store)
    let notes = try RunNotes(remarks).joined(with: RunNotes(training: store, settings, model).lines)
    let plan = try limits.made(.training, store, settings, trainedOn: store)
    if let plan, limits.plan { return try planned.added(to: plan, store, settings).show(notes, output) }
    try events?.checkGoesOn(folder)
    let trace = try traceFile.map(TraceFile.init)
    let line = EpochLine(output)
    let group = try RankedTool.begin(settings, store, plan, isTraced: trace != nil)
    let trainer = try Trainer(
      store: store, folder: folder, settings: settings, model: model, resuming: true, plan: plan,
      trace: trace?.trace, among: group, progress: line.update)
    let log = try events.map { try TensorBoardLog($0, of: folder, settings) }
    let result = try TrainingSession(
      trainer, notes, events: log, line, telling, isVerbose: isVerbose, output
    ).train(until: deadline)
    try trace?.write()
    try TrainingSession.show(result, of: store, isVerbose: isVerbose, output)
    try Program.endIfStopped(result.isComplete)
  }
}

extension RunSettings {
  /// Opens the stores that evaluation needs as a tool opens a store, since the trainer relies on their bytes.
  func checkEvaluationStores() throws {
    for (_, path) in evaluationStores { _ = try StoreOpener.open(path) }
  }
}
