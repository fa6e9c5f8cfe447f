import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// Stores of tables that may be meant otherwise.
class TableDoubtCase: XCTestCase {
  /// Makes a store of nodes with one label each.
  func notes(
    _ labels: [String], _ change: (inout TableOptions) -> Void = { _ in }
  ) throws -> (notes: [String], classes: [String]) {
    let inputs = try Inputs()
    try inputs.text("id,x,y\n" + labels.enumerated().map { "n\($0),\($0 % 5),\($1)\n" }.joined(), "n.csv")
    let report = try inputs.ingestTables {
      ($0.nodes, $0.id, $0.label) = ("n.csv", "id", "y")
      change(&$0)
    }
    // Words that differ as bytes alone are words.
    _ = try inputs.contents().store.tableEncoding()
    let start = "\(inputs.path("n.csv")): column \"y\": "
    return (
      report.notes.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) },
      report.tables?.classes ?? []
    )
  }
}
