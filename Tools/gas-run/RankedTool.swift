import GasBase
import GasFiles
import GasRanks
import GasRuns
import GasStore
import GasTool
import GasTrain
import Glibc

/// `gas-run` as one of several ranks: rank 0 does what the command says, and the others compute their parts for it.
enum RankedTool {
  /// The ranks; `nil` where this process works alone.
  static var group: RankGroup? { RankGroup.current.withLock { $0 } }

  /// Refuses an option that ranks do not have, before any of them works.
  ///
  /// - Parameters:
  ///   - option: the option.
  ///   - isGiven: whether it was given.
  ///   - planned: how many ranks there would be; `nil` for those that there are.
  /// - Throws: `GasError` if it is given and there are several.
  static func refuse(_ option: String, _ isGiven: Bool, for planned: Int? = nil) throws {
    let started = group?.count
    guard let count = planned ?? started, count > 1, isGiven else { return }
    throw GasError(
      "\(option) works on one rank, and there are \(count)",
      advice: started == nil ? "leave --ranks out" : "start it without mpirun")
  }

  /// Refuses settings that ranks do not have, and decides what is left open: batches of ranks read halo rows where they
  /// lie, since rows of other ranks arrive there.
  ///
  /// - Parameters:
  ///   - settings: the settings of a run.
  ///   - planned: how many ranks there would be; `nil` for those that there are.
  /// - Returns: the settings with what was decided.
  /// - Throws: `GasError` naming a setting that ranks do not have.
  static func settled(_ settings: RunSettings, for planned: Int? = nil) throws -> RunSettings {
    guard planned ?? group?.count ?? 1 > 1 else { return settings }
    try refuse("val-store", settings.valStore != nil, for: planned)
    try refuse("test-store", settings.testStore != nil, for: planned)
    try refuse(
      "halo-windows \(settings.haloWindows.settingText)",
      settings.haloWindows == .mail || settings.haloWindows.resolved > 0, for: planned)
    var settled = settings
    settled.haloWindows = .count(0)
    return settled
  }

  /// Begins a training on all ranks, if there are others.
  ///
  /// - Parameters:
  ///   - settings: the settings of the run.
  ///   - store: the store.
  ///   - plan: the plan that training keeps to.
  ///   - isTraced: whether it is recorded what all of them do when.
  /// - Returns: the ranks; `nil` where this process works alone.
  /// - Throws: `GasError` if a rank cannot take part.
  static func begin(_ settings: RunSettings, _ store: Store, _ plan: RunPlan?, isTraced: Bool) throws -> RankGroup? {
    guard let group else { return nil }
    let job = RankJob(.training, settings, memoryBytes: plan?.memoryBytes, isTraced: isTraced)
    _ = try group.agree(on: job) { store }
    return group
  }

  /// Does the work of a rank that is not the first.
  ///
  /// - Parameters:
  ///   - path: the store.
  ///   - training: the store that the run belongs to, if it is another.
  ///   - scratch: where scratch files go. What is wrong with that, rank 0 tells.
  /// - Returns: whether this is such a rank, so that nothing is left to do.
  /// - Throws: `GasError` if the work fails.
  static func work(on path: String, trainedOn training: String? = nil, _ scratch: ScratchOption) throws -> Bool {
    guard let group else { return false }
    // mpirun hands this signal on to all ranks, and others only to end them.
    signal(SIGUSR1) { _ in kill(getpid(), SIGTERM) }
    guard !group.isFirst else { return false }
    func open() throws -> Store {
      try scratch.use()
      return try StoreOpener.open(path)
    }
    guard let (job, store) = try group.agree(on: nil, open: open) else { return true }
    switch job.work {
    case .training:
      StopSignals.askFirst()
      let worker = try RankWorker(store: store, job, group: group)
      try worker.serve { StopSignals.isStopRequested }
    case .inference:
      let trained = try training.map { try StoreOpener.open($0, for: .runs) } ?? store
      try InferenceWorker(store, trainedOn: trained, job, group).run()
    }
    return true
  }
}
