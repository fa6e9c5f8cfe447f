import GasRuns
import GasTrain

/// Checks of how a run was trained.
extension Check {
  /// Whether there were epochs to choose from.
  static func best(_ run: RunFigures) -> Check? {
    let title = "Learnt over many epochs"
    if let note = run.result?.bestEpochNote { return Check(.caution, title, note.capitalisedFirst + ".") }
    guard let epoch = run.weightsEpoch, run.result != nil else {
      return Check(.unknown, title, "The run has no checkpoint: its weights come from elsewhere.")
    }
    let latest = run.records.last(where: \.isEvaluated)?.epoch ?? epoch
    if epoch == latest && epoch == run.settings.epochs {
      return Check(
        .caution, title, "The best epoch, \(epoch), is the last: more epochs (gas-run resume --epochs) may still help.")
    }
    return Check(
      .good, title,
      "The weights of epoch \(epoch) of \(run.records.last?.epoch ?? epoch) are the best on validation nodes.")
  }

  /// Whether training has ended.
  static func complete(_ run: RunFigures) -> Check? {
    switch run.summary.state {
    case .inUse:
      Check(.caution, "Training is over", "A process is training the run now: these are its best weights so far.")
    case .stopped:
      Check(
        .caution, "Training is over",
        "Training was stopped after epoch \(run.records.last?.epoch ?? 0) of \(run.settings.epochs); gas-run resume goes on."
      )
    case .complete: Check(.good, "Training is over", "All epochs are done, or patience has ended.")
    default:
      Check(.unknown, "Training is over", "The weights come from elsewhere, and nothing is known of their training.")
    }
  }

  /// Whether what training read of other batches was recent.
  static func staleness(_ run: RunFigures) -> Check? {
    let title = "Histories are fresh"
    guard run.hasLayers else { return nil }
    guard !run.isImported else {
      return Check(.unknown, title, "The weights come from elsewhere: how they were trained is not known.")
    }
    guard let layers = run.refresh?.layers, !layers.isEmpty else {
      return Check(.unknown, title, "No evaluation after an epoch has measured how stale the histories were.")
    }
    let measured = layers.compactMap { layer in layer.staleness.map { (layer.layer, $0) } }
    let worst = measured.max { $0.1 < $1.1 }
    guard let worst else {
      let drift = layers.map(\.drift).max() ?? 0
      return Check(
        drift > 1 ? .caution : .unknown, title,
        "Drift of up to \(PageText.number(drift)) was measured, but not how much of it is staleness.")
    }
    let text =
      "At the last evaluation rows of layer \(worst.0) were stale by \(PageText.number(worst.1)) of their length"
    return worst.1 >= StalenessVerdict.harmful
      ? Check(
        .caution, title,
        text + ": training saw old neighbours. More partitions in a batch, or --max-steps, make histories fresher. "
          + "Scores on this page do not use histories.")
      : Check(.good, title, text + ", the most of all layers. Scores on this page do not use histories.")
  }
}
