import GasBase
import GasRuns
import GasStore

/// Predicted real values beside true ones.
struct ValueSection {
  let run: RunFigures
  let prefix: String

  func markup(level: Int) -> Markup {
    guard run.shownCount > 0 else {
      return .section(
        prefix + "values", level: level, "Predicted and true values",
        [.paragraph("None of the \(run.outputs.nodes) has a value to compare with.", class: "missing")])
    }
    let comparisons = run.outputs.meter.values
    let all = run.outputs.names.count
    let sentence =
      "Predicted beside true values of the \(run.outputs.nodes), in the units of the labels"
      + (all > comparisons.count ? "; the first \(comparisons.count) of \(all) columns." : ".")
    let filled = comparisons.enumerated().filter { $0.element.residuals.count > 0 }
    let charts = filled.flatMap { place, comparison in [grid(comparison, place), residuals(comparison, place)] }
    let empty = comparisons.indices.filter { comparisons[$0].residuals.count == 0 }.map {
      Markup.paragraph(
        "None of the \(run.outputs.nodes) has a value in column \(run.outputs.names[$0]).", class: "missing")
    }
    return .section(
      prefix + "values", level: level, "Predicted and true values",
      [.paragraph(sentence)] + empty + [Markup("div", ["class": "figures"], charts.map(\.figure))])
  }

  private func suffix(_ place: Int) -> String {
    run.outputs.names.count > 1 ? ", column \(run.outputs.names[place])" : ""
  }

  private func grid(_ comparison: ValueComparison, _ place: Int) -> Chart {
    let limits = comparison.limits
    // Eight by eight is a table that can be read.
    let group = ValueComparison.side / 8
    let columns = (0..<8).map { "\(PageText.number(limits[$0 * group])) …" }
    let rows = (0..<8).reversed().map { row -> [DataTable.Cell] in
      [.text("\(PageText.number(limits[row * group])) …")]
        + (0..<8).map { column in
          .count(
            comparison.counts[row * group..<(row + 1) * group].reduce(0) {
              $0 + $1[column * group..<(column + 1) * group].reduce(0, +)
            })
        }
    }
    return GridChart(
      id: "\(prefix)values-\(place)", title: "Predicted against true value" + suffix(place),
      description: "The closer the dark squares lie to the dotted line, the better. R² is "
        + (run.shown?[.r2].map { PageText.number($0) } ?? "undefined") + ".",
      x: Axis("true value", limits), y: Axis("predicted value", limits), limits: limits, counts: comparison.counts,
      table: DataTable("nodes by predicted (rows) and true value (columns)", ["predicted"] + columns, rows),
      note: comparison.outside > 0
        ? "\(PageText.plural(comparison.outside, "node")) with a value outside of the picture are drawn at its edges."
        : nil
    ).chart
  }

  private func residuals(_ comparison: ValueComparison, _ place: Int) -> Chart {
    let columns = comparison.residuals.columns(leavingOut: 0.005, most: 40)
    let bars = columns.counts.enumerated().map { index, count in
      let from = columns.start + Double(index) * columns.width
      return (from: from, to: from + columns.width, height: Double(count))
    }
    let outside = columns.below + columns.above
    let rows = bars.map { bar -> [DataTable.Cell] in
      [.number(bar.from, PageText.number(bar.from)), .number(bar.to, PageText.number(bar.to)), .count(Int(bar.height))]
    }
    return ColumnChart(
      id: "\(prefix)residuals-\(place)", title: "Predicted less true value" + suffix(place),
      description: "Half of the differences lie between \(PageText.number(comparison.residuals.quantile(0.25))) and "
        + "\(PageText.number(comparison.residuals.quantile(0.75))).",
      x: Axis("predicted − true", bars.flatMap { [$0.from, $0.to] }),
      y: Axis("nodes", bars.map(\.height) + [0], .count),
      columns: bars, reference: (0, "no error"),
      table: DataTable("nodes by predicted less true value", ["from", "below", "nodes"], rows),
      note: outside > 0
        ? "\(PageText.plural(outside, "node")) of \(PageText.count(comparison.residuals.count)) lie outside." : nil
    ).chart
  }
}
