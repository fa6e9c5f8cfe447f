import GasBase
import GasRuns
import GasTrain

/// What runs took in memory and time, beside what a plan says. It is the one place of a page that is not the same
/// whenever it is made, since a plan times batches.
struct CostSection {
  let runs: [(run: RunFigures, prefix: String)]

  var markup: Markup {
    .section(
      "cost", level: 2, "Memory and time against the plan",
      [
        .paragraph(
          "A plan (gas-run train --plan) computes some batches and tells from them what all take. The plans here were "
            + "made with the page, on the machine that made it; what is beside them was seen in training.",
          class: "note")
      ] + runs.flatMap(parts))
  }

  private func parts(_ run: RunFigures, _ prefix: String) -> [Markup] {
    let heading = runs.count > 1 ? [Markup("h3", [Markup("Run \(run.name)")])] : []
    let problem = run.cost.problem.map { [Markup.paragraph("No plan could be made: \($0)", class: "missing")] } ?? []
    let unseen =
      run.records.filter { $0.epoch > 0 }.count > 1
      ? []
      : [
        Markup.paragraph(
          run.records.isEmpty
            ? "Nothing is known of what training took\(run.isImported ? ", since the weights come from elsewhere" : "")."
            : "Fewer than two epochs were trained, so there are no charts by epoch.", class: "missing")
      ]
    return heading + problem + unseen + [
      table(run).markup(id: prefix + "plan"),
      Markup(
        "div", ["class": "figures"], [memoryChart(run, prefix), timeChart(run, prefix)].compactMap { $0?.figure }),
    ]
  }

  private func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }

  private func table(_ run: RunFigures) -> DataTable {
    let plan = run.cost.plan
    let resident = run.records.map(\.residentBytes).max()
    func bytes(_ value: Int?) -> DataTable.Cell { value.map { .number(Double($0), Units.bytes($0)) } ?? .missing }
    func seconds(_ value: Double?) -> DataTable.Cell { .optional(value) { Units.seconds($0) } }
    let epochs = run.records.filter { $0.epoch > 0 }
    let rows: [[DataTable.Cell]] = [
      [.text("memory"), bytes(plan?.neededBytes), bytes(resident)],
      [.text("an epoch of training"), seconds(plan?.epochTime?.seconds), seconds(run.result?.epochSecondsMedian)],
      [.text("its exact evaluation"), seconds(plan?.exactTime?.seconds), seconds(run.result?.evaluateSecondsMedian)],
      [.text("waiting for batches, of an epoch"), .missing, seconds(median(epochs.map(\.waitedSeconds)))],
      [.text("disk, beside the store"), bytes(plan?.diskBytes), bytes(run.summary.bytes)],
      [
        .text("partitions in a batch"), plan.map { .count($0.batchPartitions) } ?? .missing,
        .text(run.settings.batchPartitions.settingText),
      ],
      [.text("exact inference for this page"), .missing, seconds(run.outputs.seconds)],
    ]
    return DataTable(
      "plan and run" + (runs.count > 1 ? " \(run.name)" : ""), ["what", "plan", "run"], rows,
      note:
        "Memory of a plan is what the process has for itself and the part of the page cache that it cannot do without; resident memory also counts "
        + "mapped files that are in the page cache anyway. Times of a run are medians. A dash stands for what is not known."
    )
  }

  private func memoryChart(_ run: RunFigures, _ prefix: String) -> Chart? {
    let records = TrainingSection.thinned(run.records)
    guard records.count > 1 else { return nil }
    let mebibyte = Double(1 << 20)
    let points = records.map { (x: Double($0.epoch), y: Double($0.residentBytes) / mebibyte) }
    let planned = run.cost.plan.map { Double($0.neededBytes) / mebibyte }
    let ends = (points[0].x, points[points.count - 1].x)
    return LineChart(
      id: prefix + "memory", title: "Resident memory at the end of each epoch, MiB",
      description: "At most \(PageText.number(points.map(\.y).max() ?? 0)) MiB"
        + (planned.map { "; the plan says \(PageText.number($0)) MiB." } ?? "."),
      x: Axis("epoch", points.map(\.x), .count), y: Axis("MiB", points.map(\.y) + [0, planned ?? 0]),
      series: [.init(name: "", points: points, style: 0)],
      reference: planned.map { .level($0, from: ends.0, to: ends.1, "plan") },
      table: DataTable(
        "resident memory by epoch", ["epoch", "memory"],
        TrainingSection.rows(run).map {
          [.count($0.epoch), .number(Double($0.residentBytes), Units.bytes($0.residentBytes))]
        },
        note: TrainingSection.note(run))
    ).chart
  }

  private func timeChart(_ run: RunFigures, _ prefix: String) -> Chart? {
    let records = TrainingSection.thinned(run.records.filter { $0.epoch > 0 })
    guard records.count > 1 else { return nil }
    let train = LineChart.Series(
      name: "training", points: records.map { (Double($0.epoch), $0.trainSeconds) }, style: 0)
    let evaluate = LineChart.Series(
      name: "evaluation", points: records.filter(\.isEvaluated).map { (Double($0.epoch), $0.evaluateSeconds) }, style: 1
    )
    let points = train.points + evaluate.points
    return LineChart(
      id: prefix + "time", title: "Seconds of each epoch",
      description: "An epoch took \(Units.seconds(run.result?.epochSecondsMedian ?? .nan)) of training and "
        + "\(Units.seconds(run.result?.evaluateSecondsMedian ?? .nan)) of evaluation (medians).",
      x: Axis("epoch", points.map(\.x), .count), y: Axis("seconds", points.map(\.y) + [0]), series: [train, evaluate],
      table: DataTable(
        "seconds by epoch", ["epoch", "training", "evaluation", "of both, waiting"],
        TrainingSection.rows(run).map {
          [
            .count($0.epoch), .number($0.trainSeconds, PageText.number($0.trainSeconds)),
            .number($0.evaluateSeconds, PageText.number($0.evaluateSeconds)),
            .number($0.waitedSeconds, PageText.number($0.waitedSeconds)),
          ]
        }, note: TrainingSection.note(run))
    ).chart
  }
}
