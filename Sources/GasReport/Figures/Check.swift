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

  /// Why something cannot be said.
  static func noScore(_ run: RunFigures, _ what: String) -> String {
    run.shownCount > 0
      ? "\(what) is undefined for the \(run.outputs.labelled(run.shownCount))."
      : "\(what) is unknown: none of the \(run.outputs.nodes) has a label."
  }

  /// Whether anything was learnt.
  private static func baseline(_ run: RunFigures) -> Check? {
    let title = "Better than guessing"
    guard let value = run.shown?[run.selected] else {
      return Check(.unknown, title, noScore(run, run.selected.name.capitalisedFirst))
    }
    guard let least = run.baseline?[run.selected] else {
      return Check(.unknown, title, "There is no baseline for \(run.selected.name).")
    }
    let isBetter = run.selected.isLowerBetter ? value < least : value > least
    let text =
      "\(run.selected.name) is \(PageText.score(run.selected, value)) on the \(run.outputs.nodes); outputs that "
      + "do not look at a node have \(PageText.score(run.selected, least))."
    if let only = onlyPrediction(run) {
      return Check(.bad, title, text.capitalisedFirst + " Every node is predicted as “\(only.excerpt)”.")
    }
    guard isBetter, run.selected == .accuracy, Interval(share: value, of: run.shownCount).low <= least else {
      return Check(isBetter ? .good : .bad, title, text.capitalisedFirst)
    }
    return Check(.caution, title, text.capitalisedFirst + " With so few nodes chance may have made the difference.")
  }

  /// Whether the weights score what training recorded.
  private static func recomputed(_ run: RunFigures) -> Check {
    let title = "Scores computed anew"
    guard let recorded = run.recorded else {
      return Check(
        .unknown, title,
        "Scores on this page are computed from the weights; the run has no record of this epoch to compare them with.")
    }
    let differences = SplitPart.allCases.compactMap { part -> (part: String, by: Double)? in
      guard let old = recorded[part]?[run.main], let new = run.outputs.scores[part]?[run.main] else { return nil }
      return (part.noun, abs(old - new))
    }
    guard let most = differences.map(\.by).max() else {
      return Check(.unknown, title, "No part has a score both on this page and in the run's record.")
    }
    // Other kernels add in another order, which moves a few nodes of a million.
    guard most > 1e-4 else {
      return Check(
        .good, title,
        "Exact inference of the run's weights gives the \(run.main.name) that training recorded, of "
          + PageText.list(differences.map(\.part)) + " nodes.")
    }
    return Check(
      .bad, title,
      "Exact inference of the run's weights gives a \(run.main.name) that differs by \(PageText.number(most)) from what "
        + "training recorded: a store, weights or metrics were changed, or other kernels computed them.")
  }

  /// How much chance there is in the score.
  private static func size(_ run: RunFigures) -> Check? {
    let count = run.shownCount
    let title = "Enough nodes to judge by"
    guard count > 0 else { return Check(.unknown, title, noScore(run, "Every score")) }
    let nodes = run.outputs.labelled(count)
    let rare = rareClasses(run)
    guard run.outputs.part != nil, run.outputs.part != .train else {
      let whose = run.outputs.part == nil ? "that the weights may have been trained on" : "that were trained on"
      return Check(
        .unknown, title,
        "Scores are of \(nodes) \(whose): how good they are on others is not known, however many these are.")
    }
    guard let accuracy = run.shown?[.accuracy] else {
      return Check(
        count < 100 || !rare.isEmpty ? .caution : .good, title,
        "Scores are of \(nodes)\(run.knowsAllLabels ? "" : ", of which not all \(run.isMulti ? "labels" : "values") are known")."
          + rareText(run, rare))
    }
    let limits = Interval(share: accuracy, of: count)
    let text =
      "Accuracy is of \(nodes): with 95\u{202f}% confidence it is from \(PageText.percent(limits.low, 1)) to "
      + "\(PageText.percent(limits.high, 1)) on nodes of the same kind"
      + (run.isImported ? ", unless the weights were trained on these." : ".")
    return Check(
      limits.high - limits.low > 0.1 || !rare.isEmpty ? .caution : .good, title, text + rareText(run, rare))
  }

  private static func rareText(_ run: RunFigures, _ rare: [Int]) -> String {
    guard let rarest = rare.first else { return "" }
    let name = "“\(run.outputs.names[rarest].excerpt)”"
    return rare.count == 1
      ? " But \(name) has only \(wanted(run, rarest)) of them: what is said of it rests on few nodes."
      : " But \(rare.count) \(run.isMulti ? "labels" : "classes") have fewer than \(fewNodes), \(name) only \(wanted(run, rarest)): "
        + "what is said of these rests on few nodes."
  }

  /// A class of fewer nodes has scores that chance may have made.
  private static let fewNodes = 20

  private static func wanted(_ run: RunFigures, _ label: Int) -> Int {
    if let tally = run.outputs.meter.tally {
      return tally.labels[label].truePositives + tally.labels[label].falseNegatives
    }
    return run.outputs.meter.confusion?.classes[label].wanted ?? 0
  }

  /// The classes that few nodes are of, or the labels that few have, the rarest first.
  private static func rareClasses(_ run: RunFigures) -> [Int] {
    run.outputs.names.indices.filter { 1..<fewNodes ~= wanted(run, $0) }
      .sorted { (wanted(run, $0), $0) < (wanted(run, $1), $1) }
  }

  /// How much worse unseen nodes are than those that were trained on.
  private static func spread(_ run: RunFigures) -> Check? {
    let title = "As good on unseen nodes"
    guard let part = run.outputs.part, part != .train else {
      return Check(
        .unknown, title,
        run.outputs.part == nil
          ? "The store does not say which nodes were trained on." : "Only training nodes have a label.")
    }
    // Of uneven classes the score that stands for all says little: the one that falls most is looked at.
    let falls = [run.main, run.selected].filter { !$0.isLowerBetter }.compactMap { score in
      run.outputs.scores.train?[score].flatMap { train in run.shown?[score].map { (score, train, shown: $0) } }
    }
    guard let (score, train, shown) = falls.max(by: { $0.1 - $0.shown < $1.1 - $1.shown }) else {
      return Check(
        .unknown, title, "There is no score of both training and \(part.noun) nodes that could be compared.")
    }
    // Whether weights from elsewhere have seen the store's training nodes is not known.
    let reason = run.isImported ? "the weights fit these better" : "it has learnt some of the training nodes by heart"
    let text =
      "\(score.name) is \(PageText.score(score, train)) on training nodes and \(PageText.score(score, shown)) on "
      + "\(part.noun) nodes"
    if train - shown > 0.2 { return Check(.caution, title, text.capitalisedFirst + ": \(reason).") }
    guard !run.isImported else {
      return Check(
        .unknown, title,
        text.capitalisedFirst + ", but which nodes the weights were trained on, elsewhere, is not known.")
    }
    return Check(.good, title, text.capitalisedFirst + ".")
  }

  private static func calibration(_ run: RunFigures) -> Check? {
    let title = "Probabilities mean what they say"
    guard run.outputs.meter.confusion != nil else { return nil }
    guard let error = run.shown?[.calibrationError] else {
      return Check(.unknown, title, noScore(run, "The calibration error"))
    }
    let text =
      "Probabilities of the predicted class are \(PageText.percent(error, 1)) away from the share of right predictions, on average "
      + "(calibration error)"
    return error > 0.1
      ? Check(.caution, title, text + ": do not read 0.9 as nine of ten.")
      : Check(.good, title, text + ".")
  }

  private static func unlabelled(_ run: RunFigures) -> Check? {
    let title = "Judged by test nodes"
    guard let part = run.outputs.part else {
      return Check(
        run.shownCount > 0 ? .caution : .unknown, title,
        run.shownCount > 0
          ? "The store has no split, so this page judges by all its labelled nodes; weights may have been trained on them."
          : "The store has no split, and no node has a label.")
    }
    guard part != .test else {
      return run.shownCount > 0 ? nil : Check(.unknown, title, "No test node has a label, nor has any other.")
    }
    return Check(
      .caution, title,
      "No test node has a label, so this page judges by \(part.noun) nodes"
        + (run.isImported
          ? "; whether the weights have seen these is not known."
          : part == .validation
            ? ", by which the weights were chosen: scores are too good."
            : ", from which it learnt: scores are too good.")
    )
  }
}
