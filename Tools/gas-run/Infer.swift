import ArgumentParser
import FoundationEssentials
import GasBase
import GasFiles
import GasNN
import GasRuns
import GasStore
import GasTool
import GasTrain

struct Infer: RankedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes a run's probabilities, predictions and embeddings, exactly, with its best weights or its last.",
    discussion: """
      Row i of every file belongs to the i-th node in original order: the order of the ids file or of the feature rows, of
      ascending integer ids, or of the first appearance of names. --ids writes that order down, and --scores names every row.

      --scores writes a table of id, class and the probability of each class, or id and the probability of each label. The ending of its \
      name says how: .csv or .tsv, packed with .gz behind it. --scores - prints the table, for COPY … FROM STDIN of a database; \
      nothing else is printed then. --top 100 keeps the 100 rows with the highest probability of class 1 (--top-class), the highest first.

      --nodes computes for the nodes of a list, in its order; a node may stand there twice. Where few partitions lie within as many steps \
      as the model has layers, only those are computed; results are the same. Scores are of all nodes, so none are printed.

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
  @Option(name: .customLong("run"), help: "Name of the run.", completion: .runNames)
  var runName: String
  @Option(help: "Write the last hidden layer, .npy: float32 [nodes, hidden].")
  var embeddings: String?
  @Option(
    help: """
      Write classes, .npy: int64 [nodes]; with multiple labels uint8 [nodes, labels]; with real values float32 [nodes] or [nodes, values].
      """)
  var predictions: String?
  @Option(help: "Write the model's outputs before softmax or sigmoid, .npy: float32 [nodes, classes].")
  var logits: String?
  @Option(
    help: ArgumentHelp(
      "The weights of the best epoch, or of the last checkpoint: best, last. Default best.", valueName: "best|last"))
  var weights: KeptWeights = .best
  @Option(
    help: ArgumentHelp(
      """
      The probability above which class 1 of two classes, or a label, is predicted; auto: for each the one of the greatest F1 on \
      validation nodes. Default 0.5.
      """, valueName: "P|auto"))
  var threshold: Threshold?
  @Option(help: "Write the original ids of all nodes, row by row: .npy for integers, text with an id a line for names.")
  var ids: String?
  @OptionGroup var scores: ScoreFlags
  @Option(
    help: ArgumentHelp(
      """
      What is computed with: float32 or bfloat16. Default as the run was trained.
      """, valueName: "float32|bfloat16"))
  var precision: Precision?
  @Option(
    help: ArgumentHelp(
      """
      How hidden rows are kept from layer to layer: float32, or float16, bfloat16 and int8, which take less of the disk and round them. \
      Default float32, or bfloat16 with that precision: exact.
      """, valueName: "TYPE"))
  var historyType: RowEncoding?
  @Flag(help: "Replace files of these names. A folder, a device or a pipe is never replaced, nor a file of a store.")
  var overwrite = false
  @Option(help: "Threads that compute; results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var limits: MemoryOptions
  @OptionGroup var runs: RunsOption
  @OptionGroup var scratch: ScratchOption
  @OptionGroup var watch: WatchOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024; found \(threads)") }
    if scores.nodes != nil && ids != nil { throw ValidationError("--nodes has the ids already: leave --ids out") }
    if scores.arePrinted && output.json {
      throw ValidationError("--scores - prints the table, and --json would print an object behind it: name a file")
    }
  }

  func run() throws {
    try output.reportingErrors {
      if try RankedTool.work(on: store, trainedOn: trainingStore, scratch) { return }
      try scratch.use()
      try RankedTool.refuse("--nodes", scores.nodes != nil)
      let outputs = try InferenceOutputs(self)
      // Runs belong to the store that they were trained on.
      let opened = try trainingStore == nil ? runs.store(store) : StoreOpener.open(store)
      let training = try trainingStore.map { try runs.store($0, for: .runs) }
      let report = try (training ?? opened).whileInPlace {
        let folder = try RunFolder.open(in: training ?? opened, name: runName)
        return try folder.whileInPlace { try infer(opened, folder, trainedOn: training, outputs) }
      }
      if let report, !scores.arePrinted { try output.print(json: report, as: .infer) { text(report, opened) } }
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
    let exporter = try Exporter(opened, folder, trainedOn: training, precision: precision)
    if let path = outputs.ids?.path { try IdExport(opened).checkName(path) }
    let table = try scores.table(of: training ?? opened, replacesExisting: overwrite)
    var settings = try folder.settings()
    settings.threads = threads
    settings.precision = precision ?? settings.precision
    settings.historyType = historyType ?? settings.exactRows
    let plan = try limits.made(
      .inference, opened, settings, trainedOn: training ?? opened, outputs: outputs.paths,
      sizes: exporter.sizes(of: outputs.arrays, scores: table, threshold: threshold))
    let notes = RunNotes(
      settings, try ModelFactory.make(settings, for: training ?? opened), trainedOn: training ?? opened, on: [opened])
    if let plan, limits.plan {
      try plan.show(
        notes.joined(with: scores.nodes == nil ? [] : ["the plan is of all nodes; --nodes takes no more"]), output)
      return nil
    }
    outputs.clearLeftovers()
    let trace = try outputs.trace.map(TraceFile.init)
    // Asked before outputs have their names: if the run is replaced meanwhile, the export says so and writes nothing.
    let untrained = weights == .best ? try folder.untrainedNote() : nil
    let elsewhere =
      training == nil && scores.nodes == nil ? RunNotes.ofOwnScores(opened, folder, settings) : []
    let allNotes = notes.joined(with: [untrained].compactMap { $0 } + elsewhere)
    let nodes = try scores.nodes.map {
      try NodeList(reading: $0, of: opened, scratchIn: ScratchPlace.folder(beside: outputs.paths, or: [opened.path]))
    }
    var report = try exporter.export(
      outputs.arrays, threads: threads, keepingRowsIn: settings.historyType, weights: weights, threshold: threshold,
      plan: plan,
      scores: table, of: nodes, trace: trace?.trace, among: RankedTool.group, progress: PassLine(output).update
    ) {
      let ids = try outputs.ids.map { try IdExport(opened).ready(at: $0.path, replaces: $0.replacement) }
      return try [ids, trace?.ready()].compactMap { $0 }
    }
    allNotes.write(output)
    report.notes = allNotes.json
    return report
  }

  private func text(_ report: Exporter.Report, _ opened: Store) -> String {
    let written = [scores.scores, embeddings, predictions, logits, ids].compactMap { $0?.printable() }
    let next =
      trainingStore == nil && opened.isWhole
      ? CommandText.run(["report", store] + opened.runWords(report.run) + ["--output", "report.html"]) : nil
    return InferenceText(report, written: written, isOfSomeNodes: scores.nodes != nil, next: next).text
  }
}

/// The files of an inference, all of which are found fit before it begins.
private struct InferenceOutputs {
  let arrays: Exporter.Files
  let scores: OutputFile?
  let ids: OutputFile?
  let trace: OutputFile?

  init(_ infer: Infer) throws {
    var paths = OutputPaths(replacesExisting: infer.overwrite)
    arrays = Exporter.Files(
      embeddings: try paths.add(infer.embeddings, as: "--embeddings", endings: Exporter.Files.endings)?.path,
      predictions: try paths.add(infer.predictions, as: "--predictions", endings: Exporter.Files.endings)?.path,
      logits: try paths.add(infer.logits, as: "--logits", endings: Exporter.Files.endings)?.path,
      replacesExisting: infer.overwrite)
    scores =
      try infer.scores.arePrinted
      ? nil : paths.add(infer.scores.scores, as: "--scores", endings: ScoreTable.endings)
    ids = try paths.add(infer.ids, as: "--ids")
    trace = try paths.add(infer.watch.trace, as: "--trace")
  }

  /// The files that are as long as the graph.
  var paths: [String?] { [arrays.embeddings, arrays.predictions, arrays.logits, scores?.path] }

  /// Removes what a killed inference to the same files left.
  func clearLeftovers() {
    (paths + [ids?.path, trace?.path]).compactMap { $0 }.forEach(Leftovers.sweep(beside:))
  }
}

extension Precision: ExpressibleByArgument {}
extension RowEncoding: ExpressibleByArgument {}
extension KeptWeights: ExpressibleByArgument {}

extension Threshold: ExpressibleByArgument {
  /// Reads a flag.
  public init?(argument: String) { self.init(argument) }
}
