import ArgumentParser
import GasBase
import GasMPI
import GasTool
import GasTrain
import Glibc
import RunCommands
import StatCommands

/// The whole tool, for a program with models of its own: the commands of `gas-run` and, behind `stat`, those of
/// `gas-stat`. The models are those of `ModelFactory.register`, and those that `gas-run` has.
///
///     ModelFactory.register("mine") { settings, shape in Mine(shape.features, settings.hidden, shape.classes) }
///     GasMain.run()
public enum GasMain {
  /// Runs the command that the program's arguments ask for, and ends the process where it fails.
  public static func run() {
    do {
      try ModelFactory.checkRegistered()
    } catch {
      Program.tell(error)
      exit(EXIT_FAILURE)
    }
    Program.run(OwnTool.self, joining: RankLaunch.join)
  }
}

private struct OwnTool: Tool {
  static let configuration = CommandConfiguration(
    commandName: GasError.toolName,
    abstract: "Trains graph neural networks on a store, models of this program among them: \(models).",
    discussion: """
      EXAMPLES
        \(GasError.toolName) train cora.store --model \(ModelFactory.ownNames.first ?? "gcn") --run first
        \(GasError.toolName) resume cora.store --run first --epochs 400
        \(GasError.toolName) infer cora.store --run first --scores scores.csv
        \(GasError.toolName) stat cora.store --run first

      All commands but stat are those of gas-run.
      """,
    version: GasVersion.current, subcommands: GasRun.configuration.subcommands + [Statistics.self])

  static var libraries: [[LibraryVersion]] { GasRun.libraries }

  private static var models: String {
    ModelFactory.ownNames.isEmpty ? "none" : ModelFactory.ownNames.joined(separator: ", ")
  }
}

private struct Statistics: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stat", abstract: GasStat.configuration.abstract,
    subcommands: GasStat.configuration.subcommands, defaultSubcommand: GasStat.configuration.defaultSubcommand)
}
