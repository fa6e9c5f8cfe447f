import ArgumentParser
import GasRuns
import GasTool

struct Presets: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the published settings that train --preset can start from, and how to ingest for them.",
    discussion: "From the experiments of Fey et al., GNNAutoScale, ICML 2021.")

  @Argument(help: "Show this one alone, with all its settings.")
  var name: String?
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      if let name {
        let preset = try Preset.named(name)
        let text = try Self.text(preset)
        try output.print(json: preset, as: .preset) { text }
      } else {
        try output.print(list: Preset.all, as: .presets) { Self.list(Preset.all) }
      }
    }
  }

  private static func list(_ presets: [Preset]) -> String {
    let rows = presets.map { preset -> [String] in
      let settings = preset.settings
      return [preset.name, settings.layers, settings.hidden, settings.epochs, preset.repeats, preset.partitions]
        .map { "\($0)" }
    }
    return TextTable([["preset", "layers", "hidden", "epochs", "repeats", "partitions"]] + rows).description
  }

  private static func text(_ preset: Preset) throws -> String {
    """
    preset         \(preset.name) (\(preset.source))
    ingest         gas-ingest edges.tsv.gz \(preset.ingest) --output \(preset.graph).store
    train          gas-run train \(preset.graph).store --preset \(preset.name) --repeats \(preset.repeats)
    settings
    \(try preset.settings.json())
    """
  }
}
