import ArgumentParser
import GasBase
import GasMetrics
import GasRuns
import GasStore
import GasTool
import GasTrain

/// The memory that work on a store may take, and whether its plan is shown.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Memory for the whole process, page cache included, such as 2GiB. Refused with the smallest that will do if it is too little. \
      Default: no limit.
      """, valueName: "SIZE"))
  var memory: ByteCount?
  @Flag(help: "Say what it would take, memory, disk, time and bytes, and stop there.")
  var plan = false

  /// Makes the plan, where one is asked for.
  ///
  /// - Parameters:
  ///   - work: the work to plan.
  ///   - store: the store to work on.
  ///   - settings: the run's settings.
  ///   - training: the store that the run belongs to.
  ///   - outputs: the files that the work writes.
  ///   - sizes: how large these are.
  /// - Returns: the plan; `nil` where neither a plan nor a budget is asked for.
  /// - Throws: `GasError` if the budget is too small.
  func made(
    _ work: RunPlan.Work, _ store: Store, _ settings: RunSettings, trainedOn training: Store, outputs: [String?] = [],
    sizes: OutputSizes? = nil
  ) throws -> RunPlan? {
    guard plan || memory != nil else { return nil }
    let model = try ModelFactory.make(settings, for: training)
    return try RunPlan(
      work, on: store, settings, model: model, memoryBytes: memory?.bytes, outputs: outputs, sizes: sizes,
      timed: plan)
  }
}

extension LabelCounts {
  /// The number of nodes that are trained on, and of those that are left out.
  var trainedText: String {
    "\(train.labelled) nodes" + (train.unlabelled > 0 ? ", not on \(train.unlabelled) others without a label" : "")
  }
}

extension PassTime {
  /// What the time is made of.
  fileprivate var parts: String {
    func part(_ seconds: Double?, _ what: String) -> String? {
      seconds.flatMap { $0 > 0 ? "\(Units.seconds($0)) \(what)" : nil }
    }
    let parts = [
      part(computingSeconds, "computing"), part(fillingSeconds, "filling batches"),
      part(movingSeconds, "sending or copying rows"), part(diskReadSeconds, "reading from the disk"),
      part(diskWriteSeconds, "writing to it"),
    ]
    return parts.compactMap { $0 }.joined(separator: ", ") + ", at the same time"
  }
}

extension RunPlan {
  func show(_ notes: RunNotes, _ output: OutputOptions) throws {
    notes.write(output, without: selection?.selection.reason)
    var plan = self
    plan.notes = notes.json
    plan.chosen = notes.choices.isEmpty ? nil : notes.choices
    try output.print(json: plan, as: .plan) { plan.text }
  }

  /// How halo rows reach batches, if they are not read where they lie.
  private var halos: String {
    if mail != nil { return ", halo rows sent to the windows of batches that read them" }
    guard haloWindows > 0 else { return "" }
    return layerMail != nil && nodes == nil
      ? ", halo rows sent from layer to layer" : ", halo rows copied together in \(haloWindows) windows"
  }

  /// The plan as text for people.
  var text: String {
    let isTraining = nodes != nil
    let time =
      isTraining
      ? "\(Units.seconds(trainSeconds)) an epoch and \(Units.seconds(inferSeconds)) its exact evaluation"
      : Units.seconds(inferSeconds)
    let chosen = (chosen ?? []).lines.map { "chosen       " + $0 }
    let lines: [String?] = [
      "batches      \(batchPartitions) of \(partitions) partitions"
        + halos,
      "memory       up to \(Units.bytes(neededBytes))" + (memoryBytes.map { " of \(Units.bytes($0))" } ?? "")
        + ": \(Units.bytes(batchBytes)) batches, \(Units.bytes(valueBytes)) values, \(Units.bytes(cacheBytes)) page cache,"
        + " \(Units.bytes(fixedBytes)) the rest",
      "at least     \(Units.bytes(smallestBytes)), with 1 partition in a batch",
      "time         " + (untimed.map { "not measured: \($0)" } ?? "about \(time)"),
      epochTime.map { "             an epoch: \($0.parts)" },
      exactTime.map { "             " + (isTraining ? "its evaluation: " : "") + $0.parts },
      "reads        \(Units.bytes(readBytes)) \(isTraining ? "an epoch with its evaluation" : "in all"), less what stays in the page cache;"
        + " up to \(Units.bytes(readPageBytes)) in whole pages",
      "writes       \(Units.bytes(writtenBytes))",
      untimed == nil
        ? "             "
          + (diskSeconds.map {
            "the disk takes \(Units.seconds($0)) for what is read and written, if none of it stays in the page cache"
          }
            ?? "how fast the disk is could not be measured") : nil,
      "disk         \(Units.bytes(diskBytes)) \(isTraining ? "beside the store" : "for outputs and temporary files"); \(Units.bytes(freeBytes)) are free"
        + (diskBytes <= freeBytes ? "" : ": NOT ENOUGH"),
      nodes.map { "trains on    " + $0.trainedText },
      selection?.classText.map { "classes      " + $0 },
      selection.map { "selects by   " + $0.selection.reason },
      selection?.baselineText.map { "baseline     " + $0 },
      "kernels      \(kernels)",
    ]
    return (chosen + lines.compactMap { $0 } + (ranks?.lines ?? [])).textLines
  }
}
