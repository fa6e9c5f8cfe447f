import GasBase
import GasRuns

/// How old the rows were that training read of nodes outside of a batch, and what that did.
struct StalenessSection {
  let run: RunFigures
  let prefix: String

  /// How many layers have a curve.
  private static let mostLayers = 6

  func markup(level: Int) -> Markup {
    var parts: [Markup] = []
    if !run.hasLayers {
      parts.append(
        .paragraph(
          "The model has one stage, between which and the next nothing is kept: there are no histories.",
          class: "missing"))
    } else if run.isImported {
      parts.append(.paragraph("The run has no histories: its weights come from elsewhere.", class: "missing"))
    } else {
      if !run.hasHistories {
        parts.append(
          .paragraph(
            (run.rankCount > 1
              ? "Several ranks trained the run, whose histories end with them; what follows they measured."
              : "The histories were freed (gas-run clean); what follows was measured before.")
              + " gas-run resume makes them again.",
            class: "missing"))
      }
      parts += measured
    }
    return .section(prefix + "staleness", level: level, "Staleness of histories", parts)
  }

  private var measured: [Markup] {
    let charts = [epochChart, partitionChart].compactMap { $0 }
    guard !charts.isEmpty || layerTable != nil else {
      return [.paragraph("No evaluation after an epoch has measured the histories.", class: "missing")]
    }
    return [
      .paragraph(
        "A batch reads rows of nodes outside of it from histories, as they were last computed. Drift is how far these are "
          + "from exact ones, relative to their length; noise is what dropout and the like make of it, and staleness what "
          + "older weights make (docs/staleness.md). Scores on this page do not use histories."),
      layerTable.map { $0.markup(id: prefix + "layers") } ?? .nothing,
      Markup("div", ["class": "figures"], charts.map(\.figure)),
      errorText,
    ]
  }

  private var layerTable: DataTable? {
    guard let layers = run.refresh?.layers, !layers.isEmpty else { return nil }
    let rows = layers.map { layer -> [DataTable.Cell] in
      [
        .text("layer \(layer.layer)"), number(layer.drift), .optional(layer.noise) { PageText.number($0) },
        .optional(layer.staleness) { PageText.number($0) }, .count(layer.age.median), .count(layer.age.max),
      ]
    }
    return DataTable(
      "histories at the last evaluation, after \(PageText.plural(run.refresh?.step ?? 0, "step"))",
      ["history", "drift", "noise", "staleness", "median age, steps", "greatest age"], rows)
  }

  private func number(_ value: Double) -> DataTable.Cell { .number(value, PageText.number(value)) }

  /// The layers with curves: all, or some from the first to the last.
  private func chosen(_ layers: [Int]) -> [Int] { TrainingSection.thinned(layers, most: Self.mostLayers) }

  private var epochChart: Chart? {
    let records = run.records.filter { !$0.staleness.isEmpty }
    guard records.count > 1 else { return nil }
    let all = Set(records.flatMap { $0.staleness.map(\.layer) }).sorted()
    let layers = chosen(all)
    let series = layers.enumerated().map { place, layer in
      LineChart.Series(
        name: "layer \(layer)",
        points: TrainingSection.thinned(
          records.compactMap { record in
            record.staleness.first { $0.layer == layer }.map { (Double(record.epoch), $0.drift) }
          }), style: place)
    }
    let points = series.flatMap(\.points)
    let shown = Set(TrainingSection.thinned(records, most: TrainingSection.mostRows).map(\.epoch))
    let rows = records.filter { shown.contains($0.epoch) }.map { record -> [DataTable.Cell] in
      [.count(record.epoch)]
        + layers.map { layer in
          .optional(record.staleness.first { $0.layer == layer }?.drift) { PageText.number($0) }
        }
    }
    return LineChart(
      id: prefix + "drift", title: "Drift of each layer's history by epoch",
      description: layers.map { layer in
        "Layer \(layer) ends at \(PageText.number(records.last?.staleness.first { $0.layer == layer }?.drift ?? .nan))."
      }.joined(separator: " "),
      x: Axis("epoch", points.map(\.x), .count), y: Axis("drift", points.map(\.y) + [0]), series: series,
      table: DataTable(
        "drift by epoch and layer", ["epoch"] + layers.map { "layer \($0)" }, rows, note: TrainingSection.note(run)),
      note: all.count > layers.count ? "\(layers.count) of \(all.count) layers." : nil
    ).chart
  }

  private var partitionChart: Chart? {
    guard let layers = run.refresh?.layers.filter({ $0.partitions.count > 1 }), !layers.isEmpty else { return nil }
    let shown = chosen(layers.map(\.layer))
    let series = shown.enumerated().compactMap { place, number -> LineChart.Series? in
      guard let layer = layers.first(where: { $0.layer == number }) else { return nil }
      let worst = layer.worst(layer.partitions.count).enumerated().map { (Double($0.offset + 1), $0.element.drift) }
      return LineChart.Series(name: "layer \(number)", points: TrainingSection.thinned(worst), style: place)
    }
    let points = series.flatMap(\.points)
    let rows = layers.filter { shown.contains($0.layer) }.flatMap { layer in
      layer.worst(8).map { partition -> [DataTable.Cell] in
        [
          .text("layer \(layer.layer)"), .count(partition.partition), self.number(partition.drift),
          .count(partition.medianAge),
        ]
      }
    }
    return LineChart(
      id: prefix + "partitions", title: "Drift of the partitions, the worst first",
      description: "At the last evaluation. The worst partition of \(layers[0].partitions.count) drifts by "
        + "\(PageText.number(points.map(\.y).filter(\.isFinite).max() ?? .nan)), the best by \(PageText.number(points.map(\.y).filter(\.isFinite).min() ?? .nan)).",
      x: Axis("partitions, sorted", points.map(\.x) + [1], .count), y: Axis("drift", points.map(\.y) + [0]),
      series: series,
      table: DataTable(
        "the worst eight partitions of each layer", ["history", "partition", "drift", "median age, steps"], rows)
    ).chart
  }

  private var errorText: Markup {
    guard let error = run.refresh?.error else {
      let reason =
        run.rankCount > 1
        ? "several ranks trained the run, which do not measure it"
        : "the whole graph is one batch, training did not end, or --no-measure-error"
      return .paragraph("What histories did to the outputs was not measured (\(reason)).", class: "note")
    }
    let bound = error.bound.map { ", where the paper’s theorem allows up to \(PageText.number($0))" } ?? ""
    return .paragraph(
      "With these histories the outputs of epoch \(error.epoch) are \(PageText.percent(error.relativeError, 2)) off, relative to their "
        + "length: \(PageText.number(error.meanError)) a node on average and \(PageText.number(error.largestError)) at most\(bound)."
    )
  }
}
