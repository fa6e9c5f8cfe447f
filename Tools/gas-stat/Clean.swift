import ArgumentParser
import GasBase
import GasTool
import GasTrain

struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what killed processes left in and beside a store; with --remove it goes.",
    discussion: """
      A store or a run gets its name when it is whole. What a process was making when it was killed (kill -9, the machine's end) stays under
      another name and is not used any more:

        STORE.partial-…           a store that was not finished
        STORE.replaced-…          a store that another one took the place of
        runs/NAME.partial-…       a run that was not made
        runs/NAME.discarded-…     a run that was replaced, or that came to nothing
        runs/NAME                 a run that ended before its first checkpoint
        FILE.partial-…, scratch-… files that were not finished, in the store and in its runs

      Nothing else is touched: no store, no column, no run that has learnt anything, no file that these tools do not make. What a
      process is still writing is shown as in use, and stays. Exit status 0, whether there is something or not.

      EXAMPLES
        gas-stat clean cora.store                what is there, and how much
        gas-stat clean cora.store --remove       removes it
      """)

  @Argument(help: "The store; or the name of one that was never finished.", completion: .directory)
  var store: String
  @Flag(help: "Remove what was left.")
  var remove = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      var leftovers = try StoreLeftovers(of: store)
      if remove { try leftovers.remove() }
      let report = CleanReport(
        store: store, leftovers: leftovers.items, leftBytes: leftovers.bytes(.left),
        removedBytes: leftovers.bytes(.removed))
      try output.print(json: report) { text(report) }
    }
  }

  private func text(_ report: CleanReport) -> String {
    guard !report.leftovers.isEmpty else { return "nothing was left in or beside \(store)" }
    let rows = report.leftovers.map { item in
      "  " + Units.bytes(item.bytes).padded(to: 10) + "  \(item.path)\n" + String(repeating: " ", count: 14) + item.what
        + (item.state == .inUse ? ", in use by a process" : "")
    }
    func count(_ state: StoreLeftovers.State) -> Int { report.leftovers.count { $0.state == state } }
    var lines = rows
    if count(.removed) > 0 { lines.append("removed \(count(.removed)), \(Units.bytes(report.removedBytes))") }
    if count(.left) > 0 {
      lines.append("left \(count(.left)), \(Units.bytes(report.leftBytes)); gas-stat clean --remove removes them")
    }
    if count(.inUse) > 0 { lines.append("in use \(count(.inUse)), which stay") }
    return lines.joined(separator: "\n")
  }
}

/// `gas-stat clean STORE --json`.
struct CleanReport: Encodable {
  let store: String
  let leftovers: [StoreLeftovers.Item]
  let leftBytes: Int
  let removedBytes: Int
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
