import ArgumentParser
import GasBase
import GasFiles
import GasRuns
import GasStore
import GasTool
import GasTrain

struct ExportRun: ParsableCommand {
  /// What a run is written as.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case pyg, tensorboard, csv
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a run's weights for PyTorch Geometric, or what was measured of it for TensorBoard or as a table.",
    discussion: """
      FORMATS
        pyg          weights as safetensors, with the names and in the layout of PyTorch Geometric's modules, and what makes the module \
      again in the metadata; docs/pyg.md has the names. gas_gnn.pyg.to_pyg of the Python package makes the module. The same weights are the \
      same bytes.
        tensorboard  an event file in the folder OUTPUT/RUN: tensorboard --logdir OUTPUT shows it, runs beside each other. \
      gas-run train --tensorboard OUTPUT writes the same while it trains.
        csv          a row for each epoch, a column for each number: OUTPUT ends in .csv, .csv.gz, .tsv or .tsv.gz; - prints it.

      A run that is being trained is written up to its last checkpoint.

      EXAMPLES
        gas-run export cora.store --run first --format pyg --output weights.safetensors
        gas-run export cora.store --run first --format tensorboard --output logs
        gas-run export cora.store --run first --format csv --output first.csv
      """)

  @Argument(help: "The store that the run belongs to.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Name of the run.", completion: .runNames)
  var runName: String
  @Option(help: "What to write: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format
  @Option(
    name: [.customLong("output"), .customShort("o")], help: ArgumentHelp("Where to write it.", valueName: "PATH"))
  var path: String
  @Option(
    help: ArgumentHelp(
      "pyg: the weights of the best epoch, or of the last checkpoint: best, last. Default best.",
      valueName: "best|last"))
  var weights: KeptWeights?
  @Flag(
    help: """
      Replace the file of this name, or the events of a run of this name. A folder, a device or a pipe is never replaced, nor a file of a store.
      """)
  var overwrite = false
  @OptionGroup var runs: RunsOption
  @OptionGroup var output: OutputOptions

  private var isPrinted: Bool { format == .csv && path == StandardOutput.name }

  func validate() throws {
    if isPrinted && output.json {
      throw ValidationError("--output - prints the table, and --json would print an object behind it: name a file")
    }
    if weights != nil && format != .pyg { throw ValidationError("--weights is for --format pyg") }
  }

  func run() throws {
    try output.reportingErrors {
      let write = try target()
      let opened = try runs.store(store, for: .runs)
      let tell = try opened.whileInPlace {
        let folder = try RunFolder.open(in: opened, name: runName)
        return try folder.whileInPlace { try write(opened, folder) }
      }
      try tell()
    }
  }

  /// Checks where the output goes, before anything is read.
  ///
  /// - Returns: what writes it, and then gives what tells of it.
  private func target() throws -> (Store, RunFolder) throws -> () throws -> Void {
    switch format {
    case .tensorboard:
      let folder = try TensorBoardFolder(path, as: "--output", replacesExisting: overwrite)
      return { _, run in try telling(RunExport(run).write(to: folder)) }
    case .csv:
      let file = try isPrinted ? nil : outputFile(endings: RunExport.tableEndings)
      return { _, run in try telling(RunExport(run).write(to: file)) }
    case .pyg:
      let file = try outputFile(endings: [".safetensors"])
      return { store, run in try telling(PyGExport(store, run, weights: weights ?? .best).write(to: file)) }
    }
  }

  private func outputFile(endings: [String]) throws -> OutputFile {
    var paths = OutputPaths(replacesExisting: overwrite)
    return try paths.add(path, as: "--output", endings: endings)!
  }

  private func telling(_ report: RunExport.Report) -> () throws -> Void {
    {
      guard !isPrinted else { return }
      try output.print(json: report, as: .export) {
        "written        \(path.printable()): \(Units.plural(report.epochs, "epoch")), up to \(report.names.count) numbers each"
      }
    }
  }

  private func telling(_ report: PyGExport.Report) -> () throws -> Void {
    {
      try output.print(json: report, as: .pyg) {
        """
        run            \(report.run.printable()), model \(report.model.printable())
        written        \(report.output.printable()): \(Units.plural(report.tensorCount, "tensor")), \
        \(Units.plural(report.numberCount, "number"))
        """
      }
    }
  }
}
