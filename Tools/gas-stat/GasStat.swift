import ArgumentParser
import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasMetrics
import GasNN
import GasRuns
import GasStore
import GasTool
import GasTrain
import GasYAML

/// The tool `gas-stat`, or `gas stat`.
package struct GasStat: Tool {
  package static let configuration = CommandConfiguration(
    commandName: Program.commandName("stat"),
    abstract: "Shows what a store is like and how stale a run's histories are; verifies stores.",
    discussion: """
      EXAMPLES
        gas-stat cora.store                      sizes, degrees, partitions, columns, runs
        gas-stat cora.shards                     the shards of gas-ingest shard that are there
        gas-stat cora.store --run first          age and drift of the run's histories, layer by layer
        gas-stat verify cora.store               every checksum and every invariant, of runs too
        mpirun -n 4 gas-stat verify cora.store   the same, divided among four processes
        gas-stat clean cora.store                what killed processes left there

      Drift is ‖h̄ − h‖ / ‖h‖: how far a history is from what exact recomputation gives. Rows are pushed under dropout and exact rows are
      not, so that it has two parts: noise, what training's dropout (and batch norm) does to rows with the weights of now, and staleness,
      how far pushed rows are from what these weights give under the same dropout. Both are found out from a few batches at the first
      evaluation, at some of the others and at the last. Age counts optimiser steps since a row was pushed. An evaluation makes every
      history exact, so all are also shown as the latest evaluation found them.

      Stores and runs are only read. --run computes in temporary files without names, about as large as the run's histories: in the folder \
      of the run; where that may not be written or has no room, in $TMPDIR (else /tmp) or /var/tmp, whichever is on a disk and not in memory.
      """,
    version: GasVersion.current,
    subcommands: [Show.self, Verify.self, Clean.self],
    defaultSubcommand: Show.self)

  package static var libraries: [[LibraryVersion]] { [.ofFiles, .ofPacking, .ofColumns, .ofYAML, .ofKernels] }

  /// Makes the command, as the argument parser asks for.
  package init() {}
}

struct Show: RankedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a store, its shards, or one of its runs (the default).",
    discussion: """
      Of a folder of shards it shows those that are there. Started by mpirun, each rank tells of its own shard, wherever it lies, and \
      rank 0 prints them all; what needs no other rank, as a whole store or --run, rank 0 shows alone.
      """)

  @Argument(help: "The store, or the folder of its shards.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Show this run's histories.", completion: .runNames)
  var runName: String?
  @Option(
    help: """
      Partitions whose drift is measured, or "all". Default: all up to 64 partitions, else 16, and layers that depend on more than 256 are \
      left out.
      """)
  var sample: String?
  @Option(help: "Threads that compute.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var detail: VerboseFlag
  @OptionGroup var runs: RunsOption
  @OptionGroup var scratch: ScratchOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024; found \(threads)") }
    guard let sample, sample != "all", Int(sample).map({ $0 < 1 }) ?? true else { return }
    throw ValidationError("--sample takes a count of at least 1, or \"all\"; found \"\(sample)\"")
  }

  func run() throws {
    try output.reportingErrors {
      // Other ranks show their shards, if rank 0 finds some.
      if let group = StatRanks.group, !group.isFirst { return try SeenShard.show(of: store, to: group) }
      try scratch.use()
      if let runName { return try show(runName) }
      guard ShardFolder.isOne(store) else { return try showStore() }
      let (shards, first) =
        try StatRanks.group.map { try SeenShard.all(of: store, runs, among: $0) }
        ?? SeenShard.all(of: store, runs)
      let report = ShardsReport(store, shards, first)
      try output.print(json: report, as: .statShards) {
        ShardsText(report, first, isVerbose: detail.verbose).text
      }
    }
  }

  private func showStore() throws {
    let opened = try runs.store(store, for: .itself)
    let statistics = try StoreStatistics(opened)
    let report = StoreReport(store: statistics, RunsSeen(opened))
    try output.print(json: report, as: .stat) { StoreText(report, of: opened, isVerbose: detail.verbose).text }
  }

  private func show(_ runName: String) throws {
    // The runs of shards lie with the first.
    let opened = try runs.store(store, for: .runs)
    let statistics = try opened.whileInPlace {
      let folder = try RunFolder.open(in: opened, name: runName)
      return try folder.whileInPlace {
        try RunStatistics(
          opened, folder, sample: sampleSize(opened), most: sample == nil ? Self.mostPartitions : nil,
          threads: threads)
      }
    }
    try output.print(json: statistics, as: .statRun) {
      RunText(statistics, metric: SplitScores.metric(of: opened), isVerbose: detail.verbose).text
    }
  }

  /// The most partitions that measuring drift computes, if none are asked for.
  private static let mostPartitions = 256

  private func sampleSize(_ store: Store) -> Int? {
    switch sample {
    case "all": nil
    case nil: store.partitions.count <= 64 ? nil : 16
    case .some(let text): Int(text)
    }
  }
}
