import Foundation
import GasBase
import GasStore

/// The same training with several seeds, and over the store's splits where it has more than one: run i of `NAME-1`,
/// `NAME-2`, … has seed + i − 1 and split (split + i − 1) mod S.
///
/// What is there is kept: a run that is complete and would compute the same is not trained again, one that has stopped
/// goes on. So a long series is continued by asking for it again.
public struct RunSeries {
  public struct Member {
    public let name: String
    public let settings: RunSettings
    public let state: State
  }

  public enum State: Equatable {
    case missing
    /// There is a checkpoint to resume from.
    case stopped
    case complete
  }

  public let members: [Member]
  private let store: Store
  private let replacesExisting: Bool

  /// - Parameters:
  ///   - store: the one to train on.
  ///   - name: `nil` takes that of the preset, or of the model.
  ///   - settings: of the first run; seed and split count on.
  ///   - repeats: how many runs.
  ///   - replaceExisting: trains every run anew.
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
  }

  /// What a run is now: other processes may have made it or gone on with it since the series was set up.
  public func state(of member: Member) throws -> State {
    replacesExisting ? .missing : try Self.state(store, member.name, member.settings)
  }

  /// Refuses a series of whose runs another process trains one, before anything is touched.
  ///
  /// - Returns: the first run with its lock, if it is there. Held from the beginning to the end, it stands for the
  ///   whole series: of two series of one name that are started at once, one goes on.
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

  /// The folder of a run that is to be trained from the beginning.
  public func create(_ member: Member, holding held: RunFolder?) throws -> RunFolder {
    try RunFolder.create(
      in: store, name: member.name, settings: member.settings, replaceExisting: replacesExisting, holding: held)
  }

  private static func state(_ store: Store, _ name: String, _ settings: RunSettings) throws -> State {
    let folder = RunFolder(store: store, name: name)
    guard FileManager.default.fileExists(atPath: folder.config), !folder.isUnstarted else { return .missing }
    guard try folder.settings().computesTheSame(as: settings, on: store) else {
      throw GasError(
        "run \"\(name)\" already exists, with other settings", file: folder.path,
        advice: "name another --run, or pass --overwrite")
    }
    // Of a run that another process has just begun to train, this is to be said.
    let own = try folder.hasCheckpoint ? folder : folder.locked()
    try own.checkResumable()
    return try Checkpoint(reading: folder.checkpoint).isComplete(settings) ? .complete : .stopped
  }
}

/// What a series came to.
public struct SeriesResult: Codable, Sendable {
  /// Mean and sample deviation (of n − 1); the latter is absent for a single run.
  public struct Spread: Codable, Equatable, Sendable {
    public var mean: Double
    public var deviation: Double?

    /// - Returns: `nil` if there are no values.
    init?(_ values: [Double]) {
      guard !values.isEmpty else { return nil }
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      self.mean = mean
      guard values.count > 1 else { return }
      deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    }
  }

  public var runs: [RunResult]
  /// Whether every run that was asked for is complete; means are over those that are.
  public var isComplete: Bool
  public var metric: String
  public var train: Spread?
  public var val: Spread?
  public var test: Spread?
  /// What the tool said of the stores' edges (`EdgeNotes`); absent where that is nothing.
  public var notes: [String]?

  public init(_ runs: [RunResult], of count: Int, metric: String) {
    self.runs = runs
    self.metric = metric
    let complete = runs.filter(\.isComplete)
    isComplete = complete.count == count
    train = Spread(complete.compactMap(\.trainAccuracy))
    val = Spread(complete.compactMap(\.valAccuracy))
    test = Spread(complete.compactMap(\.testAccuracy))
  }
}
