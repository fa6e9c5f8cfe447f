import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

import GasRuns
@testable import GasMetrics
@testable import GasTrain

/// Nodes without a label are neither trained on nor scored, and are counted.
final class LabelCountTests: XCTestCase {
  /// Six partitions; the training nodes of `unlabelled` have no label, nor have nodes 1 and 2.
  private func graph(unlabelled: Set<Int>, splits: Int = 1) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    graph.splitCount = splits
    graph.splits = (0..<90 * splits).map { UInt8(($0 / splits + $0 % splits) % 4) }
    for node in 0..<90 where unlabelled.contains(graph.partition[node]) && graph.splits[node * splits] == 1 {
      graph.labels[node] = -1
    }
    graph.labels[1] = -1
    graph.labels[2] = -1
    return graph
  }

  private func plain(_ graph: TinyGraph, split: Int) -> LabelCounts {
    var counts = LabelCounts()
    for node in 0..<graph.nodeCount {
      guard let part = SplitPart(rawValue: graph.splits[node * graph.splitCount + split]) else { continue }
      let isLabelled = graph.multiLabels != nil || graph.labels[node] >= 0
      if isLabelled { counts[part].labelled += 1 } else { counts[part].unlabelled += 1 }
    }
    return counts
  }

  func testCounts() throws {
    for splits in [1, 3] {
      for multi in [false, true] {
        var graph = graph(unlabelled: [0, 4], splits: splits)
        if multi { graph.multiLabels = [UInt8](repeating: 0, count: 90 * 3) }
        let store = try RunFixture(graph).store
        for split in 0..<splits {
          let counts = try LabelCounts(store, split: split)
          XCTAssertEqual(counts, plain(graph, split: split))
          let unlabelled = SplitPart.allCases.reduce(0) { $0 + counts[$1].unlabelled }
          XCTAssertEqual(unlabelled > 0, !multi)
          XCTAssertEqual(counts.notes().isEmpty, multi)
        }
        XCTAssertEqual(try LabelCounts(store, split: splits), LabelCounts())
      }
    }
  }

  /// With several labels or values a node has none where all of them are missing.
  func testMissingLabels() throws {
    var graph = graph(unlabelled: [])
    let unknown: Set<Int> = [0, 3, 4, 8, 9, 70]
    graph.multiLabels = (0..<270).map { unknown.contains($0 / 3) || $0 % 5 == 0 ? 255 : UInt8($0 % 2) }
    let labels = try LabelCounts(RunFixture(graph).store, split: 0)
    graph.values = (0..<270).map { unknown.contains($0 / 3) || $0 % 5 == 0 ? .nan : Float($0) }
    let values = try LabelCounts(RunFixture(graph).store, split: 0)
    for part in SplitPart.allCases {
      let nodes = (0..<90).filter { graph.splits[$0] == part.rawValue }
      let expected = nodes.count { unknown.contains($0) }
      XCTAssertEqual(labels[part], .init(labelled: nodes.count - expected, unlabelled: expected))
    }
    XCTAssertEqual(values, labels)
    XCTAssertGreaterThan(labels.train.unlabelled, 0)
  }

  /// A step whose training nodes have no label would move the weights by decay and momentum alone.
  func testStepsWithoutALabelAreSkipped() throws {
    for (unlabelled, steps) in [([], 6), ([2], 5), ([0, 1, 5], 3)] as [(Set<Int>, Int)] {
      let graph = graph(unlabelled: unlabelled)
      let fixture = try RunFixture(graph)
      let result = try fixture.train(
        "run",
        RunFixture.settings {
          $0.batchPartitions = .partitions(1)
          $0.epochs = 2
        })
      let records = try fixture.records("run")
      XCTAssertEqual(records.map(\.step), [0, steps, 2 * steps])
      XCTAssertEqual(result.nodes, plain(graph, split: 0))
      let folder = try RunFolder.open(in: fixture.store, name: "run")
      XCTAssertEqual(try RunResult(reading: folder, of: fixture.store).nodes, result.nodes)
      let settings = RunFixture.settings()
      let model = try ModelFactory.make(settings, for: fixture.store)
      let plan = try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: nil)
      XCTAssertEqual(plan.nodes, result.nodes)
    }
  }

  func testTrainingWithoutAnyLabelIsRefused() throws {
    let fixture = try RunFixture(graph(unlabelled: [0, 1, 2, 3, 4, 5]))
    XCTAssertThrowsError(try fixture.train("run", RunFixture.settings())) { error in
      XCTAssertEqual(
        "\(error)",
        "\(fixture.store.path): none of the 23 training nodes in split 0 has a label; choose another --split, or ingest "
          + "again with labels of these nodes")
    }
  }

  func testNotes() {
    var counts = LabelCounts()
    counts.train = .init(labelled: 137, unlabelled: 3)
    counts.val = .init(labelled: 499, unlabelled: 1)
    counts.test = .init(labelled: 1000, unlabelled: 0)
    XCTAssertEqual(
      counts.notes(),
      [
        "3 of the 140 training nodes have no label and are not trained on",
        "1 of the 500 validation nodes has no label and is not scored",
      ])
    XCTAssertEqual(
      counts.notes(split: 2, parts: [.train, .test]),
      ["3 of the 140 training nodes of split 2 have no label and are not trained on"])
    counts.val.unlabelled = 0
    counts.train.unlabelled = 0
    XCTAssertEqual(counts.notes(), [])
  }
}
