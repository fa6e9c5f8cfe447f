import ArgumentParser
import GasBase
import GasStore
import GasTool

struct ShardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shard",
    abstract: "Cuts a store into a part for each rank, for machines that have no room for all of it.",
    discussion: """
      Makes the folder --output with a shard for each rank: rank-0, rank-1, … mpirun -n 4 gas-run train SHARDS (resume, infer) then \
      works on them as on the whole store, to the same bits; rank 2 opens SHARDS/rank-2 alone. So each machine needs the shards of its own \
      ranks, under the same path. The number of ranks has to be the same.

      A shard is a store that gas-stat shows and verifies. It has the lists of the rank's partitions, the features of their nodes and of the \
      nodes of others that they hear from, and labels and splits of all. What it does not have is zero: lists of zeros take almost \
      nothing, and features that are not there are holes in their file. Copy shards with rsync -aS, which keeps the holes.

      The store is only read, and stays whole and as it was. The folder gets its name when all shards are whole; what an interrupted program \
      leaves, the next one removes. Memory is some tens of MiB and the lists of the largest partition, whatever the size of the graph.

      EXAMPLES
        gas-ingest shard my.store --ranks 4 --output my.shards
        gas-stat my.shards/rank-1
        rsync -aS my.shards/rank-1 node1:/data/my.shards/
        mpirun -n 4 gas-run train /data/my.shards --run first
      """)

  @Argument(help: "The store to cut.", completion: .directory)
  var store: String
  @Option(help: ArgumentHelp("For how many ranks.", valueName: "count"))
  var ranks: Int
  @Option(name: .shortAndLong, help: "The folder of the shards, which is made.", completion: .directory)
  var output: String
  @Flag(help: "Replace a folder of shards of that name; it stays whole until the new one is.")
  var overwrite = false
  @Option(
    help: ArgumentHelp(
      "How many trained runs the shards have that --overwrite replaces: they go with them.", valueName: "count"))
  var discardRuns: Int?
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard ranks >= 1 else { throw ValidationError("--ranks takes a count of at least 1, found \(ranks)") }
    guard discardRuns == nil || overwrite else { throw ValidationError("--discard-runs goes with --overwrite") }
  }

  func run() throws {
    try outputOptions.reportingErrors {
      let opened = try StoreOpener.open(store, for: .itself)
      let cut = try ShardCut(
        opened, ranks: ranks, output: output, replaceExisting: overwrite, discardedRuns: discardRuns)
      let report = try opened.whileInPlace { try cut.run(showing: outputOptions.progressDisplay) }
      try outputOptions.print(json: report, as: .shard) { text(report, of: opened) }
    }
  }

  private func text(_ report: ShardCut.Report, of store: Store) -> String {
    let rows = report.shards.map { shard in
      ShardRows.cells(of: shard) + [Units.percent(Double(shard.diskBytes) / Double(max(1, report.storeBytes)), 0)]
    }
    let table = TextTable([ShardRows.head + ["of the store"]] + rows)
    let next = "mpirun -n \(report.shards.count) " + ShellText.command(["gas-run", "train", output, "--run", "first"])
    let canTrain = store.manifest.features != nil && store.manifest.labels != nil && store.manifest.splitCount > 0
    return
      "\(output.printable()): \(Units.plural(report.shards.count, "shard")) in \(Units.seconds(report.seconds))\n\(table)"
      + (canTrain ? "\nnext         \(next)" : "")
  }
}
