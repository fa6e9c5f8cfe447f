import ArgumentParser
import GasBase
import GasRuns
import GasTool

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what killed processes left in and beside a store; with --remove it goes.",
    discussion: """
      A store or a run gets its name when it is whole. What a process was making when it was killed (kill -9, the machine's end) stays under \
      another name and is not used any more:

        STORE.partial-…      a store that was not finished, or that was replaced
        runs/NAME.partial-…  a run that was not made, or that was replaced
        runs/NAME            a run that ended before its first checkpoint
        FILE.partial-…       a file that was not finished, in store or run

      and, of earlier versions, STORE.replaced-…, runs/NAME.discarded-… and runs/NAME/scratch-….gascol.

      Nothing else is touched: no store, no column, no run that has learnt anything, no file that these tools do not make. What a living \
      process is at is not listed. Exit status 0, whether there is something or not.

      EXAMPLES
        gas-stat clean cora.store                what is there, and how much
        gas-stat clean cora.store --remove       removes it
      """)

  @Argument(help: "The store; or the name of one that was never finished.", completion: .directory)
  var store: String
  @Flag(help: "Remove what was left.")
  var remove = false
  @OptionGroup var runs: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      var leftovers = try StoreLeftovers(of: store, runs: runs.folder())
      if remove { try leftovers.remove() }
      let report = CleanReport(store, leftovers)
      try output.print(json: report, as: .statClean) { text(report) }
    }
  }

  private func text(_ report: CleanReport) -> String {
    let unseen = (report.unseen ?? []).map { "note: \($0.printable()): this user may not look into it" }
    guard !report.leftovers.isEmpty else {
      return (["\(store): nothing was left in it or beside it"] + unseen).joined(separator: "\n")
    }
    var lines = report.leftovers.map { "\($0.path)  \(Units.bytes($0.bytes)), \($0.what)" }
    let removed = report.leftovers.count(where: \.isRemoved)
    let left = report.leftovers.count - removed
    if removed > 0 { lines.append("removed \(removed): \(Units.bytes(report.removedBytes))") }
    if left > 0 {
      lines.append(
        "left \(left): \(Units.bytes(report.leftBytes))"
          + (remove ? ", which a process is at by now" : "; gas-stat clean --remove removes what is listed"))
    }
    return (lines + unseen).joined(separator: "\n")
  }
}

/// The result of `gas-stat clean STORE --json`.
struct CleanReport: Encodable {
  let store: String
  let leftovers: [StoreLeftovers.Item]
  let leftBytes: Int
  let removedBytes: Int
  /// Folders that this user may not look into; absent where there are none.
  let unseen: [String]?

  init(_ store: String, _ found: StoreLeftovers) {
    let leftovers = found.items
    self.store = store
    self.leftovers = leftovers
    unseen = found.unseen.isEmpty ? nil : found.unseen
    leftBytes = leftovers.filter { !$0.isRemoved }.reduce(0) { $0 + $1.bytes }
    removedBytes = leftovers.filter(\.isRemoved).reduce(0) { $0 + $1.bytes }
  }
}
