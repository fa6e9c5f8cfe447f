import GasBase
import GasFiles
import GasMetrics
import GasSettings
import GasStore
import Glibc

/// What a person wants to know of a run among others: its settings, how far it is, its scores, and what it takes.
///
/// A run that cannot be read has a `problem` and no numbers, so that one damaged run hides no other.
public struct RunSummary: Encodable, Sendable {
  /// How far a run is.
  public enum State: String, Encodable, Sendable {
    /// Nothing that was learnt is in it.
    case unstarted
    /// There is a checkpoint to resume from.
    case stopped
    /// All epochs are done, or patience has ended.
    case complete
    /// Its weights were trained elsewhere.
    case imported
    /// A process trains it.
    case inUse = "in use"
    /// This user may not read its files.
    case unreadable
    /// Its files are not as they were written.
    case damaged
    /// It was trained on another store than the one that its folder lies in now.
    case foreign = "of another store"
  }

  /// The run's name.
  public let run: String
  /// How far it is.
  public private(set) var state: State
  /// What is wrong with it; absent where nothing is.
  public private(set) var problem: String?
  /// Its settings, and which of them are known.
  public private(set) var told: ToldSettings?
  /// The number of epochs that were trained.
  public private(set) var epochs: Int?
  /// The epoch of the weights that are kept.
  public private(set) var bestEpoch: Int?
  /// A sentence about the best epoch (as in `RunResult`); absent where there is nothing to say.
  public private(set) var bestEpochNote: String?
  /// The name of the scores.
  public let metric: String
  /// The score of training nodes at the best epoch.
  public private(set) var trainAccuracy: Double?
  /// The score of validation nodes at the best epoch.
  public private(set) var valAccuracy: Double?
  /// The score of test nodes at the best epoch.
  public private(set) var testAccuracy: Double?
  /// The score that decided which weights are kept.
  public private(set) var select: Score?
  /// All scores at the best epoch, as far as they were measured.
  public private(set) var scores: SplitScores?
  /// Mean cross-entropy over validation nodes at the best epoch.
  public private(set) var valLoss: Double?
  /// The seconds that its epochs and their evaluations took.
  public private(set) var seconds: Double?
  /// The disk space of the run; absent where this user may not look into its folder.
  public let bytes: Int?
  /// The part of it that is histories, which `RunFolder.freeHistories` frees; likewise.
  public let historyBytes: Int?

  /// Its settings, of which not all need be known (`told`).
  public var settings: RunSettings? { told?.settings }
  /// Whether its weights were trained elsewhere.
  package var isImported: Bool { told?.isImported ?? false }

  private enum CodingKeys: String, CodingKey {
    case run, state, problem
    case told = "settings"
    case epochs, bestEpoch, bestEpochNote, metric, trainAccuracy, valAccuracy, testAccuracy, select, scores, valLoss
    case seconds, bytes, historyBytes
  }

  /// Reads the run of a name.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - store: the store that it is in.
  /// - Throws: `GasError` if there is no such run.
  public init(of name: String, in store: Store) throws {
    let folder = try RunFolder.open(in: store, name: name)
    self.init(folder, of: store)
  }

  /// A run that this user may not look into.
  private init(unreadable name: String, in store: Store, _ problem: any Error) {
    run = name
    metric = SplitScores.metric(of: store)
    (bytes, historyBytes, state, self.problem) = (nil, nil, .unreadable, "\(problem)")
  }

  private init(_ folder: RunFolder, of store: Store) {
    run = folder.name
    metric = SplitScores.metric(of: store)
    let isListed = !FileAccess.isUnreadable(folder.path)
    bytes = isListed ? FileTree.byteCount(folder.path) : nil
    historyBytes = isListed ? folder.historyFiles.reduce(0) { $0 + FileTree.byteCount($1) } : nil
    state = folder.isInUse ? .inUse : .unstarted
    do {
      try read(folder, of: store)
      if let file = folder.unreadableFile {
        let error = GasError("this user may not read it", file: file, advice: "ask its owner for access")
        (state, problem) = (.unreadable, "\(error)")
      }
    } catch {
      // What may not be read need not be damaged, and a run that was copied is as it was written.
      let state: State = folder.isOfAnotherStore ? .foreign : .damaged
      (self.state, problem) = (folder.unreadableFile == nil ? state : .unreadable, "\(error)")
    }
  }

  /// Reads all runs of a store, in the order of their names. One that this user may not look into has its name and a
  /// `problem`.
  ///
  /// - Parameter store: the store.
  /// - Returns: the runs.
  /// - Throws: `GasError` if the folder of the runs cannot be read.
  public static func all(in store: Store) throws -> [RunSummary] {
    try RunFolder.names(in: store).compactMap { name in
      do {
        return try RunSummary(of: name, in: store)
      } catch {
        // A run that is removed meanwhile is left out.
        return RunFolder.isHidden(name, in: store) ? RunSummary(unreadable: name, in: store, error) : nil
      }
    }
  }

  private mutating func read(_ folder: RunFolder, of store: Store) throws {
    let settings = try folder.settings()
    let importedNote = folder.importedNote
    told = ToldSettings(settings: settings, isImported: importedNote != nil)
    // A run of labels that are no longer as they were has other things to say.
    select = try? folder.decidingScore(settings, in: store)
    if let note = importedNote {
      bestEpochNote = note
      if state != .inUse { state = .imported }
    }
    guard folder.hasCheckpoint else { return }
    let checkpoint = try Checkpoint(reading: folder.checkpoint)
    if state != .inUse { state = checkpoint.isComplete(settings) ? .complete : .stopped }
    let records = try MetricsFile(folder.metrics, of: checkpoint).records
    epochs = checkpoint.epoch
    bestEpoch = checkpoint.best.epoch
    bestEpochNote = BestEpochNote.text(checkpoint, records)
    (trainAccuracy, valAccuracy) = (checkpoint.best.train, checkpoint.best.val)
    (testAccuracy, valLoss) = (checkpoint.best.test, checkpoint.best.valLoss)
    scores = records.scores(ofEpoch: checkpoint.best.epoch)
    seconds = records.reduce(0) { $0 + $1.trainSeconds + $1.evaluateSeconds }
  }
}
