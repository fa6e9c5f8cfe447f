import GasBase
import GasBatch
import GasFiles
import GasNN
import GasRanks
import GasRuns
import GasSettings
import GasStore

/// What rank 0 and the others have in common when they train a model together.
///
/// All ranks have the same weights, since all take the same steps from the same beginning. Rank 0 decides what is done
/// next, and has the run's files. Histories have no names here: a run that goes on fills them from the weights.
final class RankedTraining {
  let part: RankPart
  private let settings: RunSettings
  private let batchSize: Int
  private var tallies: [RankTally] = []
  var group: RankGroup { part.group }

  /// Finds out which rows the ranks have to send each other. All of them make theirs at the same time.
  init(_ store: Store, _ settings: RunSettings, _ group: RankGroup, scratchIn folder: String) throws {
    part = try RankPart(store, group, scratchIn: folder)
    self.settings = settings
    batchSize = settings.wantedPartitions(of: store)
  }

  /// Histories of which own rows and ghosts will take disk space, and few others (`settle`).
  static func histories(
    for model: any GraphModel, _ store: Store, _ encoding: RowEncoding, in folder: String
  ) throws -> HistorySet {
    try HistorySet.scratch(
      beside: folder, store: store, widths: StageRunner.historyWidths(of: model), encoding, isReserved: false)
  }

  /// Brings the rows that this rank's batches touch into memory, in huge pages.
  func settle(_ histories: HistorySet, _ store: Store) throws {
    try histories.settleInMemory(part.touchedRows(of: store.partitions), processes: group.count)
  }

  /// What each rank computes in an epoch.
  func steps(of epoch: Int, isUseful: ([Int]) -> Bool) -> EpochSteps {
    EpochSteps(
      part.shares, batchSize: batchSize, seed: settings.seed, epoch: epoch, mostSteps: settings.maxSteps,
      isUseful: isUseful)
  }

  /// What ranks did besides computing since this was last asked; `now` is what they have told since they began.
  func progress(to now: [RankTotals]) -> [EpochRecord.Rank] {
    let before = tallies
    tallies = now.map(\.tally)
    return tallies.enumerated().map { rank, tally in
      EpochRecord.Rank(tally - (before.indices.contains(rank) ? before[rank] : RankTally()))
    }
  }

  /// Gives all ranks the weights of rank 0, and the state of its optimiser.
  func share(_ model: any GraphModel, _ optimiser: Adam) throws {
    optimiser.stepCount = try group.shared(group.isFirst ? optimiser.stepCount : nil)
    for (_, matrix) in model.namedWeights + optimiser.state {
      try group.copyFromFirst(UnsafeMutableRawBufferPointer(matrix.elements))
    }
  }
}

extension EpochRecord.Rank {
  fileprivate init(_ tally: RankTally) {
    self.init(
      waitedSeconds: tally.waitedSeconds, exchangeSeconds: tally.exchangeSeconds, hiddenSeconds: tally.hiddenSeconds,
      sentBytes: tally.sentBytes, gradientBytes: tally.gradientBytes, rowBytes: tally.rowBytes,
      ghostBytes: tally.ghostBytes, outputBytes: tally.outputBytes)
  }
}

/// What a rank tells of its share in an evaluation.
struct RankEvaluation: Codable {
  let staleness: [StalenessMeter.Layer]
  /// Whether its process was asked to stop.
  let isStopRequested: Bool
}
