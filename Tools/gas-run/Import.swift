import ArgumentParser
import GasBase
import GasRuns
import GasStore
import GasTool
import GasTrain

struct ImportRun: ParsableCommand {
  /// Where weights come from.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case pyg
  }

  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Makes a run of weights that were trained in PyTorch Geometric.",
    discussion: """
      The file is safetensors with the names of PyTorch Geometric's modules, from gas-run export, from gas_gnn.pyg.from_pyg of the Python \
      package, or from safetensors.torch.save_file(model.state_dict(), …); docs/pyg.md has all names and what must be alike. Every tensor is \
      checked. Widths, layers, heads and norm are read off the tensors; what no tensor shows (alpha, theta, the layers of appnp, aggregators, \
      scalers) has to be given where the file's metadata do not say it. How the weights were trained (epochs, learning rates) is not known and not \
      asked for; of a preset only the model is taken. What is given and \
      the file's metadata have otherwise is refused. float16, bfloat16 and float64 become float32, which is said.

      gas-run infer, export, list and show, and gas-stat take the run as any other. Its epochs and metrics are not known, so it \
      cannot be resumed.

      EXAMPLES
        gas-run import my.store --run from-pyg --format pyg --model sage weights.safetensors
        gas-run import my.store --run appnp --format pyg --model appnp --layers 10 --alpha 0.1 weights.safetensors
      """)

  @Argument(
    help: "The store that the run will belong to, with features and labels as the model takes and gives them.",
    completion: .directory)
  var store: String
  @Argument(help: "The weights, .safetensors.", completion: .file(extensions: ["safetensors"]))
  var file: String
  @Option(name: .customLong("run"), help: "Name of the new run.")
  var runName: String
  @Option(help: ArgumentHelp("Where the weights come from: pyg.", valueName: "FORMAT"))
  var format: Format
  @Option(
    help: ArgumentHelp(
      "Model: \(RunSettings.modelNames.joined(separator: ", ")). Default: as the file's metadata, or --preset, say.",
      valueName: "NAME"))
  var model: String?
  @Option(
    help: "YAML file of settings, named as below without the dashes; flags override it.",
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?
  @Flag(help: "Replace a run of the same name, unless a process uses it.")
  var overwrite = false
  @OptionGroup(title: "Settings of the model") var flags: ModelFlags
  @OptionGroup var runs: RunsOption
  @OptionGroup var output: OutputOptions

  private var given: [String: any SettingValue] {
    var given = flags.values
    given["model"] = model
    return given
  }

  func run() throws {
    try output.reportingErrors {
      let opened = try runs.store(store, for: .runs, makesRuns: true)
      let report = try opened.whileInPlace {
        try PyGImport(file, for: opened, run: runName, configFile: config, flags: given)
          .makeRun(replaceExisting: overwrite)
      }
      for note in output.json ? [] : report.notes ?? [] { ProgressLine.write("note: \(GasError(note))\n") }
      try output.print(json: report, as: .imported) {
        """
        run            \(report.run.printable()) (\(report.path.printable())), imported from \(file.printable())
        model          \(report.model.printable()), \(Units.plural(report.tensorCount, "tensor"))
        settings       \(report.settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.printable())" }.joined(separator: ", "))
        next           \(CommandText.run("infer", on: opened, opened.runWords(report.run) + ["--scores", "scores.csv"]))
        """
      }
    }
  }
}
