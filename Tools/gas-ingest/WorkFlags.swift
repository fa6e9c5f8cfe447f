import ArgumentParser
import FoundationEssentials
import GasBase
import GasIngest
import GasTool

/// Where a store goes, and what making it may take.
struct WorkFlags: ParsableArguments {
  @Option(name: .shortAndLong, help: "The store to make, a folder.", completion: .directory)
  var output: String
  @Flag(help: "Replace a store of that name; it stays whole until the new one is.")
  var overwrite = false
  @Option(
    help: ArgumentHelp(
      "How many trained runs the store has that --overwrite replaces: they go with it.", valueName: "count"))
  var discardRuns: Int?
  @Option(
    help: """
      Memory that ingest may take, page cache included, whatever the size of the graph; from \(Self.smallestMemory). More than the machine \
      has counts as what it has.
      """)
  var memory = ByteCount(IngestOptions.standardMemoryBytes)
  @Option(help: ArgumentHelp("Threads that sort. The store does not depend on it.", valueName: "count"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @OptionGroup var scratch: ScratchOption

  private static let smallestMemory = ByteCount(IngestOptions.smallestMemoryBytes).defaultValueDescription

  func validate() throws {
    guard memory.bytes >= IngestOptions.smallestMemoryBytes else {
      throw ValidationError("--memory takes at least \(Self.smallestMemory), found \(memory.defaultValueDescription)")
    }
    guard discardRuns == nil || overwrite else { throw ValidationError("--discard-runs goes with --overwrite") }
    guard threads > 0 else { throw ValidationError("--threads takes a count of at least 1, found \(threads)") }
  }

  func apply(to options: inout IngestOptions, _ output: OutputOptions) {
    options.replacesExisting = overwrite
    options.discardedRuns = discardRuns
    options.progress = output.progressDisplay
    options.command = CommandLine.arguments
    options.memoryBytes = memory.bytes
    options.threadCount = threads
  }
}

extension OutputOptions {
  var progressDisplay: ProgressDisplay {
    switch progress {
    case .auto: .line
    case .always: .phases
    case .never: .none
    }
  }
}
