import FoundationEssentials
import GasBase
import GasMetrics
import GasSettings
import GasStore

/// The same training with several seeds, and over the store's splits where it has more than one: run i of `NAME-1`,
/// `NAME-2`, … has seed + i − 1 and split (split + i − 1) mod S.
///
/// Runs that are there are kept: a run that is complete and would compute the same is not trained again, and one that
/// has stopped goes on. So a long series is continued by asking for it again.
public struct RunSeries {
  /// One run of the series.
  public struct Member {
    /// The run's name, `NAME-i`.
    public let name: String
    /// Its settings, with its own seed and split.
    public let settings: RunSettings
    /// How far it was when the series was set up.
    public let state: State
  }

  /// How far a run is.
  public enum State: Equatable {
    /// There is no such run, or nothing that was learnt is in it, or it is to be replaced.
    case missing
    /// There is a checkpoint to resume from.
    case stopped
    /// All epochs are done, or patience has ended.
    case complete
  }

  /// The runs in their order.
  public let members: [Member]
  private let store: Store
  private let replacesExisting: Bool
  private let found: FoundRuns

  /// Sets a series up; nothing is written yet.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - name: the prefix of the runs' names; `nil` takes the name of the preset, or of the model.
  ///   - settings: the first run's settings; seed and split count on.
  ///   - repeats: the number of runs.
  ///   - replaceExisting: whether every run is trained again from the beginning.
  /// - Throws: `GasError` if a run of these names has other settings and is not to be replaced.
  public init(
    in store: Store, name: String?, settings: RunSettings, repeats: Int, replaceExisting: Bool
  ) throws {
    self.store = store
    replacesExisting = replaceExisting
    let name = name ?? settings.preset ?? settings.model
    let splits = max(1, store.manifest.splitCount)
    members = try (0..<repeats).map { index in
      var own = settings
      own.seed = settings.seed &+ UInt64(index)
      if splits > 1 && settings.split < splits { own.split = (settings.split + index) % splits }
      let member = try RunName.new("\(name)-\(index + 1)")
      return Member(
        name: member, settings: own, state: replaceExisting ? .missing : try Self.state(store, member, own))
    }
    found = FoundRuns(members.map(\.name), in: store)
  }

  /// How far a run is now. Other processes may have made it or gone on with it since the series was set up.
  ///
  /// - Parameter member: a run of this series.
  /// - Returns: its state.
  /// - Throws: `GasError` if the run has other settings by now, or its files are damaged.
  public func state(of member: Member) throws -> State {
    replacesExisting ? .missing : try Self.state(store, member.name, member.settings)
  }

  /// Refuses a series if another process trains one of its runs, before anything is touched.
  ///
  /// - Returns: the first run with its lock, if it is there. Held from the beginning to the end, it stands for the
  ///   whole series: of two series of one name that are started at once, one goes on.
  /// - Throws: `GasError` if another process holds a run.
  public func claim() throws -> RunFolder? {
    guard members.contains(where: { $0.state != .complete }) else { return nil }
    var first: RunFolder?
    for (index, member) in members.enumerated() where index == 0 || member.state != .complete {
      let folder = RunFolder(store: store, name: member.name)
      guard FileManager.default.fileExists(atPath: folder.path) else { continue }
      let locked = try folder.locked()
      if index == 0 { first = locked }
    }
    return first
  }

  /// Makes the folder of a run that is to be trained from the beginning.
  ///
  /// - Parameters:
  ///   - member: a run of this series.
  ///   - held: the run's folder, where the caller has its lock.
  /// - Returns: the folder with its lock.
  /// - Throws: `GasError` as `RunFolder.create` does.
  public func create(_ member: Member, holding held: RunFolder?) throws -> RunFolder {
    try RunFolder.create(
      in: store, name: member.name, settings: member.settings, replaceExisting: replacesExisting,
      unlessLaterThan: found, holding: held)
  }

  private static func state(_ store: Store, _ name: String, _ settings: RunSettings) throws -> State {
    let folder = RunFolder(store: store, name: name)
    guard FileManager.default.fileExists(atPath: folder.config), !folder.isUnstarted else { return .missing }
    guard try folder.settings().computesTheSame(as: settings, on: store) else {
      throw GasError(
        "run \"\(name)\" already exists, with other settings", file: folder.path,
        advice: "name another --run, or pass --overwrite")
    }
    try folder.checkEvaluationStores(settings)
    // If another process has just begun to train the run, `locked` says so.
    let own = try folder.hasCheckpoint ? folder : folder.locked()
    try own.checkResumable()
    return try Checkpoint(reading: folder.checkpoint).isComplete(settings) ? .complete : .stopped
  }
}

/// The result of a series.
public struct SeriesResult: Codable, Sendable {
  /// Mean and sample deviation (of n − 1); the latter is absent for a single run.
  public struct Spread: Codable, Equatable, Sendable {
    /// The mean of the values.
    public var mean: Double
    /// Their sample deviation, with n − 1; absent for a single value.
    public var deviation: Double?

    /// Computes mean and deviation of a value for each run; `nil` if there are no values.
    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      guard values.count > 1 else { return }
      deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    }
  }

  /// The result of each run.
  public var runs: [RunResult]
  /// Whether every run that was asked for is complete. Means are over those that are.
  public var isComplete: Bool
  /// The name of the scores: "accuracy", or "micro-F1" with multiple labels.
  public var metric: String
  /// The key of the score that decided which weights were kept.
  public var select: Score
  /// That score of validation nodes; absent without any.
  public var selectedVal: Spread?
  /// That score of test nodes; absent without any.
  public var selectedTest: Spread?
  /// The scores of training nodes; absent without any.
  public var train: Spread?
  /// The scores of validation nodes; absent without any.
  public var val: Spread?
  /// The scores of test nodes; absent without any.
  public var test: Spread?
  /// The tool's sentences about the stores' edges (`EdgeNotes`); absent where there are none.
  public var notes: [String]?
  /// The settings that were chosen for the store, and why; absent where all were given.
  public var chosen: [SuitedSettings.Choice]?

  /// Summarises the runs of a series of `count` runs, in which `select` decided.
  public init(_ runs: [RunResult], of count: Int, metric: String, select: Score) {
    self.runs = runs
    self.metric = metric
    self.select = select
    let complete = runs.filter(\.isComplete)
    isComplete = complete.count == count
    train = Spread(complete.compactMap(\.trainAccuracy))
    val = Spread(complete.compactMap(\.valAccuracy))
    test = Spread(complete.compactMap(\.testAccuracy))
    selectedVal = Spread(complete.compactMap { $0.scores?.val?[select] })
    selectedTest = Spread(complete.compactMap { $0.scores?.test?[select] })
  }
}
