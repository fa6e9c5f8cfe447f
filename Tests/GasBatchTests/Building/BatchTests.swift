import GasBase
import GasNN
import GasStore
import TestSupport
import XCTest

@testable import GasBatch

/// Batches against the graph in plain arrays.
final class BatchTests: XCTestCase {
  /// Every group of partitions of a small graph: the batch's adjacency as (target node, source node) → value.
  private func entries(_ batch: Batch, _ graph: TinyGraph) -> [[Int]: Float] {
    let nodes = graph.rows
    let columns =
      batch.segments.flatMap { segment in segment.nodes.map { nodes[$0] } } + batch.haloRows.map { nodes[Int($0)] }
    var found: [[Int]: Float] = [:]
    for row in 0..<batch.rowCount {
      for entry in batch.adjacency.entries(of: row) {
        let key = [columns[row], columns[Int(batch.adjacency.columns[entry])]]
        XCTAssertNil(found[key], "entry \(key) stands twice")
        found[key] = batch.adjacency.values?[entry] ?? 1
      }
    }
    return found
  }

  private func expected(_ graph: TinyGraph, _ form: GraphForm, targets: Set<Int>) -> [[Int]: Float] {
    var values: [[Int]: Double] = [:]
    for (index, edge) in graph.edges.enumerated() {
      values[[edge.target, edge.source]] = Double(graph.weights?[index] ?? 1)
    }
    if form != .plain {
      for node in 0..<graph.nodeCount where values[[node, node]] == nil { values[[node, node]] = 1 }
    }
    if form == .symmetric {
      var degrees = [Double](repeating: 0, count: graph.nodeCount)
      for (key, value) in values { degrees[key[0]] += value }
      for (key, value) in values { values[key] = value / (degrees[key[0]] * degrees[key[1]]).squareRoot() }
    }
    return values.filter { targets.contains($0.key[0]) }.mapValues(Float.init)
  }

  private func assertBatches(_ graph: TinyGraph, line: UInt = #line) throws {
    let folder = try TemporaryFolder()
    try graph.write(to: folder.file("store"))
    let store = try Store(opening: folder.file("store"))
    let nodes = graph.rows
    for form in [GraphForm.plain, .selfLoops, .symmetric] {
      let builder = BatchBuilder(store, form: form, edgeFeatures: graph.edgeFeatureWidth > 0, histories: [])
      let batch = Batch()
      for mask in 1..<(1 << store.partitions.count) {
        let group = store.partitions.indices.filter { mask >> $0 & 1 == 1 }
        var contents = BatchContents.training(layers: 1..<1)
        try builder.fill(batch, with: group, contents)
        assertTransposed(batch, columnCount: batch.adjacency.columnCount, numbered: false, line: line)
        // The batch holds this group without numbers now, which must not be taken for one with them.
        contents.numbersEntries = true
        try builder.fill(batch, with: group, contents)
        let own = Set(group.flatMap { store.partitions.nodes($0).map { nodes[$0] } })
        let wanted = expected(graph, form, targets: own)
        let found = entries(batch, graph)
        XCTAssertEqual(Set(found.keys), Set(wanted.keys), "\(form), group \(group)", line: line)
        for (key, value) in wanted { XCTAssertEqual(found[key]!, value, accuracy: 1e-6, line: line) }
        XCTAssertTrue(zip(batch.haloRows, batch.haloRows.dropFirst()).allSatisfy { $0 < $1 }, line: line)
        assertFeatures(batch, graph, line: line)
        try assertEdgeFeatures(batch, graph, line: line)
        assertTransposed(batch, columnCount: batch.adjacency.columnCount, numbered: true, line: line)
        let narrow = Batch()
        contents.transposed = .own
        try builder.fill(narrow, with: group, contents)
        assertTransposed(narrow, columnCount: narrow.rowCount, numbered: true, line: line)
      }
    }
  }

  /// Each entry's row: that of its edge, zeros for self-loops that the form added.
  private func assertEdgeFeatures(_ batch: Batch, _ graph: TinyGraph, line: UInt) throws {
    guard graph.edgeFeatureWidth > 0 else { return XCTAssertNil(batch.edgeFeatures, line: line) }
    let features = try XCTUnwrap(batch.edgeFeatures, line: line)
    XCTAssertEqual([features.rows, features.columns], [batch.edgeCount, graph.edgeFeatureWidth], line: line)
    let nodes = graph.rows
    let columns = batch.segments.flatMap { $0.nodes.map { nodes[$0] } } + batch.haloRows.map { nodes[Int($0)] }
    for row in 0..<batch.rowCount {
      for entry in batch.adjacency.entries(of: row) {
        let source = columns[Int(batch.adjacency.columns[entry])]
        let edge = graph.edges.firstIndex { $0 == (source, columns[row]) }
        let wanted = edge.map(graph.edgeFeatureRow) ?? [Float](repeating: 0, count: graph.edgeFeatureWidth)
        XCTAssertEqual(Array(features.rowRange(entry..<entry + 1).elements), wanted, line: line)
      }
    }
  }

  private func assertFeatures(_ batch: Batch, _ graph: TinyGraph, line: UInt) {
    let nodes = graph.rows
    let rows = batch.segments.flatMap { $0.nodes.map { nodes[$0] } } + batch.haloRows.map { nodes[Int($0)] }
    for (place, node) in rows.enumerated() {
      let wanted = graph.features[node * graph.featureWidth..<(node + 1) * graph.featureWidth]
      var found = [Float](repeating: 0, count: graph.featureWidth)
      switch batch.input {
      case .dense(.float32(let matrix)): found = Array(matrix.rowRange(place..<place + 1).elements)
      case .sparse(let matrix):
        for entry in matrix.entries(of: place) { found[Int(matrix.columns[entry])] = matrix.values![entry] }
      case .dense, .aggregate, .joined, .none: XCTFail("no input", line: line)
      }
      XCTAssertEqual(found, Array(wanted), line: line)
    }
  }

  /// Checks that the transposed adjacency has the same entries.
  ///
  /// - Parameters:
  ///   - batch: the batch.
  ///   - columnCount: how many columns, from the first one on, have their entries listed.
  ///   - numbered: whether the entries have their numbers.
  ///   - line: where the test is.
  private func assertTransposed(_ batch: Batch, columnCount: Int, numbered: Bool, line: UInt) {
    let matrix = batch.adjacency
    var forward: [[Int]: Float] = [:]
    for row in 0..<matrix.rowCount {
      for entry in matrix.entries(of: row) where matrix.columns[entry] < columnCount {
        forward[[row, Int(matrix.columns[entry])]] = matrix.values?[entry] ?? 1
      }
    }
    guard let transposed = matrix.transposed else { return XCTFail("training needs the transposed matrix", line: line) }
    XCTAssertEqual(transposed.rowCount, columnCount, line: line)
    XCTAssertEqual(transposed.entries != nil, numbered, line: line)
    var backward: [[Int]: Float] = [:]
    for column in 0..<columnCount {
      for place in Int(transposed.offsets[column])..<Int(transposed.offsets[column + 1]) {
        backward[[Int(transposed.rows[place]), column]] = transposed.values?[place] ?? 1
        guard let number = transposed.entries?[place] else { continue }
        XCTAssertEqual(Int(matrix.columns[Int(number)]), column, line: line)
        XCTAssertEqual(transposed.values?[place], matrix.values?[Int(number)], line: line)
      }
    }
    XCTAssertEqual(forward, backward, line: line)
  }

  func testUndirected() throws { try assertBatches(.random(nodes: 40, partitions: 4, selfLoops: 3)) }
  func testDirectedAndWeighted() throws {
    try assertBatches(.random(nodes: 40, partitions: 4, directed: true, selfLoops: 3, weighted: true))
  }
  func testSparseFeatures() throws { try assertBatches(.random(nodes: 40, partitions: 4, sparse: true)) }
  func testGraphWithoutEdges() throws {
    var graph = TinyGraph.random(nodes: 10, partitions: 3)
    graph.edges = []
    try assertBatches(graph)
    try assertBatches(graph.withEdgeFeatures(width: 2))
  }
  func testEdgeFeatures() throws {
    for (directed, weighted) in [(false, false), (true, true)] {
      let graph = TinyGraph.random(nodes: 40, partitions: 4, directed: directed, selfLoops: 5, weighted: weighted)
      try assertBatches(graph.withEdgeFeatures(width: 3))
    }
  }

  func testFeaturesInLessThanFloat32() throws {
    let graph = TinyGraph.random(nodes: 30, partitions: 3)
    for (type, tolerance) in [(ElementType.float16, Float(1e-3)), (.bfloat16, 1e-2), (.uint8, 2e-2)] {
      let folder = try TemporaryFolder()
      try graph.write(to: folder.file("store"), featureType: type)
      let store = try Store(opening: folder.file("store"))
      let batch = Batch()
      try BatchBuilder(store, form: .plain, histories: []).fill(batch, with: [1], .stage(0, labels: false))
      guard case .dense(.float32(let matrix)) = batch.input else { return XCTFail("dense features expected") }
      let rows = store.partitions.nodes(1).map { graph.rows[$0] } + batch.haloRows.map { graph.rows[Int($0)] }
      for (place, node) in rows.enumerated() {
        for column in 0..<graph.featureWidth {
          let value = graph.features[node * graph.featureWidth + column]
          XCTAssertEqual(matrix[place, column], value, accuracy: tolerance * max(1, abs(value)))
        }
      }
    }
  }
}
