import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasGraph
@testable import GasIngest

/// Random small graphs through the whole of ingest, read back and compared with what the input says.
final class RandomGraphTests: XCTestCase {
  private struct Input {
    var nodeCount: Int
    var edges: [(source: Int, target: Int, weight: Float)]
    var features: [[Float]]
    var labels: [Int32]
    var parts: [UInt8]

    init(_ random: inout SeededRandom) {
      nodeCount = 3 + random.below(60)
      edges = []
      for _ in 0..<1 + random.below(200) {
        edges.append((random.below(nodeCount), random.below(nodeCount), Float(1 + random.below(8)) / 4))
      }
      features = []
      labels = []
      parts = []
      for node in 0..<nodeCount {
        features.append([Float(node), Float(random.below(10))])
        labels.append(Int32(node == 0 ? 2 : random.below(4) - 1))
        parts.append(UInt8(random.below(4)))
      }
    }
  }

  private func expectedEdges(_ input: Input, _ options: IngestOptions) -> [StoreContents.Edge: Float] {
    var edges: [StoreContents.Edge: Float] = [:]
    func add(_ source: Int, _ target: Int, _ weight: Float) {
      let edge = StoreContents.Edge(source: source, target: target)
      if edges[edge] == nil { edges[edge] = options.format.isWeighted ? weight : 1 }
    }
    for edge in input.edges where edge.source != edge.target || options.selfLoops != .drop {
      add(edge.source, edge.target, edge.weight)
      if !options.isDirected { add(edge.target, edge.source, edge.weight) }
    }
    if options.selfLoops == .add { for node in 0..<input.nodeCount { add(node, node, 1) } }
    return edges
  }

  /// The edge whose features each entry has: the first that says it; none for a self-loop that was added.
  private func expectedFeatures(_ input: Input, _ options: IngestOptions) -> [StoreContents.Edge: [Float]] {
    let width = options.edgeFeatures == nil ? 0 : 2
    var features: [StoreContents.Edge: [Float]] = [:]
    for (edge, _) in expectedEdges(input, options) {
      let first = input.edges.firstIndex { candidate in
        (candidate.source, candidate.target) == (edge.source, edge.target)
          || !options.isDirected && (candidate.target, candidate.source) == (edge.source, edge.target)
      }
      features[edge] = Array((first.map { edgeFeatures(of: $0) } ?? [0, 0]).prefix(width))
    }
    return features
  }

  private func edgeFeatures(of edge: Int) -> [Float] { [Float(edge) + 1, -Float(edge % 7)] }

  private func write(_ input: Input, _ inputs: Inputs) throws -> IngestOptions {
    let text = input.edges.map { "\($0.source)\t\($0.target)\t\($0.weight)\n" }.joined()
    var options = IngestOptions(edges: [try inputs.text(text)], output: inputs.store)
    options.format.ignoresExtraColumns = true
    options.features = try inputs.array(input.features.flatMap { $0 }, [input.nodeCount, 2], "features.npy")
    _ = try inputs.array(input.edges.indices.flatMap(edgeFeatures), [input.edges.count, 2], "edge-features.npy")
    options.labels = try inputs.array(input.labels, "labels.npy")
    for part in SplitPart.allCases {
      let ids = input.parts.indices.filter { input.parts[$0] == part.rawValue }.map { Int64($0) }
      options.splitParts[part] = try inputs.array(ids, "\(part.key).npy")
    }
    options.replacesExisting = true
    return options
  }

  private func check(_ input: Input, _ inputs: Inputs, _ options: IngestOptions, _ message: String) throws {
    let report = try Ingest(options).run()
    let contents = try inputs.contents()
    let expected = expectedEdges(input, options)
    XCTAssertEqual(contents.edges, expected, message)
    XCTAssertEqual(contents.edgeFeatures, expectedFeatures(input, options), message)
    XCTAssertEqual(report.edgeFeatureWidth, options.edgeFeatures == nil ? nil : 2)
    XCTAssertEqual(try contents.features(), input.features, message)
    XCTAssertEqual(try contents.labels(), input.labels, message)
    XCTAssertEqual(try contents.splits(), input.parts.map { [$0] }, message)
    XCTAssertEqual(contents.store.partitions.count + report.emptyPartitionsRemoved, options.partitionCount, message)
    try checkDegrees(contents, expected, input.nodeCount, message)
    checkReport(report, contents, expected)
  }

  private func checkDegrees(
    _ contents: StoreContents, _ expected: [StoreContents.Edge: Float], _ nodeCount: Int, _ message: String
  ) throws {
    var counts = [UInt32](repeating: 0, count: nodeCount)
    var sums = [Float](repeating: 0, count: nodeCount)
    for (edge, weight) in expected {
      counts[edge.target] += 1
      sums[edge.target] += weight
    }
    XCTAssertEqual(try contents.degrees(), counts, message)
    if contents.store.manifest.weighted { XCTAssertEqual(try contents.weightedDegrees(), sums, message) }
    for (node, degrees) in try contents.haloDegrees() {
      let loop = expected[.init(source: node, target: node)] == nil ? 1 : 0
      XCTAssertEqual(degrees, [sums[node] + Float(loop)], message)
    }
  }

  private func checkReport(
    _ report: IngestReport, _ contents: StoreContents, _ expected: [StoreContents.Edge: Float]
  ) {
    let owner = contents.partitionOfNode
    let cut = expected.keys.filter { owner[$0.source] != owner[$0.target] }
    XCTAssertEqual(report.cutEntries, cut.count)
    XCTAssertEqual(report.haloRows, Set(cut.map { [$0.source, owner[$0.target]] }).count)
    XCTAssertEqual(report.edges.entries, expected.count)
    XCTAssertEqual(report.edges.selfLoops, expected.keys.count { $0.source == $0.target })
    XCTAssertEqual(report.partitions.map(\.nodes), report.partitions.indices.map { p in owner.count { $0 == p } })
  }

  func testStoresHoldWhatTheInputSays() throws {
    let inputs = try Inputs()
    var random = SeededRandom(seed: 11)
    for round in 0..<8 {
      let input = Input(&random)
      var options = try write(input, inputs)
      for partitioner in [.metis, .stream, .random, .contiguous] as [PartitionerChoice] {
        options.partitioner = partitioner
        options.partitionCount = 1 + random.below(min(8, input.nodeCount))
        options.isDirected = random.below(2) == 0
        options.format.isWeighted = random.below(2) == 0
        options.edgeFeatures = random.below(2) == 0 ? inputs.path("edge-features.npy") : nil
        options.selfLoops = SelfLoopPolicy.allCases[random.below(3)]
        guard !expectedEdges(input, options).isEmpty else { continue }
        try check(input, inputs, options, "round \(round), \(partitioner)")
      }
    }
  }

  func testEveryPartitionCountWorksUpToOneNodeEach() throws {
    let inputs = try Inputs()
    var random = SeededRandom(seed: 12)
    let input = Input(&random)
    var options = try write(input, inputs)
    for partitioner in [.random, .stream, .metis] as [PartitionerChoice] {
      options.partitioner = partitioner
      for count in [1, 2, input.nodeCount - 1, input.nodeCount] {
        options.partitionCount = count
        try check(input, inputs, options, "\(count) partitions by \(partitioner)")
      }
    }
  }

  func testTheSameInputGivesTheSameBytes() throws {
    let inputs = try Inputs()
    var random = SeededRandom(seed: 13)
    var options = try write(Input(&random), inputs)
    options.partitioner = .metis
    options.partitionCount = 3
    setenv("SOURCE_DATE_EPOCH", "1000000000", 1)
    defer { unsetenv("SOURCE_DATE_EPOCH") }
    _ = try Ingest(options).run()
    let first = try FolderContents(inputs.store)
    XCTAssertEqual(try inputs.contents().store.manifest.provenance.date, "2001-09-09T01:46:40Z")
    _ = try Ingest(options).run()
    XCTAssertEqual(first.differences(from: try FolderContents(inputs.store)), [])
  }
}
