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
      "\(run.selected.name) is \(PageText.score(run.selected, value)) on the \(name(run.outputs.part)) nodes; outputs that "
      + "do not look at a node have \(PageText.score(run.selected, least))."
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
    var text =
      "Accuracy is of \(nodes): with 95\u{202f}% confidence it is from \(PageText.percent(limits.low, 1)) to "
      + "\(PageText.percent(limits.high, 1)) on nodes of the same kind."
    let rare = rareClasses(run)
    if let rarest = rare.first {
      text +=
        rare.count == 1
        ? " But “\(run.outputs.names[rarest].excerpt)” has only \(wanted(run, rarest)) of them: "
        : " But \(rare.count) classes have fewer than \(fewNodes), “\(run.outputs.names[rarest].excerpt)” only \(wanted(run, rarest)): "
      text += "what is said of \(rare.count == 1 ? "it" : "these") rests on few nodes."
    }
    return Check(limits.high - limits.low > 0.1 || !rare.isEmpty ? .caution : .good, title, text)
  }

  /// A class of fewer nodes has scores that chance may have made.
  private static let fewNodes = 20

  private static func wanted(_ run: RunFigures, _ label: Int) -> Int {
    run.outputs.meter.confusion?.classes[label].wanted ?? 0
  }

  /// The classes that few nodes are of, the rarest first.
  private static func rareClasses(_ run: RunFigures) -> [Int] {
    run.outputs.names.indices.filter { 1..<fewNodes ~= wanted(run, $0) }
      .sorted { (wanted(run, $0), $0) < (wanted(run, $1), $1) }
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
    let names = never.prefix(4).map { "“" + run.outputs.names[$0].excerpt + "”" } + (never.count > 4 ? ["…"] : [])
    return Check(
      .caution, title,
      "\(never.count) of the \(occurring.count) classes of the \(part) nodes \(never.count == 1 ? "is" : "are") never predicted: "
        + names.joined(separator: ", ") + ".")
  }

  /// How much worse unseen nodes are than those that were trained on.
  private static func spread(_ run: RunFigures) -> Check? {
    guard run.outputs.part != .train else { return nil }
    // Of uneven classes the score that stands for all says little: the one that falls most is looked at.
    let falls = [run.main, run.selected].filter { !$0.isLowerBetter }.compactMap { score in
      run.outputs.scores.train?[score].flatMap { train in run.shown?[score].map { (score, train, shown: $0) } }
    }
    guard let (score, train, shown) = falls.max(by: { $0.1 - $0.shown < $1.1 - $1.shown }) else { return nil }
    let text =
      "\(score.name) is \(PageText.score(score, train)) on training nodes and \(PageText.score(score, shown)) on "
      + "\(name(run.outputs.part)) nodes"
    return train - shown > 0.2
      ? Check(
        .caution, "As good on unseen nodes",
        text.capitalisedFirst + ": it has learnt some of the training nodes by heart.")
      : Check(.good, "As good on unseen nodes", text.capitalisedFirst + ".")
  }

  private static func calibration(_ run: RunFigures) -> Check? {
    guard let error = run.shown?[.calibrationError] else { return nil }
    let text =
      "Probabilities of the predicted class are \(PageText.percent(error, 1)) away from the share of right predictions, on average "
      + "(calibration error)"
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
