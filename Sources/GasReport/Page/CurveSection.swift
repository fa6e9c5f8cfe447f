import GasBase
import GasMetrics
import GasRuns
import GasStore
import Glibc

/// How outputs order the nodes, and whether probabilities mean what they say.
struct CurveSection {
  let run: RunFigures
  let prefix: String

  private var nodes: String { run.outputs.nodes }
  private var isBinary: Bool { run.outputs.meter.confusion?.classes.count == 2 }
  private var thing: String { run.isMulti ? "label" : "class" }

  func markup(level: Int) -> Markup {
    let curves = run.outputs.curves
    let sentence =
      isBinary
      ? "Class “\(run.outputs.names[1])” against class “\(run.outputs.names[0])”, on the \(nodes)."
      : "Each \(thing) against all others, on the \(nodes): the \(curves.count) that most of them \(run.isMulti ? "have" : "are of")."
    let missing =
      curves.isEmpty
      ? [
        Markup.paragraph(
          run.shownCount > 0
            ? "ROC and precision–recall curves need \(nodes) of both kinds; all that are labelled are alike."
            : "None of the \(nodes) has a label, so there are neither curves nor a calibration diagram.",
          class: "missing")
      ] : [Markup.paragraph(sentence)]
    let charts =
      (curves.isEmpty ? [] : [rocChart(curves), precisionChart(curves)])
      + (run.outputs.meter.calibration.error.map { [calibrationChart($0)] } ?? [])
    return .section(
      prefix + "curves", level: level, "Ranking and probabilities",
      missing + [Markup("div", ["class": "figures"], charts.map(\.figure))])
  }

  private func shortName(_ curve: OutputFigures.Curve, _ area: Double) -> String {
    curve.name.excerpt(14) + ": " + Units.decimals(area, 3)
  }

  private func rocChart(_ curves: [OutputFigures.Curve]) -> Chart {
    let series = curves.enumerated().map { place, curve in
      LineChart.Series(
        name: shortName(curve, curve.curves.rocAuc),
        points: [(0, 0)] + curve.curves.steps.steps.map { (falseRate($0, curve), recall($0, curve)) }, style: place)
    }
    return LineChart(
      id: prefix + "roc",
      title: "ROC curve" + (curves.count > 1 ? "s" : " (area \(Units.decimals(curves[0].curves.rocAuc, 3)))"),
      description: curves.map { "\($0.name): area \(Units.decimals($0.curves.rocAuc, 4))." }.joined(separator: " "),
      x: .share("false positive rate"), y: .share("true positive rate"), series: series,
      reference: .diagonal("chance"), table: table("ROC curve", curves),
      note: "Areas are of all outputs. The curves pass through exact points, at least every 200th of the nodes."
    ).chart
  }

  private func precisionChart(_ curves: [OutputFigures.Curve]) -> Chart {
    let series = curves.enumerated().map { place, curve in
      LineChart.Series(
        name: shortName(curve, curve.curves.averagePrecision), points: precisions(curve), style: place)
    }
    let share =
      Double(curves[0].curves.steps.positives)
      / Double(curves[0].curves.steps.positives + curves[0].curves.steps.negatives)
    return LineChart(
      id: prefix + "precision",
      title: "Precision–recall curve"
        + (curves.count > 1 ? "s" : " (average precision \(Units.decimals(curves[0].curves.averagePrecision, 3)))"),
      description: curves.map { "\($0.name): average precision \(Units.decimals($0.curves.averagePrecision, 4))." }
        .joined(separator: " "),
      x: .share("recall"), y: .share("precision"), series: series,
      reference: curves.count == 1 ? .level(share, from: 0, to: 1, "chance") : nil,
      table: table("precision–recall curve", curves)
    ).chart
  }

  private func precisions(_ curve: OutputFigures.Curve) -> [(x: Double, y: Double)] {
    let points = curve.curves.steps.steps.map { (x: recall($0, curve), y: precision($0)) }
    return [(0, points.first?.y ?? 0)] + points
  }

  private func recall(_ step: RankSteps.Step, _ curve: OutputFigures.Curve) -> Double {
    Double(step.truePositives) / Double(curve.curves.steps.positives)
  }

  private func falseRate(_ step: RankSteps.Step, _ curve: OutputFigures.Curve) -> Double {
    Double(step.falsePositives) / Double(curve.curves.steps.negatives)
  }

  private func precision(_ step: RankSteps.Step) -> Double {
    Double(step.truePositives) / Double(step.truePositives + step.falsePositives)
  }

  /// Outputs are x₁ − x₀ with two classes and logits with labels; with more classes they are probabilities.
  private func probability(_ output: Double) -> Double {
    isBinary || run.isMulti ? 1 / (1 + exp(-output)) : output
  }

  private func table(_ name: String, _ curves: [OutputFigures.Curve]) -> DataTable {
    let rows = curves.flatMap { curve in
      TrainingSection.thinned(curve.curves.steps.steps, most: 15).map { step -> [DataTable.Cell] in
        let (tpr, fpr) = (recall(step, curve), falseRate(step, curve))
        let threshold = probability(step.output)
        return [
          .text(curve.name), .number(threshold, PageText.number(threshold)), .number(tpr, PageText.percent(tpr)),
          .number(fpr, PageText.percent(fpr)), .number(precision(step), PageText.percent(precision(step))),
          .count(step.truePositives + step.falsePositives),
        ]
      }
    }
    return DataTable(
      name + " at some probabilities",
      [
        thing, "least probability", "recall (true positive rate)", "false positive rate", "precision",
        "nodes predicted",
      ],
      rows)
  }

  // MARK: Calibration

  private func calibrationChart(_ error: Double) -> Chart {
    let bins = run.outputs.meter.calibration.bins
    let filled = bins.filter { $0.count > 0 }
    let points = filled.map { bin in
      (x: bin.probabilities / Double(bin.count), y: Double(bin.rights) / Double(bin.count))
    }
    let what =
      isBinary
      ? "class “\(run.outputs.names[1])”" : run.isMulti ? "each label" : "the predicted class"
    let rows = bins.enumerated().filter { $0.element.count > 0 }.map { place, bin -> [DataTable.Cell] in
      let (low, high) = (Double(place) / Double(bins.count), Double(place + 1) / Double(bins.count))
      let (mean, share) = (bin.probabilities / Double(bin.count), Double(bin.rights) / Double(bin.count))
      return [
        .text("\(Units.decimals(low, 2)) to \(Units.decimals(high, 2))"), .number(mean, PageText.number(mean)),
        .number(share, PageText.number(share)), .count(bin.count),
      ]
    }
    return LineChart(
      id: prefix + "calibration", title: "Calibration: probability of \(what)",
      description: "On average the share that is right is \(PageText.percent(error)) away from the probability.",
      x: .share("mean probability"), y: .share("share that is right"),
      series: [.init(name: "", points: points, style: 0)], reference: .diagonal("perfect"),
      table: DataTable(
        "predictions by their probability", ["probability", "mean", "share right", "predictions"], rows),
      note:
        "15 equal bins of the probability of \(what); \(PageText.percent(largestShare(bins))) of the predictions are in one of them. "
        + "Mean distance \(PageText.percent(error))." + otherDistance
    ).chart
  }

  /// With two classes the calibration error is of other bins than the diagram's, so that both have to be named.
  private var otherDistance: String {
    guard isBinary, let error = run.shown?[.calibrationError] else { return "" }
    return
      " The calibration error among the scores, \(PageText.percent(error)), is the same distance with the predictions in other bins: those "
      + "of the probability of the class that is predicted, which is never below 0.5 (docs/reports.md)."
  }

  private func largestShare(_ bins: [CalibrationBins.Bin]) -> Double {
    let all = bins.reduce(0) { $0 + $1.count }
    return Double(bins.map(\.count).max() ?? 0) / Double(max(1, all))
  }
}
