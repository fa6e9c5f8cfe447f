import ArgumentParser
import GasBase
import GasFiles
import GasFormats
import GasGraph
import GasIngest
import GasStore
import GasTool
import GasYAML

/// The tool `gas-ingest`, or `gas ingest`.
package struct GasIngestCommand: Tool {
  package static let configuration = CommandConfiguration(
    commandName: Program.commandName("ingest"),
    abstract: "Makes a store of a graph, for gas-run to train on.",
    discussion: """
      A store holds the graph cut into partitions, with features, labels and splits in the order of the partitions.

      EXAMPLES
        gas-ingest edges.tsv.gz --output graph.store
            nodes are the ids that the edges name; METIS partitions, as many as suit the graph

        gas-ingest edges.npy --features features.npy --labels labels.npy \\
            --train train.npy --val val.npy --test test.npy --output graph.store
            row i of features and labels belongs to node id i

        gas-ingest links.csv --string-ids --ids names.txt --features bag-of-words.npz --feature-norm row \\
            --partitions 40 --output graph.store
            row i belongs to the node that line i of names.txt names

        gas-ingest edges.tsv.zst --directed --weighted --output graph.store

        gas-ingest matrix.mtx.gz --features features.npy --output graph.store
            a Matrix Market file: as many nodes as it has rows

        gas-ingest ogbn_arxiv --directed --output graph.store
            a data set in a folder, with its features, labels and split

        gas-ingest table --edges tx.csv --source sender --target receiver --nodes accounts.csv --id account \\
            --label is_fraud --output graph.store
            tables with headers (CSV): columns become features, labels and a split

        make-edges | gas-ingest - --binary u32 --output graph.store
            pairs of 32-bit integers from another program

        gas-ingest shard graph.store --ranks 4 --output graph.shards
            a part of the store for each of four ranks, for mpirun -n 4 gas-run train graph.shards

        gas-ingest generate --nodes 200000 --edges 2000000 --features 128 --classes 40 --output data
            makes test data of any size

      All options of the main job: gas-ingest help store
      """,
    version: GasVersion.current,
    subcommands: [StoreCommand.self, TableCommand.self, ShardCommand.self, GenerateCommand.self],
    defaultSubcommand: StoreCommand.self)

  package static var libraries: [[LibraryVersion]] { [.ofFiles, .ofPacking, .ofColumns, .ofPartitioning, .ofYAML] }

  package init() {}
}
