import ArgumentParser
import Foundation
import GasBase
import GasFiles
import GasRuns
import GasStore
import GasTool
import GasTrain

struct Infer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes a run's embeddings and predictions for all nodes, exactly, with its best weights.",
    discussion: """
      Row i of every file belongs to the i-th node in original order: the order of the ids file or of the feature rows, of
      ascending integer ids, or of the first appearance of names. --ids writes that order down.

      With --from, a run that was trained on another store is used on this one, with the run's settings. Features have to be as
      many, and labels, if there are any, of the same kind. Scores are of the split of the run's number, or of the only one; over
      all labelled nodes (allAccuracy) if the store has no splits.

      Stores and runs are only read. Hidden rows lie in temporary files without names meanwhile, about as large as the run's histories: in \
      the folder of the first output; where there is none, or it has no room, in that of the run; where that may not be written or has no \
      room either, in $TMPDIR (else /tmp) or /var/tmp, whichever is on a disk and not in memory.
      """)

  @Argument(
    help: "The store to compute on: the one that the run belongs to, unless --from names that.", completion: .directory)
  var store: String
  @Option(
    name: .customLong("from"), help: "The store that the run belongs to, if it is another.", completion: .directory)
  var trainingStore: String?
  @Option(name: .customLong("run"), help: "Name of the run.")
  var runName: String
  @Option(help: "Write the last hidden layer: float32 [nodes, hidden].")
  var embeddings: String?
  @Option(
    help: """
      Write classes: int64 [nodes]; with multiple labels uint8 [nodes, labels]; with real values float32 [nodes] or [nodes, values].
      """)
  var predictions: String?
  @Option(help: "Write the model's outputs before softmax or sigmoid: float32 [nodes, classes].")
  var logits: String?
  @Option(help: "Write the original ids, row by row: .npy for integers, text with an id a line for names.")
  var ids: String?
  @Option(
    help: ArgumentHelp(
      """
      How hidden rows are kept from layer to layer: float32, or float16, bfloat16 and int8, which take less of the disk and round them. \
      Default float32: exact.
      """, valueName: "TYPE"))
  var historyType: RowEncoding = .float32
  @Flag(help: "Replace files of these names. A folder, a device or a pipe is never replaced, nor a file of a store.")
  var overwrite = false
  @Option(help: "Threads that compute; results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var limits: MemoryOptions
  @OptionGroup var watch: WatchOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024; found \(threads)") }
  }

  func run() throws {
    try output.reportingErrors {
      let outputs = try InferenceOutputs(self)
      let opened = try StoreOpener.open(store)
      let training = try trainingStore.map { try StoreOpener.open($0) }
      let report = try (training ?? opened).whileInPlace {
        let folder = try RunFolder.open(in: training ?? opened, name: runName)
        return try folder.whileInPlace { try infer(opened, folder, trainedOn: training, outputs) }
      }
      if let report { try output.print(json: report) { text(report) } }
    }
  }

  /// Computes and writes the outputs.
  ///
  /// - Parameters:
  ///   - opened: the store to compute on.
  ///   - folder: the run.
  ///   - training: the store that the run belongs to, if it is another.
  ///   - outputs: the files to write.
  /// - Returns: the report; `nil` where only a plan was asked for, which has been shown.
  /// - Throws: `GasError` if the run cannot be used on the store, or a file cannot be written.
  private func infer(
    _ opened: Store, _ folder: RunFolder, trainedOn training: Store?, _ outputs: InferenceOutputs
  ) throws -> Exporter.Report? {
    let exporter = try Exporter(opened, folder, trainedOn: training)
    var settings = try folder.settings()
    settings.threads = threads
    settings.historyType = historyType
    let plan = try limits.made(
      .inference, opened, settings, trainedOn: training ?? opened, outputs: [embeddings, predictions, logits])
    let notes = RunNotes(
      settings, try ModelFactory.make(settings, for: training ?? opened), trainedOn: training ?? opened, on: [opened])
    if let plan, limits.plan {
      try plan.show(notes, output)
      return nil
    }
    outputs.clearLeftovers()
    let trace = try outputs.trace.map(TraceFile.init)
    var report = try exporter.export(
      outputs.arrays, threads: threads, keepingRowsIn: historyType, plan: plan, trace: trace?.trace,
      progress: PassLine(output).update
    ) {
      let ids = try outputs.ids.map { try IdExport(opened).ready(at: $0.path, replaces: $0.replacesExisting) }
      return try [ids, trace?.ready()].compactMap { $0 }
    }
    let allNotes = notes.joined(with: [try folder.untrainedNote()].compactMap { $0 })
    allNotes.write(output)
    report.notes = allNotes.json
    return report
  }

  private func text(_ report: Exporter.Report) -> String {
    func score(_ value: Double?) -> String { value.map { Units.percent($0) } ?? "–" }
    let written = [embeddings, predictions, logits, ids].compactMap { $0?.printable() }
    let scores =
      report.allAccuracy.map { "all labelled   \(score($0)) \(report.metric)" }
        ?? """
        test           \(score(report.testAccuracy)) \(report.metric)
        val            \(score(report.valAccuracy)) \(report.metric)
        """
    return """
      run            \(report.run.printable()), \(report.nodeCount) nodes in \(Units.seconds(report.seconds))
      \(scores)
      written        \(written.isEmpty ? "nothing (see --help for --predictions, --embeddings, --logits)" : written.joined(separator: ", "))
      peak memory    \(Units.bytes(report.peakResidentBytes))
      """
  }
}

/// The files of an inference, all of which are found fit before it begins.
private struct InferenceOutputs {
  let arrays: Exporter.Files
  let ids: OutputFile?
  let trace: OutputFile?

  init(_ infer: Infer) throws {
    var paths = OutputPaths(replacesExisting: infer.overwrite)
    arrays = Exporter.Files(
      embeddings: try paths.add(infer.embeddings, as: "--embeddings")?.path,
      predictions: try paths.add(infer.predictions, as: "--predictions")?.path,
      logits: try paths.add(infer.logits, as: "--logits")?.path, replacesExisting: infer.overwrite)
    ids = try paths.add(infer.ids, as: "--ids")
    trace = try paths.add(infer.watch.trace, as: "--trace")
  }

  /// Removes what a killed inference to the same files left.
  func clearLeftovers() {
    let paths = [arrays.embeddings, arrays.predictions, arrays.logits, ids?.path, trace?.path].compactMap { $0 }
    paths.forEach(Leftovers.sweep(beside:))
  }
}

extension RowEncoding: ExpressibleByArgument {}
