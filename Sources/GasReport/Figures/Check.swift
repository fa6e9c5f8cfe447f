import Foundation
import GasBase
import GasRuns
import GasStore

/// A question that decides whether a run's scores can be relied on, and its answer.
struct Check: Encodable {
  enum Verdict: String, Encodable {
    case good, caution, bad
    /// It cannot be answered.
    case unknown
  }

  let verdict: Verdict
  let title: String
  let sentence: String

  init(_ verdict: Verdict, _ title: String, _ sentence: String) {
    (self.verdict, self.title, self.sentence) = (verdict, title, sentence)
  }

  /// All checks of a run, in the order in which they matter.
  static func all(_ run: RunFigures) -> [Check] {
    [
      baseline(run), recomputed(run), size(run), best(run), complete(run), staleness(run), classes(run), spread(run),
      calibration(run), unlabelled(run),
    ].compactMap { $0 }
  }

  private static func name(_ part: SplitPart) -> String { part.noun }

  /// Whether anything was learnt.
  private static func baseline(_ run: RunFigures) -> Check? {
    let title = "Better than guessing"
    guard let value = run.shown?[run.selected] else {
      return Check(.unknown, title, "\(run.selected.name) of the \(name(run.outputs.part)) nodes is undefined.")
    }
    guard let least = run.baseline?[run.selected] else {
      return Check(.unknown, title, "There is no baseline for \(run.selected.name).")
    }
    let isBetter = run.selected.isLowerBetter ? value < least : value > least
    let text =
      "\(run.selected.name) \(PageText.score(run.selected, value)) of the \(name(run.outputs.part)) nodes, beside "
      + "\(PageText.score(run.selected, least)) of predicting all nodes alike."
    return Check(isBetter ? .good : .bad, title, text.capitalisedFirst)
  }

  /// Whether the weights score what training recorded.
  private static func recomputed(_ run: RunFigures) -> Check {
    let title = "Scores computed anew"
    guard let recorded = run.recorded else {
      return Check(
        .unknown, title,
        "Scores on this page are computed from the weights; the run has no record of this epoch to compare them with.")
    }
    let differences = SplitPart.allCases.compactMap { part -> Double? in
      guard let old = recorded[part]?[run.main], let new = run.outputs.scores[part]?[run.main] else { return nil }
      return abs(old - new)
    }
    guard let most = differences.max() else {
      return Check(.unknown, title, "No part has a score both on this page and in the run's record.")
    }
    // Other kernels add in another order, which moves a few nodes of a million.
    guard most > 1e-4 else {
      return Check(.good, title, "Exact inference of the run's weights gives the scores that training recorded.")
    }
    return Check(
      .bad, title,
      "Exact inference of the run's weights gives a \(run.main.name) that differs by \(PageText.number(most)) from what "
        + "training recorded: a store, weights or metrics were changed, or other kernels computed them.")
  }

  /// How much chance there is in the score.
  private static func size(_ run: RunFigures) -> Check? {
    let count = run.shownCount
    guard count > 0 else { return nil }
    let title = "Enough nodes to judge by"
    let nodes = PageText.plural(count, "labelled \(name(run.outputs.part)) node")
    guard let accuracy = run.shown?[.accuracy] else {
      return Check(count < 100 ? .caution : .good, title, "Scores are of \(nodes).")
    }
    let limits = Interval(share: accuracy, of: count)
    let text =
      "Accuracy is of \(nodes): with 95 % confidence it is from \(PageText.percent(limits.low, 1)) to "
      + "\(PageText.percent(limits.high, 1)) on nodes of the same kind."
    return Check(limits.high - limits.low > 0.1 ? .caution : .good, title, text)
  }

  private static func best(_ run: RunFigures) -> Check? {
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

  private static func complete(_ run: RunFigures) -> Check? {
    switch run.summary.state {
    case .inUse:
      Check(.caution, "Training is over", "A process is training the run now: these are its best weights so far.")
    case .stopped:
      Check(
        .caution, "Training is over",
        "Training was stopped after epoch \(run.records.last?.epoch ?? 0) of \(run.settings.epochs); gas-run resume goes on."
      )
    case .complete: Check(.good, "Training is over", "All epochs are done, or patience has ended.")
    default: nil
    }
  }

  /// Rows of which so much is stale carry little information.
  private static let muchStale = 0.5

  private static func staleness(_ run: RunFigures) -> Check? {
    let title = "Histories are fresh"
    guard run.hasLayers else { return nil }
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
    return worst.1 > muchStale
      ? Check(
        .caution, title,
        text + ": training saw old neighbours. More partitions in a batch, or --max-steps, make histories fresher. "
          + "Scores on this page do not use histories.")
      : Check(.good, title, text + ", the most of all layers. Scores on this page do not use histories.")
  }

  private static func classes(_ run: RunFigures) -> Check? {
    guard let confusion = run.outputs.meter.confusion else { return nil }
    let title = "Every class is found"
    let occurring = confusion.classes.indices.filter { confusion.classes[$0].wanted > 0 }
    let never = occurring.filter { confusion.classes[$0].predicted == 0 }
    let part = name(run.outputs.part)
    if occurring.count < 2 {
      return Check(.bad, title, "All labelled \(part) nodes are of one class: accuracy says nothing here.")
    }
    guard !never.isEmpty else {
      return Check(.good, title, "All \(occurring.count) classes of the \(part) nodes are predicted for some.")
    }
    let names = never.prefix(4).map { run.outputs.names[$0].excerpt } + (never.count > 4 ? ["…"] : [])
    return Check(
      .caution, title,
      "\(never.count) of the \(occurring.count) classes of the \(part) nodes \(never.count == 1 ? "is" : "are") never predicted: "
        + names.joined(separator: ", ") + ".")
  }

  /// How much worse unseen nodes are than those that were trained on.
  private static func spread(_ run: RunFigures) -> Check? {
    guard let train = run.outputs.scores.train?[run.main], let shown = run.shown?[run.main],
      run.outputs.part != .train
    else { return nil }
    let gap = train - shown
    let text =
      "\(run.main.name) is \(PageText.score(run.main, train)) on training nodes and \(PageText.score(run.main, shown)) on "
      + "\(name(run.outputs.part)) nodes"
    return gap > 0.2
      ? Check(
        .caution, "As good on unseen nodes",
        text.capitalisedFirst + ": it has learnt some of the training nodes by heart.")
      : Check(.good, "As good on unseen nodes", text.capitalisedFirst + ".")
  }

  private static func calibration(_ run: RunFigures) -> Check? {
    guard let error = run.shown?[.calibrationError] else { return nil }
    let text = "Probabilities are \(PageText.percent(error, 1)) away from the share of right predictions, on average"
    return error > 0.1
      ? Check(.caution, "Probabilities mean what they say", text + ": do not read 0.9 as nine of ten.")
      : Check(.good, "Probabilities mean what they say", text + ".")
  }

  private static func unlabelled(_ run: RunFigures) -> Check? {
    let part = run.outputs.part
    guard part != .test else { return nil }
    return Check(
      .caution, "Judged by test nodes",
      "No test node has a label, so this page judges by \(part.noun) nodes"
        + (part == .validation
          ? ", by which the weights were chosen: scores are too good." : ", from which it learnt: scores are too good.")
    )
  }
}

/// Wilson's interval for a share, with 95 % confidence.
///
/// Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927).
struct Interval {
  let low: Double
  let high: Double

  init(share: Double, of count: Int) {
    let (n, z) = (Double(count), 1.959964)
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    (low, high) = (max(0, centre - half), min(1, centre + half))
  }
}

extension SplitPart {
  /// What sentences call its nodes.
  var noun: String {
    switch self {
    case .train: "training"
    case .validation: "validation"
    case .test: "test"
    }
  }
}

extension String {
  /// The same sentence with a capital at its beginning.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
