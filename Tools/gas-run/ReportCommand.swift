import ArgumentParser
import FoundationEssentials
import GasBase
import GasFiles
import GasReport
import GasStore
import GasTool

struct ReportRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes a page about runs: what was predicted and how well, with charts, settings and provenance.",
    discussion: """
      The page is one HTML file that needs no network and no scripts, for a browser, for paper, and to be sent to others. Each chart has a \
      table of its numbers.

      Scores, confusion matrix, curves and calibration come from exact inference of the run's best weights, on test nodes where some have a \
      label. What a run lacks is said in its section. With several --run the page also shows them beside each other.

      Store and runs are only read. A run in progress is shown as it is at its last checkpoint.

      EXAMPLES
        gas-run report my.store --run first --output report.html
        gas-run report my.store --run gcn --run features-only -o both.html --overwrite
      """)

  @Argument(help: "The store that the runs are of.", completion: .directory)
  var store: String
  @Option(
    name: .customLong("run"), parsing: .singleValue, help: "Name of a run; may stand several times.",
    completion: .runNames)
  var runs: [String]
  @Option(
    name: [.long, .customShort("o")], help: ArgumentHelp("The page, .html.", valueName: "FILE"),
    completion: .file(extensions: ["html"]))
  var output: String
  @Flag(help: "Replace a file of this name. A folder, a device or a pipe is never replaced, nor a file of a store.")
  var overwrite = false
  @Option(help: "Threads that compute; results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(
    help: ArgumentHelp(
      "Memory for the whole process, page cache included, such as 2GiB. Default: no limit.", valueName: "SIZE"))
  var memory: ByteCount?
  @OptionGroup var places: RunsOption
  @OptionGroup var scratch: ScratchOption
  @OptionGroup var options: OutputOptions

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024; found \(threads)") }
    guard (1...Report.mostRuns).contains(runs.count) else {
      throw ValidationError("a page shows 1 to \(Report.mostRuns) runs; found \(runs.count)")
    }
  }

  func run() throws {
    try options.reportingErrors {
      let clock = ContinuousClock.now
      var paths = OutputPaths(replacesExisting: overwrite)
      guard let file = try paths.add(output, as: "--output", endings: [".html"]) else { return }
      try scratch.use()
      let opened = try places.store(store)
      Leftovers.sweep(beside: file.path)
      let work = OutputWork(
        threads: threads, memoryBytes: memory?.bytes, path: file.path, progress: PassLine(options).update)
      let report = try opened.whileInPlace { try Report(opened, runs: runs, work) }
      let page = try report.page(at: file)
      try page.file.publish()
      let result = Result(
        page: output, bytes: page.byteCount, seconds: clock.duration(to: .now).seconds, figures: report)
      try options.print(json: result, as: .report) {
        "written        \(output.printable()), \(Units.bytes(page.byteCount)) in \(Units.seconds(result.seconds))"
      }
    }
  }

  /// The result of `gas-run report --json`.
  private struct Result: Encodable {
    let page: String
    let bytes: Int
    let seconds: Double
    let figures: Report
  }
}
