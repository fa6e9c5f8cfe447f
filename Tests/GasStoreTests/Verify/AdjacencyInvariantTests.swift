import GasBase
import TestSupport
import XCTest

@testable import GasStore

final class AdjacencyInvariantTests: StoreInvariantTests {
  func testHaloIsAscending() throws {
    let file = "columns/halo.gascol"
    try assertRefused(FixtureGraphs.names, file, "expected a row above") {
      try $0.change(.halo, as: UInt32.self) { $0.swapAt(0, 1) }
    }
    try assertRefused(FixtureGraphs.names, file, "expected a row above") {
      try $0.change(.halo, as: UInt32.self) { $0[1] = $0[0] }
    }
    try assertRefused(FixtureGraphs.names, file, "below 8, found 8") {
      try $0.change(.halo, as: UInt32.self) { $0[1] = 8 }
    }
  }

  func testHaloRowsAreForeign() throws {
    try assertRefused(FixtureGraphs.names, "columns/halo.gascol", "a row of another partition than 0, found 0") {
      try $0.change(.halo, as: UInt32.self) { $0[0] = 0 }
    }
  }

  func testHaloRowsAreInUse() throws {
    var graph = FixtureGraphs.integers
    graph.edges.removeAll { $0 == (5, 4) }
    try assertRefused(graph, "columns/halo.gascol", "a row that stands in a list of partition 1, found 2") {
      let table = $0.manifest.partitions
      try $0.change(.halo, as: UInt32.self) { $0.append(2) }
      try $0.change(.haloDegrees, as: Float.self) { $0.append(3) }
      $0.manifest.partitions = PartitionTable(
        nodeStarts: table.nodeStarts, edgeStarts: table.edgeStarts,
        haloStarts: table.haloStarts.dropLast() + [table.haloStarts.last! + 1], innerEdgeCounts: table.innerEdgeCounts)
    }
  }

  func testHaloDegrees() throws {
    let file = "columns/halo-degrees.gascol"
    for graph in [FixtureGraphs.names, FixtureGraphs.integers] {
      let path = try TemporaryFolder()
      let count = try StoreParts(graph, in: path).manifest.partitions.haloStarts.last!
      for place in 0..<count {
        for change in [Float(1), -1] {
          try assertRefused(graph, file, "expected degree") {
            try $0.change(.haloDegrees, as: Float.self) { $0[place] += change }
          }
        }
      }
    }
  }

  func testDegreesAddUp() throws {
    try assertRefused(FixtureGraphs.integers, "columns/degrees.gascol", "add up to") {
      try $0.change(.degrees, as: UInt32.self) { $0[0] += 1 }
    }
    try assertRefused(FixtureGraphs.integers, "columns/degrees.gascol", "add up to") {
      try $0.change(.degrees, as: UInt32.self) { $0[5] = .max }
    }
    // Right in sum, wrong in each: the weights tell.
    try assertRefused(FixtureGraphs.names, "columns/weighted-degrees.gascol", "expected weights that add up to") {
      try $0.change(.degrees, as: UInt32.self) {
        $0[0] -= 1
        $0[1] += 1
      }
    }
  }

  func testWeights() throws {
    for weight in [Float.nan, .infinity] {
      try assertRefused(FixtureGraphs.names, "columns/edge-weights.gascol", "expected a finite weight, found \(weight)")
      {
        try $0.change(.edgeWeights, as: Float.self) { $0[2] = weight }
      }
    }
    let file = "columns/weighted-degrees.gascol"
    try assertRefused(FixtureGraphs.names, file, "offset 4100: expected weights that add up to 2.5, found 2.51") {
      try $0.change(.weightedDegrees, as: Float.self) { $0[1] = 2.51 }
    }
    try assertRefused(FixtureGraphs.names, file, "offset 4096: expected weights that add up to 5.5, found nan") {
      try $0.change(.weightedDegrees, as: Float.self) { $0[0] = .nan }
    }
  }

  func testEdgeFeatures() throws {
    for value in [Float.nan, .infinity] {
      try assertRefused(FixtureGraphs.bonds, "columns/edge-features.gascol", "expected a finite value, found \(value)")
      {
        try $0.change(.edgeFeatures, as: Float.self) { $0[7] = value }
      }
    }
    // One direction of one edge: the lists are fine, the graph is not the same both ways any more.
    for place in 0..<33 {
      // Entry 2, behind the two of node 0, is the loop of node 2: its own reverse.
      let isLoop = 6..<9 ~= place
      guard !isLoop else { continue }
      try assertRefused(FixtureGraphs.bonds, "columns/neighbours.gascol", "in both directions") {
        try $0.change(.edgeFeatures, as: Float.self) { $0[place] += 0.5 }
      }
    }
  }

  func testEntriesAreInside() throws {
    for entry in [UInt32(99), .max] {
      try assertRefused(FixtureGraphs.names, "columns/neighbours.gascol", "found \(entry)") {
        try $0.change(.neighbours, as: UInt32.self) { $0[2] = entry }
      }
    }
  }

  func testListsAreAscending() throws {
    let file = "columns/neighbours.gascol"
    try assertRefused(FixtureGraphs.integers, file, "expected an entry above") {
      try $0.change(.neighbours, as: UInt32.self) { $0.swapAt(0, 1) }
    }
    try assertRefused(FixtureGraphs.integers, file, "expected an entry above") {
      try $0.change(.neighbours, as: UInt32.self) { $0[1] = $0[0] }
    }
  }

  func testUndirectedGraphsAreSymmetric() throws {
    var oneWay = FixtureGraphs.integers
    oneWay.directed = false
    try assertRefused(oneWay, "columns/neighbours.gascol", "in both directions") { _ in }
    var uneven = FixtureGraphs.names
    // Of the first edge: 0 → 1 has its weight, 1 → 0 another.
    uneven.weights![1] = 0.75
    try assertRefused(uneven, "columns/neighbours.gascol", "in both directions") { _ in }
  }

  func testCountsOfTheManifest() throws {
    try assertRefused(FixtureGraphs.names, "manifest.json", "expected 1 self-loops, found 2") {
      $0.manifest.selfLoopCount = 1
    }
    try assertRefused(FixtureGraphs.names, "manifest.json", "expected 1 inner edges in partition 0, found 2") {
      let table = $0.manifest.partitions
      $0.manifest.partitions = PartitionTable(
        nodeStarts: table.nodeStarts, edgeStarts: table.edgeStarts, haloStarts: table.haloStarts,
        innerEdgeCounts: [1] + table.innerEdgeCounts.dropFirst())
    }
  }

  /// Nodes given to the wrong partition: the lists no longer fit their rows.
  func testPartitionTableThatDoesNotFit() throws {
    try assertRefused(FixtureGraphs.names, "columns/degrees.gascol", "add up to") {
      let table = $0.manifest.partitions
      var starts = table.nodeStarts
      starts[1] -= 2
      $0.manifest.partitions = PartitionTable(
        nodeStarts: starts, edgeStarts: table.edgeStarts, haloStarts: table.haloStarts,
        innerEdgeCounts: table.innerEdgeCounts)
    }
  }
}
