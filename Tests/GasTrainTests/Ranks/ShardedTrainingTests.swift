import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Ranks that have a shard each, and compute to the bit what they do on the whole store.
final class ShardedTrainingTests: XCTestCase {
  private static let files = ["checkpoint.safetensors", "model.safetensors", "refresh.json", "config.json"]

  private func settings(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
    RunFixture.settings {
      ($0.epochs, $0.dropout, $0.batchPartitions) = (2, 0.2, .partitions(1))
      change(&$0)
    }
  }

  private func assertSame(_ fixture: RunFixture, _ a: String, _ b: String, _ label: String, line: UInt = #line) {
    for file in Self.files {
      let left = FileManager.default.contents(atPath: "\(fixture.folder.file(a))/\(file)")
      XCTAssertNotNil(left, line: line)
      XCTAssertEqual(
        left, FileManager.default.contents(atPath: "\(fixture.folder.file(b))/\(file)"), "\(label): \(file)", line: line
      )
    }
  }

  func testBitsAreThoseOfTheWholeStore() throws {
    let graphs: [(TinyGraph, [String])] = [
      (.random(nodes: 200, degree: 5, partitions: 9), ModelFactory.names),
      (.random(nodes: 200, degree: 5, partitions: 9, selfLoops: 30, weighted: true, sparse: true), ["gcn", "sage"]),
      (TinyGraph.random(nodes: 200, degree: 5, partitions: 9).withEdgeFeatures(width: 2), ["gat"]),
    ]
    for (graph, models) in graphs {
      let fixture = try RunFixture(graph)
      for ranks in [2, 3] {
        let shards = fixture.folder.file("shards-\(ranks)")
        try ShardCut(fixture.store, ranks: ranks, output: shards).run()
        for model in models {
          for values in model == "gcn" && graph.weights != nil ? [RunSettings.EdgeValues.auto, .none] : [.auto] {
            let settings = settings { ($0.model, $0.edgeValues) = (model, values) }
            try fixture.train("whole", settings, ranks: ranks)
            try fixture.train("cut", settings, ranks: ranks) { try Store(opening: "\(shards)/rank-\($0)") }
            assertSame(fixture, "store/runs/whole", "shards-\(ranks)/rank-0/runs/cut", "\(model) on \(ranks) ranks")
          }
        }
      }
    }
  }

  /// Runs know the whole store, and so go from it to its shards and back.
  func testRunsGoOnElsewhere() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 9))
    let shards = fixture.folder.file("shards")
    try ShardCut(fixture.store, ranks: 2, output: shards).run()
    let settings = settings { $0.epochs = 4 }
    try fixture.train("all", settings, ranks: 2)
    let open = { (rank: Int) in try Store(opening: "\(shards)/rank-\(rank)") }
    try fixture.train("part", settings, ranks: 2, stoppingAfter: 2, open: open)
    let made = "\(shards)/rank-0/runs/part"
    try FileManager.default.copyItem(atPath: made, toPath: fixture.folder.file("store/runs/part"))
    try fixture.train("part", settings, ranks: 2, resuming: true)
    assertSame(fixture, "store/runs/all", "store/runs/part", "resumed on the whole store")
    try fixture.train("part", settings, ranks: 2, resuming: true, open: open)
    assertSame(fixture, "store/runs/all", "shards/rank-0/runs/part", "resumed on shards")
    XCTAssertEqual(try RunVerifier(open(0)).verify().runCount, 1)
  }

  /// All ranks have parts of one store.
  func testShardsOfAnotherStoreAreRefused() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 9))
    try TinyGraph.random(nodes: 200, degree: 5, partitions: 9, seed: 2).write(to: fixture.folder.file("other"))
    let other = try Store(opening: fixture.folder.file("other"))
    for (store, name) in [(fixture.store, "shards"), (other, "others")] {
      try ShardCut(store, ranks: 2, output: fixture.folder.file(name)).run()
    }
    let folder = fixture.folder
    assertRefused("rank 1", "has another store", "copy the store anew") {
      try fixture.train("mixed", settings(), ranks: 2) {
        try Store(opening: folder.file($0 == 0 ? "shards/rank-0" : "others/rank-1"))
      }
    }
    // A shard and the whole store that it was cut from go together.
    try fixture.train("mixed", settings(), ranks: 2) {
      try Store(opening: folder.file($0 == 0 ? "store" : "shards/rank-1"))
    }
  }
}
