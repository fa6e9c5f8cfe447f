import GasBase
import GasMetrics
import GasRuns
import GasStore

/// How good the outputs are: all scores of all parts, and for classes and labels where they are right and wrong.
struct ScoreSection {
  let run: RunFigures
  let prefix: String

  private var nodes: String { run.outputs.nodes }

  func markup(level: Int) -> Markup {
    .section(
      prefix + "scores", level: level, "Scores",
      [.paragraph(origin)] + missing.map { .paragraph($0, class: "missing") } + (run.shownCount > 0 ? figures : []))
  }

  private var figures: [Markup] {
    [scoreTable.markup(id: prefix + "all-scores"), Markup("div", ["class": "figures"], charts.map(\.figure))]
  }

  private var origin: String {
    let weights =
      run.isImported
      ? "the imported weights" : "the weights " + (run.weightsEpoch.map { "of epoch \($0)" } ?? "of an unknown epoch")
    return
      "Computed for this page by exact layer-wise inference with \(weights), without histories and without "
      + "sampling. Scores are those of scikit-learn on the same outputs (docs/scores.md)."
      + (run.outputs.otherStore.map { " The \(nodes) are those of \($0)." } ?? "")
  }

  /// What has no scores.
  private var missing: [String] {
    if run.shownCount == 0 { return ["No node has a label, so there are no scores, and no figures of them."] }
    guard let shown = run.outputs.part else {
      return ["The store has no split: scores and figures are of all its labelled nodes."]
    }
    return SplitPart.allCases.compactMap { part in
      guard run.outputs.scores[part] == nil else { return nil }
      return "No \(part.noun) node has a label, so there are no \(part.noun) scores."
        + (part == .test ? " Figures below are of \(shown.noun) nodes." : "")
    }
  }

  private var scoreTable: DataTable {
    let all = run.outputs.scores
    let parts =
      SplitPart.allCases.compactMap { part in all[part].map { (name: part.noun, scores: $0) } }
      + (all.all.map { [(name: "all labelled nodes", scores: $0)] } ?? [])
    let scores = Score.all(of: run.main == .r2 ? .values : run.isMulti ? .multi : .single)
    let rows = scores.compactMap { score -> [DataTable.Cell]? in
      let cells = parts.map { DataTable.Cell.optional($0.scores[score], score.text) }
      guard parts.contains(where: { $0.scores[score] != nil }) else { return nil }
      let mark = score == run.selected && !run.isImported ? " (decides)" : ""
      return [.text(score.name + mark)] + cells + [
        .optional(run.baseline?[score], score.text), .text(score.isLowerBetter ? "lower" : "higher"),
      ]
    }
    return DataTable(
      "all scores of run \(run.name)",
      ["score"] + parts.map(\.name) + [run.outputs.part.map { "all alike, \($0.noun)" } ?? "all alike", "better is"],
      rows,
      note: "“All alike” are outputs that do not look at a node"
        + (run.main == .accuracy
          ? ": the most frequent class of the \(all.train == nil ? "labelled" : "training") nodes for all." : "."))
  }

  private var charts: [Chart] {
    if let confusion = run.outputs.meter.confusion { return [matrix(confusion), classChart(confusion)] }
    if let tally = run.outputs.meter.tally { return [labelChart(tally)] }
    return []
  }

  // MARK: Classes

  private func name(_ label: Int) -> String { run.outputs.names[label] }

  private func matrix(_ confusion: Confusion) -> Chart {
    let names = confusion.shown.map(name) + (confusion.hasRest ? ["all others"] : [])
    let sums = confusion.matrix.map { $0.reduce(0, +) }
    let shades = confusion.matrix.enumerated().map { row, counts in
      counts.map { sums[row] > 0 ? Double($0) / Double(sums[row]) : 0 }
    }
    let hasTexts = names.count <= 8
    // What is summed up as all others is no class.
    let worst = confusion.shown.indices.flatMap { row in
      confusion.shown.indices.filter { $0 != row }.map { (row, $0, confusion.matrix[row][$0]) }
    }.max { ($0.2, $1.0, $1.1) < ($1.2, $0.0, $0.1) }
    let mistake =
      worst.map { row, column, count in
        count > 0
          ? "The most frequent mistake: \(PageText.plural(count, "node")) of “\(names[row])” predicted as “\(names[column])”."
          : "There is no mistake."
      } ?? ""
    return HeatMap(
      id: prefix + "confusion", title: "Confusion matrix of the \(nodes)",
      description: "Rows are true classes, columns predicted ones; each row is shaded by its shares. \(mistake)",
      axes: ("true", "predicted"), names: names, shades: shades,
      texts: hasTexts ? confusion.matrix.map { $0.map { PageText.count($0) } } : [],
      table: DataTable(
        "true classes (rows) by predicted classes (columns), nodes", ["true class"] + names,
        zip(names, confusion.matrix).map { name, counts in [.text(name)] + counts.map { .count($0) } }),
      note: mistake
        + (confusion.hasRest
          ? " The \(confusion.shown.count) classes with most \(nodes); the other \(confusion.classes.count - confusion.shown.count) are summed."
          : "")
    ).chart
  }

  private static let mostBars = 20

  private func classChart(_ confusion: Confusion) -> Chart {
    let order = confusion.classes.indices.filter { confusion.classes[$0].wanted + confusion.classes[$0].predicted > 0 }
      .sorted { (confusion.classes[$1].wanted, $0) < (confusion.classes[$0].wanted, $1) }
    let shown = Array(order.prefix(Self.mostBars))
    let rows = shown.map { label in
      let f1 = confusion.classes[label].f1 ?? 0
      return BarChart.Row(name: name(label), lengths: [f1], text: Units.decimals(f1, 2))
    }
    let weakest = shown.min { (confusion.classes[$0].f1 ?? 0, $0) < (confusion.classes[$1].f1 ?? 0, $1) }
    let cells = order.prefix(60).map { label -> [DataTable.Cell] in
      let counts = confusion.classes[label]
      return [
        .text(name(label)), .optional(counts.precision) { PageText.percent($0) },
        .optional(counts.recall) { PageText.percent($0) }, .optional(counts.f1) { PageText.number($0) },
        .count(counts.wanted), .count(counts.predicted),
      ]
    }
    return BarChart(
      id: prefix + "classes", title: "F₁ of each class on the \(nodes)",
      description: weakest.map {
        "Of the classes shown, “\(name($0))” is found worst: F₁ \(PageText.number(confusion.classes[$0].f1 ?? 0, 2))."
      } ?? "No class occurs.",
      parts: [""], rows: rows, most: 1,
      table: DataTable(
        "precision and recall by class", ["class", "precision", "recall", "F₁", "nodes", "predicted"], Array(cells),
        note: order.count > 60 ? "The 60 most frequent of \(order.count) classes." : nil),
      note: order.count > shown.count
        ? "The \(shown.count) most frequent of \(order.count) classes that occur or are predicted." : nil
    ).chart
  }

  // MARK: Labels

  private func labelChart(_ tally: LabelTally) -> Chart {
    func positives(_ label: Int) -> Int { tally.labels[label].truePositives + tally.labels[label].falseNegatives }
    let order = tally.labels.indices.sorted { (positives($1), $0) < (positives($0), $1) }
    let shown = Array(order.prefix(Self.mostBars))
    let cells = order.prefix(60).map { label -> [DataTable.Cell] in
      let counts = tally.labels[label]
      return [
        .text(name(label)), .number(counts.f1, PageText.number(counts.f1)), .count(counts.truePositives),
        .count(counts.falsePositives), .count(counts.falseNegatives), .count(counts.trueNegatives),
      ]
    }
    return BarChart(
      id: prefix + "labels", title: "F₁ of each label on the \(nodes)",
      description:
        "The \(shown.count) labels that most nodes have, of \(tally.labels.count); a label is predicted where its probability is above one half.",
      parts: [""],
      rows: shown.map {
        .init(name: name($0), lengths: [tally.labels[$0].f1], text: Units.decimals(tally.labels[$0].f1, 2))
      },
      most: 1,
      table: DataTable(
        "right and wrong predictions by label",
        ["label", "F₁", "rightly yes", "wrongly yes", "wrongly no", "rightly no"], Array(cells),
        note: order.count > 60 ? "The 60 most frequent of \(order.count) labels." : nil),
      note: order.count > shown.count ? "The \(shown.count) most frequent of \(order.count) labels." : nil
    ).chart
  }
}
