import GasMetrics
import GasStore

/// Sentences about the scores of a run that has been trained, where they are not what a reader expects.
package enum ScoreNotes {
  /// How much the scores of the last epoch and the best one differ before that is said, as a share of the best.
  private static let muchOfBest = 0.1

  /// The sentences; none where there is nothing to say.
  ///
  /// - Parameters:
  ///   - state: the run's checkpoint.
  ///   - records: the records of all its epochs.
  ///   - report: what was known before training.
  /// - Returns: the sentences.
  package static func lines(_ state: Checkpoint, _ records: [EpochRecord], _ report: ScoreReport) -> [String] {
    [baseline(state, records, report), last(state, records, report)].compactMap { $0 }
  }

  private static func baseline(_ state: Checkpoint, _ records: [EpochRecord], _ report: ScoreReport) -> String? {
    let score = report.selection.score
    guard let value = records.scores(ofEpoch: state.best.epoch)?.val?[score], let least = report.baseline.val?[score],
      score.isLowerBetter ? value >= least : value <= least
    else { return nil }
    return "the kept weights have \(score.name) \(score.text(value)) on validation nodes, no better than the "
      + "\(score.text(least)) of predicting all nodes alike: nothing that helps was learnt"
  }

  private static func last(_ state: Checkpoint, _ records: [EpochRecord], _ report: ScoreReport) -> String? {
    let score = report.selection.score
    guard let last = records.last(where: \.isEvaluated), last.epoch > state.best.epoch,
      let latest = last.scores?.val?[score], let best = records.scores(ofEpoch: state.best.epoch)?.val?[score],
      abs(latest - best) > muchOfBest * abs(best)
    else { return nil }
    return "the last epoch, \(last.epoch), has \(score.name) \(score.text(latest)) on validation nodes, the best, "
      + "\(state.best.epoch), \(score.text(best)); gas-run infer --weights last uses the last one's weights"
  }
}

extension [EpochRecord] {
  /// All scores of an epoch; `nil` where they were not kept.
  package func scores(ofEpoch epoch: Int) -> SplitScores? { last { $0.epoch == epoch }?.scores }
}
