import XCTest

@testable import wordnet_inputs

final class NodeSplitTests: XCTestCase {
  func testEveryNodeIsInOnePart() {
    let split = NodeSplit(nodeCount: 1003, trainShare: 0.1, seed: 7)
    XCTAssertEqual([split.train.count, split.validation.count, split.test.count], [100, 100, 803])
    XCTAssertEqual((split.train + split.validation + split.test).sorted(), Array(0..<1003))
  }

  func testTheSeedDecides() {
    let split = NodeSplit(nodeCount: 1000, trainShare: 0.1, seed: 7)
    XCTAssertEqual(split.train, NodeSplit(nodeCount: 1000, trainShare: 0.1, seed: 7).train)
    XCTAssertNotEqual(split.train, NodeSplit(nodeCount: 1000, trainShare: 0.1, seed: 8).train)
  }

  func testPartsAreSpreadOverAllNodes() {
    let split = NodeSplit(nodeCount: 10_000, trainShare: 0.1, seed: 1)
    for tenth in 0..<10 {
      let count = split.train.count { $0 / 1000 == tenth }
      XCTAssertTrue(60...140 ~= count, "\(count) of 1000 nodes from \(tenth * 1000) train")
    }
  }
}
