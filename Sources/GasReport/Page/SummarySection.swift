import GasBase
import GasRuns
import GasStore

/// The page's beginning, for those who read nothing else: what was predicted, how well, and whether to believe it.
struct SummarySection {
  let graph: GraphFigures
  let run: RunFigures
  let prefix: String

  func markup(level: Int) -> Markup {
    let checks = Check.all(run)
    return Markup([
      lead, tiles,
      .section(
        prefix + "trust", level: level, "Can it be relied on?",
        [.paragraph(verdict), Markup("ul", ["class": "checks"], checks.map(item))]),
    ])
  }

  /// What was predicted, on what, and how good it is.
  var lead: Markup { Markup("p", ["class": "lead"], [Markup(sentence)]) }

  private func item(_ check: Check) -> Markup {
    Markup(
      "li",
      [
        Markup("span", ["class": "verdict \(check.verdict.rawValue)"], [Markup(Self.word(check.verdict))]),
        Markup("span", [.strong(check.title + ": "), Markup(check.sentence)]),
      ])
  }

  private static func word(_ verdict: Check.Verdict) -> String {
    switch verdict {
    case .good: "✓ yes"
    case .caution: "! careful"
    case .bad: "✕ no"
    case .unknown: "? unknown"
    }
  }

  /// Whether the scores can be relied on, in a sentence.
  var verdict: String {
    let checks = Check.all(run)
    let (bad, careful) = (checks.count { $0.verdict == .bad }, checks.count { $0.verdict == .caution })
    let open = checks.count { $0.verdict == .unknown }
    let rest = open == 0 ? "" : " \(open) of \(checks.count) could not be made."
    if bad > 0 {
      return "No: \(Units.plural(bad, "check")) failed. Read \(bad == 1 ? "it" : "them") before the scores are used."
        + rest
    }
    if careful > 0 {
      return
        "With care: \(Units.plural(careful, "check")) of \(checks.count) \(careful == 1 ? "asks" : "ask") for a second look."
        + rest
    }
    switch open {
    case 0: return "Nothing speaks against it: all \(checks.count) checks passed."
    case checks.count: return "That is not known: none of the checks could be made."
    default:
      return
        "That is not fully known: \(open) of \(checks.count) checks could not be made. The others found nothing against it."
    }
  }

  private var model: String {
    run.settings.model.uppercased() == "SAGE" ? "GraphSAGE" : run.settings.model.uppercased()
  }

  /// The same as text.
  var sentence: String {
    let statistics = graph.statistics
    let what: String
    switch graph.kind {
    case .single where graph.classCount == 1: what = "the class of a node, of which there is but one\(named)"
    case .single: what = "which of \(PageText.count(graph.classCount)) classes\(named) a node belongs to"
    case .multi where graph.classCount == 1: what = "whether a node has the one label that there is\(named)"
    case .multi: what = "which of \(PageText.count(graph.classCount)) labels a node has"
    case .values:
      what =
        run.outputs.names.count == 1 ? "a number for each node" : "\(run.outputs.names.count) numbers for each node"
    }
    let base =
      run.settings.model == "mlp"
      ? "A model of the features alone (MLP, run \(run.name)) predicts \(what); it does not look at the graph"
      : "A graph neural network (\(model), run \(run.name)) predicts \(what)"
    return base + ", for \(PageText.plural(statistics.nodeCount, "node")) of "
      + "\(PageText.lastPart(statistics.path)). \(result)"
  }

  /// The classes by name, where they have some and are few.
  private var named: String {
    let names = run.outputs.names
    guard names.count <= 6, names != names.indices.map(String.init) else { return "" }
    return " (" + PageText.list(names.map { $0.excerpt(20) }) + ")"
  }

  private var result: String {
    guard let shown = run.shown, run.shownCount > 0 else { return "No node has a label to score it by." }
    let nodes =
      run.shownCount == 1
      ? "the only " + run.outputs.labelled(1).dropOne : "the " + run.outputs.labelled(run.shownCount)
    if let accuracy = shown[.accuracy] {
      let least =
        run.baseline?[.accuracy].map { "; calling all of them the same would get \(PageText.percent($0, 1))" } ?? ""
      let decided =
        run.selected != .accuracy
        ? shown[run.selected].map { value in
          (run.report.selection.isChosen
            ? " Classes are uneven, so the score to look at is "
            : run.isImported ? " The score to look at is " : " Its weights were chosen by ")
            + "\(run.selected.name): \(PageText.score(run.selected, value))"
            + (run.baseline?[run.selected].map { ", where guessing has \(PageText.score(run.selected, $0))" } ?? "")
            + "."
        } ?? "" : ""
      return "It is right about \(PageText.percent(accuracy, 1)) of \(nodes)\(least).\(decided)"
    }
    if let f1 = shown[.microF1] {
      return "On \(nodes) micro-F1 is \(PageText.percent(f1, 1))"
        + (run.baseline?[.microF1].map { ", where the same labels for all would have \(PageText.percent($0, 1))." }
          ?? ".")
    }
    if let error = shown[.rmse], shown[.r2] == nil {
      return "On \(nodes) the root of the mean squared error is \(PageText.number(error)); R² is undefined."
    }
    if let r2 = shown[.r2], let error = shown[.rmse] {
      return
        r2 < 0
        ? "On \(nodes) it is worse than the mean of the true values (R² \(PageText.number(r2))); the root of the mean squared error is \(PageText.number(error))."
        : "On \(nodes) it explains \(PageText.percent(r2, 1)) of the variance (R² \(PageText.number(r2))); the root of the mean squared error is \(PageText.number(error))."
    }
    return "No score is defined on \(nodes)."
  }

  private var tiles: Markup {
    func tile(_ name: String, _ value: Markup, _ below: String) -> Markup {
      Markup(
        "li",
        [
          Markup("span", ["class": "sub"], [Markup(name)]), Markup("strong", [value]),
          Markup("span", ["class": "sub"], [Markup(below)]),
        ])
    }
    var tiles: [Markup] = []
    let scores = run.main == run.selected ? [run.main] : [run.selected, run.main]
    for score in scores {
      guard let value = run.shown?[score] else { continue }
      let least = run.baseline?[score].map { "all alike: \(PageText.score(score, $0))" } ?? "no baseline"
      tiles.append(
        tile(
          run.outputs.part.map { "\($0.noun.capitalisedFirst) \(score.name)" } ?? score.name.capitalisedFirst,
          .number(value, PageText.score(score, value)), least))
    }
    if let value = run.outputs.scores.val?[run.selected], run.outputs.part == .test {
      tiles.append(
        tile(
          "Validation \(run.selected.name)", .number(value, PageText.score(run.selected, value)),
          run.isImported ? "imported weights" : "chose the weights"))
    }
    tiles.append(
      tile(
        "Nodes", .number(Double(graph.statistics.nodeCount), PageText.count(graph.statistics.nodeCount)),
        "\(PageText.count(graph.statistics.edgeCount)) adjacency entries"))
    if let seconds = run.summary.seconds, let epochs = run.result?.epochs {
      tiles.append(tile("Training", .number(seconds, Units.seconds(seconds)), PageText.plural(epochs, "epoch")))
    }
    return Markup("ul", ["class": "tiles"], tiles)
  }
}
