import ArgumentParser
import GasBase
import GasBatch
import GasFiles
import GasNN
import GasStore
import GasTool

/// The option for watching work on a store: a trace.
struct WatchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write what each thread did when, as Chrome trace JSON, which ui.perfetto.dev shows: of one epoch (the second that is trained, or \
      the only one), or of the whole of an inference.
      """, valueName: "FILE"),
    completion: .file(extensions: ["json"]))
  var trace: String?

  /// The trace's file, if one is asked for. A file that cannot be written is refused before the work.
  ///
  /// - Parameters:
  ///   - replacesExisting: whether a file that is there gives way.
  ///   - goesOn: whether a trace does that is there: the same command has left it.
  ///   - advice: what may be done about a file that does not.
  /// - Returns: the file; `nil` where no trace is asked for.
  /// - Throws: `GasError` if no file can be made there, or one must not be replaced.
  func traceFile(
    replacesExisting: Bool, goesOn: Bool = false, advice: String = "name another file, or pass --overwrite"
  ) throws -> OutputFile? {
    var outputs = OutputPaths(replacesExisting: replacesExisting || goesOn, advice: advice)
    let file = try outputs.add(trace, as: "--trace")
    if goesOn { try file?.checkIsOwn(beginning: Trace.beginning, of: "--trace") }
    return file
  }
}

/// A trace and its file.
struct TraceFile {
  let trace: Trace
  private let file: OutputFile

  init(_ file: OutputFile) throws {
    self.file = file
    trace = Trace(about: ["kernels": try ComputeKernels.load().description])
  }

  func write() throws { try ready().publish() }

  /// The complete file, which only lacks its name.
  func ready() throws -> ReadyFile {
    let json = try trace.chromeJSON()
    return try AtomicFile.ready(file.path, replaces: file.replacement) { writer in
      try json.withUnsafeBytes { try writer.write($0) }
    }
  }
}

/// A progress line for each pass over batches.
final class PassLine {
  private let output: OutputOptions
  private var pass: PassProgress.Pass?
  private var line: ProgressLine?
  private var nodesDone = 0

  init(_ output: OutputOptions) {
    self.output = output
  }

  func update(_ progress: PassProgress) {
    guard output.showsProgress else { return }
    if pass != progress.pass || progress.nodesDone <= nodesDone {
      line?.finish()
      line = ProgressLine(progress.pass.title, total: progress.nodeCount, unit: "nodes")
      nodesDone = 0
    }
    pass = progress.pass
    line?.advance(by: progress.nodesDone - nodesDone)
    nodesDone = progress.nodesDone
    if nodesDone == progress.nodeCount { finish() }
  }

  private func finish() {
    line?.finish()
    (pass, line, nodesDone) = (nil, nil, 0)
  }
}
