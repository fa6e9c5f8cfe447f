import ArgumentParser
import GasBase
import GasFiles
import GasFormats
import GasNN
import GasStore
import GasTool
import GasYAML

/// The tool `gas-run`, or `gas run`.
package struct GasRun: Tool {
  package static let configuration = CommandConfiguration(
    commandName: Program.commandName("run"),
    abstract: "Trains graph neural networks on a store, continues runs, and computes embeddings and predictions.",
    discussion: """
      A store is made by gas-ingest. A run lives in its store under runs/NAME: settings, metrics, weights, histories.
      Memory depends on the partitions in a batch, not on the size of the graph.

      EXAMPLES
        gas-run train cora.store --model gcn --hidden 16 --epochs 200 --run first
        gas-run train cora.store --config settings.yaml --seed 7 --json > result.json
        gas-run train cora.store --preset cora-gcn --repeats 20
        gas-run resume cora.store --run first
        gas-run infer cora.store --run first --scores scores.csv --embeddings embeddings.npy
        gas-run report cora.store --run first --output report.html
        gas-run list cora.store
        gas-run export cora.store --run first --format csv --output first.csv
        gas-run train ppi-train.store --val-store ppi-val.store --test-store ppi-test.store --run inductive
        gas-run infer new.store --from ppi-train.store --run inductive --predictions labels.npy
      """,
    version: GasVersion.current,
    subcommands: [
      Train.self, Resume.self, Infer.self, ReportRuns.self, ListRuns.self, ShowRun.self, CompareRuns.self,
      RemoveRuns.self, CleanRuns.self, ExportRun.self, ImportRun.self,
      Presets.self, Settings.self,
    ])

  package static var libraries: [[LibraryVersion]] { [.ofFiles, .ofPacking, .ofColumns, .ofYAML, .ofKernels] }

  /// Makes the command, as the argument parser asks for.
  package init() {}
}
