import ArgumentParser
import GasBase
import GasRuns
import GasStore
import GasTool
import GasTrain

struct ExportRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes a run's weights for PyTorch Geometric.",
    discussion: """
      --format pyg writes safetensors with the names and in the layout of PyTorch Geometric's modules, and what makes the module again in \
      the metadata; docs/pyg.md has the names. gas_gnn.pyg.to_pyg of the Python package makes the module. The same weights are the same bytes.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case pyg }

  @Argument(help: "The store that the run belongs to.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Name of the run.")
  var runName: String
  @Option(help: ArgumentHelp("What to write: pyg.", valueName: "FORMAT"))
  var format: Format
  @Option(name: .customLong("output"), help: "The file to write: .safetensors.")
  var path: String
  @Option(
    help: ArgumentHelp(
      "The weights of the best epoch, or of the last checkpoint: best, last. Default best.", valueName: "best|last"))
  var weights: KeptWeights = .best
  @Flag(help: "Replace a file of this name. A folder, a device or a pipe is never replaced, nor a file of a store.")
  var overwrite = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      var paths = OutputPaths(replacesExisting: overwrite)
      guard let file = try paths.add(path, as: "--output", endings: [".safetensors"]) else { return }
      let opened = try StoreOpener.open(store)
      let report = try opened.whileInPlace {
        let folder = try RunFolder.open(in: opened, name: runName)
        return try folder.whileInPlace { try PyGExport(opened, folder, weights: weights).write(to: file) }
      }
      try output.print(json: report) {
        """
        run            \(report.run.printable()), model \(report.model.printable())
        written        \(report.output.printable()): \(Units.plural(report.tensorCount, "tensor")), \
        \(Units.plural(report.numberCount, "number"))
        """
      }
    }
  }
}
