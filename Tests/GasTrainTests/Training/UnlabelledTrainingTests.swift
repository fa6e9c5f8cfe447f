import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasTrain

/// Training nodes without a label, on which nothing can be learnt.
final class UnlabelledTrainingTests: XCTestCase {
  /// Six nodes in three partitions, of which the first four are trained on.
  private func graph(_ labels: [Int32]) -> TinyGraph {
    TinyGraph(
      nodeCount: 6, edges: [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], weights: nil,
      features: (0..<12).map { Float($0 % 5) }, featureWidth: 2, labels: labels, classCount: 2,
      splits: [1, 1, 1, 1, 2, 3], partition: [0, 0, 1, 1, 2, 2], directed: true)
  }

  func testNothingToLearnFromIsRefused() throws {
    let fixture = try RunFixture(graph([-1, -1, -1, -1, 0, 1]))
    XCTAssertThrowsError(try TrainingPartitions(fixture.store, split: 0)) {
      XCTAssertEqual(
        "\($0)",
        "\(fixture.store.path): none of the 4 training nodes in split 0 has a label; choose another --split, or ingest again with "
          + "labels of these nodes")
    }
    let settings = RunFixture.settings { $0.model = "gcn" }
    XCTAssertThrowsError(
      try Trainer.check(fixture.store, settings, model: ModelFactory.make(settings, for: fixture.store)))
  }

  /// Batches without a labelled training node are no steps.
  func testPartitionsWithLabelledTrainingNodes() throws {
    let cases: [(labels: [Int32], flags: [Bool])] = [
      ([0, 1, 0, 1, 0, 1], [true, true, false]), ([-1, -1, 0, 1, 0, 1], [false, true, false]),
      ([-1, 1, -1, -1, 0, 1], [true, false, false]), ([0, 1, 1, -1, -1, -1], [true, true, false]),
    ]
    for (labels, flags) in cases {
      let partitions = try TrainingPartitions(RunFixture(graph(labels)).store, split: 0)
      XCTAssertEqual((0..<3).map { partitions.containsTrainingNode([$0]) }, flags, "\(labels)")
    }
  }

  func testTheyAreCounted() throws {
    for (labels, counts) in [
      ([-1, 1, -1, 0, -1, 1], [2, 1, 0]), ([0, 1, 0, 1, 0, -1], [0, 0, 1]), ([0, 1, 0, 1, 0, 1], [0, 0, 0]),
    ] as [([Int32], [Int])] {
      let split = try StoreStatistics(RunFixture(graph(labels)).store).splits[0]
      XCTAssertEqual([split.train, split.val, split.test], [4, 1, 1])
      XCTAssertEqual([split.unlabelledTrain, split.unlabelledVal, split.unlabelledTest], counts, "\(labels)")
    }
  }
}
