import GasBase
import TestSupport
import XCTest

@testable import GasStore

/// Shards with every checksum right that break one statement of docs/format.md each: verifying refuses them.
final class ShardInvariantTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  private func assertRefused(
    _ graph: TinyGraph, rank: Int = 0, _ texts: String..., line: UInt = #line,
    _ change: (inout StoreParts) throws -> Void
  ) throws {
    let cut = try CutStore(graph, ranks: 2)
    var parts = try StoreParts(cut.shards[rank].path)
    try change(&parts)
    let path = try parts.write(to: folder.file("bad"))
    try assertVerifyingRefuses(path, texts, line: line)
  }

  private let zeros = "expected zeros for what the shard does not have"

  func testWhatOtherRanksReadIsZero() throws {
    let (names, bonds) = (FixtureGraphs.names, FixtureGraphs.bonds)
    try assertRefused(names, "columns/neighbours.gascol", zeros) {
      try $0.change(.neighbours, as: UInt32.self) { $0[$0.count - 1] = 1 }
    }
    try assertRefused(names, rank: 1, "columns/neighbours.gascol", zeros) {
      try $0.change(.neighbours, as: UInt32.self) { $0[0] = 1 }
    }
    try assertRefused(names, "columns/edge-weights.gascol", zeros) {
      try $0.change(.edgeWeights, as: Float.self) { $0[$0.count - 1] = 0.5 }
    }
    try assertRefused(names, rank: 1, "columns/halo.gascol", zeros) {
      try $0.change(.halo, as: UInt32.self) { $0[0] = 7 }
    }
    try assertRefused(names, rank: 1, "columns/halo-degrees.gascol", zeros) {
      try $0.change(.haloDegrees, as: Float.self) { $0[0] = 7 }
    }
    try assertRefused(bonds, "columns/edge-features.gascol", zeros) {
      try $0.change(.edgeFeatures, as: Float.self) { $0[$0.count - 1] = 2 }
    }
    // Node 2 is in rank 0's partition with 0; rank 1 has 1, 3 and 4, and hears from both.
    var graph = bonds
    graph.edges.removeAll { [$0.source, $0.target].contains(0) }
    graph.edgeFeatureWidth = 0
    try assertRefused(graph, rank: 1, "columns/features.gascol", "offset 4096", zeros) {
      try $0.change(.features, as: Float.self) { $0[0] = 2 }
    }
  }

  func testListsOfOtherRowsAreEmpty() throws {
    var graph = FixtureGraphs.names
    graph.edges.removeAll { $0.source == 1 || $0.target == 1 }
    graph.weights = graph.edges.map { _ in 1 }
    // Row 1 is node 1, which nobody hears from, and which is rank 0's.
    try assertRefused(graph, rank: 1, "columns/feature-offsets.gascol", "expected an empty list", "found 1 features") {
      try $0.change(.featureOffsets, as: UInt64.self) { for row in 2..<$0.count { $0[row] += 1 } }
      try $0.change(.featureIndices, as: UInt32.self) { $0.insert(0, at: 2) }
      try $0.change(.featureValues, as: Float.self) { $0.insert(1, at: 2) }
    }
  }

  func testSelfLoops() throws {
    let (names, file) = (FixtureGraphs.names, "columns/self-loops.gascol")
    try assertRefused(names, file, "expected 0, found 1") {
      try $0.change(.selfLoops, as: UInt8.self) { $0[0] = 1 }
    }
    // Row 2 is an isolated node of rank 0, of which rank 1 has no list and no halo row.
    try assertRefused(names, rank: 1, "manifest.json", "expected 2 self-loops, found 3") {
      try $0.change(.selfLoops, as: UInt8.self) { $0[2] = 1 }
    }
    try assertRefused(names, rank: 1, file, "expected 0 or 1, found 2") {
      try $0.change(.selfLoops, as: UInt8.self) { $0[2] = 2 }
    }
  }

  func testDegreesOfOthers() throws {
    // Row 4 is in no list of rank 0.
    try assertRefused(FixtureGraphs.names, "columns/degrees.gascol", "degrees of partition 1 that add up to 7") {
      try $0.change(.degrees, as: UInt32.self) { $0[4] += 1 }
    }
    try assertRefused(FixtureGraphs.names, "columns/halo-degrees.gascol", "expected degree") {
      try $0.change(.haloDegrees, as: Float.self) { $0[0] += 1 }
    }
  }

  func testGhosts() throws {
    try assertRefused(FixtureGraphs.names, "manifest.json", "ghosts, found") { $0.manifest.shard!.ghostCount += 1 }
  }

  /// What a shard can see of it, an undirected graph has in both directions.
  func testOwnEdgesAreSymmetric() throws {
    var graph = FixtureGraphs.names
    // Of the first edge, between two nodes of rank 0.
    graph.weights![1] = 0.75
    let store = folder.file("uneven")
    try graph.write(to: store)
    try ShardCut(Store(opening: store), ranks: 2, output: folder.file("shards")).run()
    TestSupport.assertRefused("in both directions") {
      _ = try StoreVerifier(Store(opening: folder.file("shards/rank-0"))).verify()
    }
  }
}
