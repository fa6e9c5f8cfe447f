import GasBase
import GasFiles
import GasStore

/// Commands as a person may copy them. A program with models of its own has the commands of `gas-run`, and those of
/// `gas-stat` behind `stat`, under its own name.
package enum CommandText {
  /// A command of `gas-run`.
  package static func run(_ words: String...) -> String { run(words) }

  /// A command of `gas-run`.
  package static func run(_ words: [String]) -> String { ShellText.command([program ?? "gas-run"] + words) }

  /// A command of `gas-run` on the graph of a store; of a shard, on all ranks.
  package static func run(_ command: String, on store: Store, _ words: [String]) -> String {
    guard let shard = store.manifest.shard, shard.ranks > 1 else { return run([command, store.path] + words) }
    return "mpirun -n \(shard.ranks) " + run([command, AtomicFile.parent(of: store.path)] + words)
  }

  /// A command of `gas-stat`.
  package static func stat(_ words: String...) -> String { stat(words) }

  /// A command of `gas-stat`.
  package static func stat(_ words: [String]) -> String {
    ShellText.command((program.map { [$0, "stat"] } ?? ["gas-stat"]) + words)
  }

  private static var program: String? { ModelFactory.ownNames.isEmpty ? nil : CommandLine.arguments.first }
}
