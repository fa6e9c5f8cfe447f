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
        gas-stat cora.store --run first          age and drift of the run's histories, layer by layer
        gas-stat verify cora.store               every checksum and every invariant, of runs too
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

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows a store, or one of its runs (the default).")

  @Argument(help: "The store.", completion: .directory)
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
      try scratch.use()
      let opened = try runs.store(store, for: .itself)
      guard let runName else {
        let statistics = try StoreStatistics(opened)
        let report = StoreReport(store: statistics, RunsSeen(opened))
        return try output.print(json: report, as: .stat) {
          StoreText(report, of: opened, isVerbose: detail.verbose).text
        }
      }
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

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks every checksum and invariant of a store and of its runs.",
    discussion: """
      Exits with 1 and names file and offset of the first thing that is wrong with the store. If its runs are, they are all named, a line \
      each with the first thing that is wrong with it.
      """)

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @OptionGroup var runs: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      let opened = try runs.store(store, for: .itself, isChecked: false)
      let bytes = opened.manifest.columns.reduce(0) { $0 + $1.fileBytes }
      let progress = output.showsProgress ? ProgressLine("verifying", total: bytes, unit: "bytes") : nil
      var problems = RunProblems()
      let report = try StoreVerifier(opened, progress: progress).verify { problems.add($0, $1) }
      progress?.finish()
      let histories = output.showsProgress ? ProgressLine("verifying histories", unit: "bytes") : nil
      let verified = try opened.whileInPlace {
        try RunVerifier(opened, progress: histories).verify { problems.add($0, $1) }
      }
      histories?.finish()
      try problems.report()
      try output.print(json: VerifyReport(store: report, runs: verified), as: .statVerify) {
        var lines = [
          "\(store.printable()): \(Units.plural(report.columnCount, "column")) (\(Units.bytes(report.byteCount))), "
            + "\(Units.plural(report.partitionCount, "partition")), \(Units.plural(verified.runCount, "run")) "
            + "and \(Units.plural(report.runFileCount, "history file")) are as they should be"
        ]
        if report.leftoverCount > 0 {
          lines.append(
            "left by interrupted programs: \(report.leftoverCount) files or folders, "
              + "\(Units.bytes(report.leftoverBytes)); gas-stat clean removes them")
        }
        return (lines + verified.notes.map { "note: \($0)" }).joined(separator: "\n")
      }
    }
  }
}

/// What is wrong with runs: a line each, whatever finds it.
private struct RunProblems {
  private var found: [(run: String, error: any Error)] = []

  mutating func add(_ run: String, _ error: any Error) {
    if !found.contains(where: { $0.run == run }) { found.append((run, error)) }
  }

  /// Ends the command where something is wrong.
  func report() throws {
    guard let last = found.last else { return }
    for other in found.dropLast() { Program.tell(other.error) }
    throw last.error
  }
}

/// The result of `gas-stat verify STORE --json`: the keys of both reports in one object.
struct VerifyReport: Encodable {
  let store: StoreVerifier.Report
  let runs: RunVerifier.Report

  func encode(to encoder: any Encoder) throws {
    try store.encode(to: encoder)
    try runs.encode(to: encoder)
  }
}

/// The runs of a store, as far as this user may see them.
struct RunsSeen {
  var names: [String] = []
  /// What they hold of the disk.
  var sizes: [RunFolder.Size] = []
  /// Sentences about those that this user may not see.
  var notes: [String] = []

  init(_ store: Store) {
    do {
      names = try RunFolder.names(in: store)
      sizes = try RunFolder.sizes(in: store)
      notes = names.filter { RunFolder.isHidden($0, in: store) }.map { "this user may not look into run \"\($0)\"" }
    } catch {
      notes = ["\(error)"]
    }
  }
}

/// The result of `gas-stat STORE --json`.
struct StoreReport: Encodable {
  let store: StoreStatistics
  let runs: [String]
  /// What the runs hold of the disk.
  let runSizes: [RunFolder.Size]
  /// Sentences about runs that this user may not see; absent where there are none.
  let runNotes: [String]?

  init(store: StoreStatistics, _ seen: RunsSeen) {
    (self.store, runs, runSizes) = (store, seen.names, seen.sizes)
    runNotes = seen.notes.isEmpty ? nil : seen.notes
  }
}
