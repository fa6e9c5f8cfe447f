import ArgumentParser
import GasBase
import GasFiles
import GasRuns
import GasStore
import GasTool

struct Export: ParsableCommand {
  /// What a run is written as.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case tensorboard, csv
  }

  static let configuration = CommandConfiguration(
    abstract: "Writes what was measured of a run as TensorBoard's event files or as a table.",
    discussion: """
      FORMATS
        tensorboard  an event file in the folder OUTPUT/RUN: tensorboard --logdir OUTPUT shows it, runs beside each other. \
      gas-run train --tensorboard OUTPUT writes the same while it trains.
        csv          a row for each epoch, a column for each number: OUTPUT ends in .csv, .csv.gz, .tsv or .tsv.gz; - prints it.

      A run that is being trained is written up to its last checkpoint.

      EXAMPLES
        gas-run export cora.store --run first --format tensorboard --output logs
        gas-run export cora.store --run first --format csv --output first.csv
      """)

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Name of the run.")
  var runName: String
  @Option(help: "What to write: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Format
  @Option(name: .customLong("output"), help: ArgumentHelp("Where to write it.", valueName: "PATH"))
  var path: String
  @Flag(help: "Replace the file of this name, or the events of a run of this name.")
  var overwrite = false
  @OptionGroup var output: OutputOptions

  private var isPrinted: Bool { format == .csv && path == StandardOutput.name }

  func validate() throws {
    if isPrinted && output.json {
      throw ValidationError("--output - prints the table, and --json would print an object behind it: name a file")
    }
  }

  func run() throws {
    try output.reportingErrors {
      let write = try target()
      let opened = try Store(opening: store)
      let report = try opened.whileInPlace {
        let folder = try RunFolder.open(in: opened, name: runName)
        return try folder.whileInPlace { try write(RunExport(folder)) }
      }
      guard !isPrinted else { return }
      try output.print(json: report) {
        "written        \(report.path.printable()): \(Units.plural(report.epochs, "epoch")), up to \(report.names.count) numbers each"
      }
    }
  }

  /// Checks where the output goes, before anything is read.
  ///
  /// - Returns: what writes it.
  private func target() throws -> (RunExport) throws -> RunExport.Report {
    switch format {
    case .tensorboard:
      let folder = try TensorBoardFolder(path, as: "--output", replacesExisting: overwrite)
      return { try $0.write(to: folder) }
    case .csv:
      var paths = OutputPaths(replacesExisting: overwrite)
      let file = try isPrinted ? nil : paths.add(path, as: "--output", endings: RunExport.tableEndings)
      return { try $0.write(to: file) }
    }
  }
}
