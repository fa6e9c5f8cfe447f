import ArgumentParser
import GasBase
import GasTool
import IngestCommands
import RunCommands
import StatCommands

/// The tools in one program: what they share, the runtime of Swift before all, is there once.
struct Gas: Tool {
  static let configuration = CommandConfiguration(
    commandName: "gas",
    abstract: "Trains graph neural networks on graphs larger than memory.",
    discussion: """
      gas ingest, gas run and gas stat are the tools gas-ingest, gas-run and gas-stat. Under one of these names the program is that tool.
      """,
    version: GasVersion.current,
    subcommands: [GasIngestCommand.self, GasRun.self, GasStat.self])

  static var libraries: [[LibraryVersion]] {
    GasIngestCommand.libraries + GasRun.libraries.filter { !GasIngestCommand.libraries.contains($0) }
  }
}
