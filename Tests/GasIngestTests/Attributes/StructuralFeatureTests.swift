import Foundation
import GasBase
import GasFormats
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasGraph
@testable import GasIngest

/// Features made of the graph, against plain ones.
final class StructuralFeatureTests: XCTestCase {
  private func graph(_ lists: [[Int]], _ space: Workspace, isDirected: Bool = false) throws -> Graph {
    let starts: FlatArray<Int> = try space.zeros(count: lists.count + 1)
    let neighbours: FlatArray<UInt32> = try space.zeros(count: lists.reduce(0) { $0 + $1.count })
    var entry = 0
    for (node, list) in lists.enumerated() {
      for neighbour in list.sorted() {
        neighbours[entry] = UInt32(neighbour)
        entry += 1
      }
      starts[node + 1] = entry
    }
    return Graph(starts: starts, neighbours: neighbours, weights: nil, isDirected: isDirected)
  }

  private func lists(_ nodes: Int, _ degree: Int, _ random: inout SeededRandom) -> [[Int]] {
    var lists = [Set<Int>](repeating: [], count: nodes)
    for _ in 0..<nodes * degree / 2 {
      let (u, v) = (random.below(nodes), random.below(nodes))
      lists[u].insert(v)
      lists[v].insert(u)
    }
    return lists.map { $0.sorted() }
  }

  /// Takes away nodes with fewer than k neighbours until none is left, for each k.
  private func peeled(_ lists: [[Int]]) -> [UInt32] {
    var cores = [UInt32](repeating: 0, count: lists.count)
    for k in 1...max(1, lists.map(\.count).max() ?? 1) {
      var left = Set(lists.indices)
      while let gone = left.first(where: { node in lists[node].count { $0 != node && left.contains($0) } < k }) {
        left.remove(gone)
      }
      for node in left { cores[node] = UInt32(k) }
    }
    return cores
  }

  func testCoreNumbers() throws {
    let space = try TestWorkspace().space
    let found = try Property.counterexample(among: 60, seed: 9) { random in
      lists(1 + random.below(14), 1 + random.below(6), &random)
    } smaller: { _ in
      []
    } holds: { lists in
      let core = try CoreNumbers(graph(lists, space), in: space)
      guard core.areExact else { return "not settled" }
      return Array(core.values.all) == peeled(lists) ? nil : "\(Array(core.values.all)), not \(peeled(lists))"
    }
    XCTAssertNil(found)
  }

  /// The second step is the mean of the first over the neighbours; the first has at most as many values as signs allow.
  /// Memory for a single column at a time changes nothing.
  func testNeighbourMeans() throws {
    var random = SeededRandom(seed: 3)
    let lists = lists(60, 5, &random)
    func columns(_ space: Workspace, seed: UInt64) throws -> [[[Float]]] {
      var steps = [[[Float]]](repeating: [], count: NeighbourMeans.stepCount)
      try NeighbourMeans(graph(lists, space), seed: seed, in: space).forEachColumns { step, values, width in
        for column in 0..<width { steps[step].append((0..<60).map { values[$0 * width + column] }) }
      }
      return steps
    }
    let workspace = try TestWorkspace()
    let steps = try columns(workspace.space, seed: 7)
    XCTAssertEqual(steps.map(\.count), [32, 32])
    for column in 0..<32 {
      for node in 0..<60 {
        let count = Float(max(1, lists[node].count))
        let mean = lists[node].reduce(Float(0)) { $0 + steps[0][column][$1] } / count
        XCTAssertEqual(steps[1][column][node], mean, accuracy: 1e-6)
        let signs = steps[0][column][node] * count
        XCTAssertEqual(signs, signs.rounded(), accuracy: 1e-4)
        XCTAssertLessThanOrEqual(abs(signs), Float(lists[node].count) + 1e-4)
      }
    }
    XCTAssertEqual(Set(steps[0]).count, 32, "columns have signs of their own")
    let small = Workspace(scratch: workspace.space.scratch, memoryBytes: 4 * 60 * 4 * 3)
    XCTAssertEqual(try columns(small, seed: 7), steps)
    XCTAssertNotEqual(try columns(workspace.space, seed: 8), steps)
  }

  func testWholeFeatures() throws {
    var random = SeededRandom(seed: 4)
    let lists = lists(40, 4, &random)
    let space = try TestWorkspace().space
    for isDirected in [false, true] {
      let (path, note) = try StructuralFeatures(graph(lists, space, isDirected: isDirected), seed: 1, in: space).write()
      defer { try? FileManager.default.removeItem(atPath: path) }
      let array = try NpyReader(opening: path)
      let width = StructuralFeatures.width(isDirected: isDirected)
      XCTAssertEqual(array.shape, [40, width])
      XCTAssertTrue(note.contains("features made of the graph"), note)
      let values = Array(array.floats(0..<array.elementCount))
      for node in 0..<40 {
        XCTAssertEqual(values[node * width], Float(log(Double(lists[node].count) + 1)))
        if isDirected { XCTAssertEqual(values[node * width + 1], values[node * width], "the lists are symmetric") }
      }
    }
  }

  func testStoresHaveThem() throws {
    let inputs = try Inputs()
    func ingest(_ change: (inout IngestOptions) -> Void) throws -> IngestReport {
      let edges = (0..<30).map { "\($0) \($0 * 7 % 30)\n\($0) \(($0 + 1) % 30)\n" }.joined()
      return try inputs.ingest(inputs.text(edges)) {
        ($0.makesStructuralFeatures, $0.replacesExisting) = (true, true)
        change(&$0)
      }
    }
    let report = try ingest { _ in }
    XCTAssertEqual(report.featureWidth, StructuralFeatures.width(isDirected: false))
    XCTAssertTrue(report.notes.contains { $0.hasPrefix("features made of the graph") })
    let once = try inputs.contents().features()
    _ = try ingest { $0.threadCount = 2 }
    XCTAssertEqual(try inputs.contents().features(), once)
    _ = try ingest { $0.seed = 5 }
    XCTAssertNotEqual(try inputs.contents().features(), once)
    for column in 0..<once[0].count {
      XCTAssertEqual(once.reduce(0) { $0 + $1[column] }, 0, accuracy: 1e-3, "standardised")
    }
  }
}
