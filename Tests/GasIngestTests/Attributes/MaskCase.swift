import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// A ring of nodes whose training nodes a file of marks or ids names.
class MaskCase: XCTestCase {
  let mask: [Double] = [0, 1, 1, 0, 1, 0]
  let marked: [UInt8] = [0, 1, 1, 0, 1, 0]

  /// A ring of `count` nodes.
  func ingest(
    _ inputs: Inputs, nodes count: Int = 6, _ change: (inout IngestOptions) -> Void
  ) throws -> IngestReport {
    let edges = (0..<count).map { "\($0) \(($0 + 1) % max(2, count))\n" }.joined()
    return try inputs.ingest(inputs.text(edges)) {
      $0.replacesExisting = true
      $0.nodeCount = count
      change(&$0)
    }
  }

  /// Which nodes are trained on, and what is noted.
  func train(_ inputs: Inputs, _ path: String, nodes count: Int = 6) throws -> (parts: [UInt8], notes: [String]) {
    let report = try ingest(inputs, nodes: count) { $0.splitParts = [.train: path] }
    let parts = try inputs.contents().splits().map { $0[0] }
    XCTAssertEqual(report.splits[0].train, parts.count { $0 == SplitPart.train.rawValue })
    return (parts, report.notes)
  }

  func write(_ inputs: Inputs, _ array: ForeignArray, _ name: String = "mask.npy") throws -> String {
    try array.write(to: inputs.path(name))
    return inputs.path(name)
  }
}
