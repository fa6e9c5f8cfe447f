import GasBase
import GasMetrics
import GasRuns
import GasStore

/// Several runs beside each other.
struct ComparisonSection {
  let runs: [RunFigures]
  /// The summary of each.
  let summaries: [SummarySection]

  var markup: Markup {
    .section(
      "comparison", level: 2, "The runs beside each other",
      zip(runs, summaries).map { run, summary in
        .paragraph([
          .strong(run.name + ": "), Markup(summary.sentence + " "), Markup("em", ["Can it be relied on?"]),
          Markup(" " + summary.verdict),
        ])
      } + [scoreTable.markup(id: "comparison-scores"), differenceTable] + notes
        + [Markup("div", ["class": "figures"], [scoreChart, lossChart].compactMap { $0?.figure })])
  }

  private var selected: Score { runs[0].selected }

  private var notes: [Markup] {
    runs.allSatisfy { $0.selected == selected }
      ? []
      : [
        .paragraph("The runs keep their weights by different scores; the first run’s is shown for all.", class: "note")
      ]
  }

  private var scoreTable: DataTable {
    let scores = runs[0].main == selected ? [selected] : [selected, runs[0].main]
    let columns = scores.flatMap { score in SplitPart.allCases.map { "\($0.noun) \(score.name)" } }
    let rows = runs.map { run -> [DataTable.Cell] in
      [.text(run.name), .text(run.settings.model)]
        + scores.flatMap { score in
          SplitPart.allCases.map { .optional(run.outputs.scores[$0]?[score], score.text) }
        } + [
          run.weightsEpoch.map { .count($0) } ?? .missing, run.result.map { .count($0.epochs) } ?? .missing,
          .optional(run.summary.seconds) { Units.seconds($0) }, .count(run.parameterCount),
        ]
    }
    return DataTable(
      "scores of exact inference", ["run", "model"] + columns + ["best epoch", "epochs", "time", "parameters"], rows)
  }

  private var differenceTable: Markup {
    let differences = RunComparison(runs.map(\.summary)).differences
    guard !differences.isEmpty else {
      return .paragraph(
        "Their settings are the same, as far as they "
          + (runs.contains(where: \.isImported)
            ? "are known: of imported runs they are those of the model alone." : "change results."))
    }
    return DataTable(
      "settings in which they differ", ["setting"] + runs.map(\.name),
      differences.map { [.code($0.key)] + $0.values.map { .text($0) } },
      note: runs.contains(where: \.isImported)
        ? "Of imported runs the settings of the model alone are known, and not how they were trained." : nil
    ).markup(id: "comparison-settings")
  }

  private var scoreChart: Chart? {
    let score = selected
    let series = runs.enumerated().compactMap { place, run -> LineChart.Series? in
      let points = run.records.compactMap { record in
        TrainingSection.value(record, .validation, score, run).map { (Double(record.epoch), $0) }
      }
      guard points.count > 1 else { return nil }
      return LineChart.Series(name: run.name, points: TrainingSection.thinned(points), style: place)
    }
    guard !series.isEmpty else { return nil }
    let all = series.flatMap(\.points)
    let rows = series.map { series -> [DataTable.Cell] in
      let best = score.isLowerBetter ? series.points.min { $0.1 < $1.1 } : series.points.max { $0.1 < $1.1 }
      let last = series.points.last
      return [
        .text(series.name), .optional(best?.y, score.text), .optional(best?.x) { PageText.count(Int($0)) },
        .optional(last?.y, score.text), .optional(last?.x) { PageText.count(Int($0)) },
      ]
    }
    return LineChart(
      id: "comparison-score", title: "\(score.name.capitalisedFirst) of validation nodes by epoch",
      description: series.map { "\($0.name) ends at \(score.text($0.points.last?.y ?? .nan))." }.joined(separator: " "),
      x: Axis("epoch", all.map(\.x) + [0], .count),
      y: Axis(score.name, all.map(\.y), score.isShare ? .percent : .number),
      series: series,
      table: DataTable(
        "\(score.name) of validation nodes", ["run", "best in the chart", "epoch", "last", "epoch"], rows,
        note: "Each run’s own chart has the numbers of its epochs.")
    ).chart
  }

  private var lossChart: Chart? {
    let series = runs.enumerated().compactMap { place, run -> LineChart.Series? in
      let points = run.records.compactMap { record in record.loss.map { (Double(record.epoch), $0) } }
      return points.count > 1 ? .init(name: run.name, points: TrainingSection.thinned(points), style: place) : nil
    }
    guard !series.isEmpty else { return nil }
    let all = series.flatMap(\.points)
    return LineChart(
      id: "comparison-loss", title: "Training loss by epoch",
      description: series.map { "\($0.name) ends at \(PageText.number($0.points.last?.y ?? .nan))." }.joined(
        separator: " "),
      x: Axis("epoch", all.map(\.x), .count), y: Axis("loss", all.map(\.y)), series: series,
      table: DataTable(
        "training loss", ["run", "first", "last"],
        series.map {
          [
            .text($0.name), .optional($0.points.first?.y) { PageText.number($0, 4) },
            .optional($0.points.last?.y) { PageText.number($0, 4) },
          ]
        }),
      note: "Losses of different settings need not mean the same."
    ).chart
  }
}
