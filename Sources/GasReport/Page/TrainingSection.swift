import GasBase
import GasMetrics
import GasRuns
import GasStore

/// How a run learnt: its loss and scores, epoch by epoch.
struct TrainingSection {
  let run: RunFigures
  let prefix: String

  /// How many points a curve and how many rows a table has at most.
  static let (mostPoints, mostRows) = (300, 40)

  func markup(level: Int) -> Markup {
    let trained = run.records.filter { $0.epoch > 0 }
    guard !trained.isEmpty else {
      let reason =
        run.result == nil
        ? "The run has no checkpoint and no metrics: its weights come from elsewhere, and nothing is known of how they were trained."
        : run.records.isEmpty
          ? "metrics.jsonl is gone, and with it what it said of the epochs."
          : "No epoch was trained yet."
      return .section(prefix + "training", level: level, "Training", [.paragraph(reason, class: "missing")])
    }
    return .section(
      prefix + "training", level: level, "Training",
      [.paragraph(sentence(trained))] + missing(trained)
        + [Markup("div", ["class": "figures"], charts(trained).map(\.figure))])
  }

  private func sentence(_ trained: [EpochRecord]) -> String {
    let last = trained[trained.count - 1].epoch
    let seconds = run.records.reduce(0) { $0 + $1.trainSeconds + $1.evaluateSeconds }
    let kept =
      run.weightsEpoch.map {
        "The weights of epoch \($0) are kept: \(run.report.selection.reason)."
      } ?? ""
    return
      "\(PageText.plural(last, "epoch")) in \(Units.seconds(seconds)), \(PageText.count(run.parameterCount)) parameters. \(kept)"
  }

  private var shownScores: [Score] { run.main == run.selected ? [run.main] : [run.selected, run.main] }

  /// What has no chart: scores, and the loss of a single epoch.
  private func missing(_ trained: [EpochRecord]) -> [Markup] {
    let loss = lossChart(trained) == nil ? trained.compactMap(\.loss).first : nil
    let only = loss.map { value in
      Markup.paragraph(
        "The training loss of the only epoch is \(number(value)), so there is no curve of it.", class: "missing")
    }
    return [only].compactMap { $0 } + missingScores
  }

  private var missingScores: [Markup] {
    shownScores.filter { scoreChart($0) == nil }.map {
      .paragraph(
        "\($0.name.capitalisedFirst) was measured in fewer than two epochs, so there is no curve of it.",
        class: "missing")
    }
  }

  private func charts(_ trained: [EpochRecord]) -> [Chart] {
    ([lossChart(trained)] + shownScores.map(scoreChart)).compactMap { $0 }
  }

  /// The losses by epoch; `nil` where none was measured in at least two epochs.
  private func lossChart(_ trained: [EpochRecord]) -> Chart? {
    let losses = Self.thinned(trained.filter { $0.loss != nil }).map { (Double($0.epoch), $0.loss ?? .nan) }
    let checked = Self.thinned(run.records.filter { $0.valLoss != nil }).map { (Double($0.epoch), $0.valLoss ?? .nan) }
    let isValue = run.main == .r2
    let first = LineChart.Series(name: "training loss", points: losses, style: 0)
    // The mean squared error of real values is in their own units, the training loss is not.
    let second =
      isValue || checked.isEmpty ? [] : [LineChart.Series(name: "validation log loss", points: checked, style: 1)]
    guard ([first] + second).contains(where: { $0.points.count > 1 }) else { return nil }
    let all = ([first] + second).flatMap(\.points)
    let positive = all.map(\.1).filter { $0 > 0 }
    let isWide = (positive.max() ?? 1) / (positive.min() ?? 1) > 50
    let rows = Self.rows(run).map { record in
      [.count(record.epoch), .optional(record.loss, number)] + second.map { _ in .optional(record.valLoss, number) }
        as [DataTable.Cell]
    }
    let ends = losses.map { number($0.1) }
    return LineChart(
      id: prefix + "loss", title: "Loss by epoch" + (isWide ? " (logarithmic)" : ""),
      description: (ends.count > 1 ? "The training loss goes from \(ends[0]) to \(ends[ends.count - 1])." : "")
        + (ends.count == 1 ? "The training loss is \(ends[0])." : "")
        + (second.isEmpty ? "" : " The validation log loss ends at \(number(checked.last?.1 ?? .nan))."),
      x: Axis("epoch", all.map(\.0) + [0], .count),
      y: Axis("loss", all.map(\.1), scale: isWide ? .logarithmic : .linear),
      series: [first] + second,
      table: DataTable("loss by epoch", ["epoch", "training loss"] + second.map(\.name), rows, note: Self.note(run))
    ).chart
  }

  /// The score of each part by epoch; `nil` where it was not measured in at least two epochs.
  private func scoreChart(_ score: Score) -> Chart? {
    let parts = SplitPart.allCases.map { part in
      (
        part,
        run.records.compactMap { record in Self.value(record, part, score, run).map { (Double(record.epoch), $0) } }
      )
    }.filter { $0.1.count > 1 }
    guard !parts.isEmpty else { return nil }
    let isBest = parts.first { $0.0 == .validation }
    let series = parts.map { part, points in
      var series = LineChart.Series(name: part.noun, points: Self.thinned(points), style: Int(part.rawValue) - 1)
      if part == .validation, let epoch = run.weightsEpoch, let best = points.first(where: { $0.0 == Double(epoch) }) {
        series.highlight = (best.0, best.1, "best: epoch \(epoch), \(score.text(best.1))")
      }
      return series
    }
    let all = parts.flatMap(\.1)
    let rows = Self.rows(run).map { record in
      [.count(record.epoch)] + parts.map { part, _ in .optional(Self.value(record, part, score, run), score.text) }
        as [DataTable.Cell]
    }
    return LineChart(
      id: prefix + "score-" + score.flag, title: "\(score.name.capitalisedFirst) by epoch",
      description: parts.map { "\($0.noun.capitalisedFirst) nodes end at \(score.text($1.last?.1 ?? .nan))." }
        .joined(separator: " ") + (isBest == nil ? " No validation node has a label." : ""),
      x: Axis("epoch", all.map(\.0) + [0], .count),
      y: Axis(score.name, all.map(\.1), score.isShare ? .percent : .number),
      series: series,
      table: DataTable("\(score.name) by epoch", ["epoch"] + parts.map(\.0.noun), rows, note: Self.note(run)),
      note: score == run.selected ? "Decides which weights are kept." : nil
    ).chart
  }

  /// A part's score of an epoch. Runs from before all scores were kept have the main one.
  static func value(_ record: EpochRecord, _ part: SplitPart, _ score: Score, _ run: RunFigures) -> Double? {
    if let value = record.scores?[part]?[score] { return value }
    guard record.scores == nil, score == run.main else { return nil }
    switch part {
    case .train: return record.train
    case .validation: return record.val
    case .test: return record.test
    }
  }

  private func number(_ value: Double) -> String { PageText.number(value, 4) }

  /// At most as many elements as a curve has points, evenly, with both ends.
  static func thinned<Element>(_ elements: [Element], most: Int = mostPoints) -> [Element] {
    guard elements.count > most else { return elements }
    return (0..<most).map { elements[$0 * (elements.count - 1) / (most - 1)] }
  }

  /// The epochs that tables show: evenly, with the best one.
  static func rows(_ run: RunFigures) -> [EpochRecord] {
    let evaluated = run.records.filter(\.isEvaluated)
    let shown = Set(thinned(evaluated, most: mostRows).map(\.epoch)).union([run.weightsEpoch ?? 0])
    return run.records.filter { shown.contains($0.epoch) }
  }

  static func note(_ run: RunFigures) -> String? {
    let (shown, all) = (rows(run).count, run.records.count)
    guard shown < all else { return nil }
    return "\(shown) of \(all) epochs, evenly chosen, the best among them; runs/\(run.name)/metrics.jsonl has all."
  }
}
