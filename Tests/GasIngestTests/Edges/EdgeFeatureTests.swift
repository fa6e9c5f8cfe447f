import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// Features of edges from an array beside the edge list.
final class EdgeFeatureTests: XCTestCase {
  func testFeaturesOfEdges() throws {
    let inputs = try Inputs()
    let text = try inputs.text("0 1\n1 2\n1 0\n2 2\n")
    try inputs.ingest(text) {
      $0.edgeFeatures = try! inputs.array([1, 2, 3, 4] as [Int16], "vector.npy")
      $0.selfLoops = .add
    }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.store.manifest.edgeFeatures?.width, 1)
    XCTAssertTrue(contents.store.manifest.provenance.inputs.contains { $0.path == inputs.path("vector.npy") })
    XCTAssertEqual(
      contents.edgeFeatures,
      [
        .init(source: 0, target: 0): [0], .init(source: 0, target: 1): [1], .init(source: 1, target: 0): [1],
        .init(source: 1, target: 1): [0], .init(source: 1, target: 2): [2], .init(source: 2, target: 1): [2],
        .init(source: 2, target: 2): [4],
      ])
    func refused(_ text: String, _ features: String) {
      assertRefused(text, features) {
        try inputs.ingest(inputs.path("edges.tsv")) {
          $0.edgeFeatures = features
          $0.replacesExisting = true
        }
      }
    }
    refused(
      "expected 4 rows, one for each edge, found 5", try inputs.array([Float](repeating: 1, count: 5), "long.npy"))
    refused("expected 4 rows, one for each edge, found 3", try inputs.array([Float](repeating: 1, count: 3), "few.npy"))
    let holes = try inputs.array([1, 2, 3, 4, 5, .nan, 7, 8] as [Float], [4, 2], "holes.npy")
    refused("offset 148: expected finite edge features, found nan for edge 2, column 1", holes)
    let wide = try inputs.array([1, 2, 3, 1e300] as [Double], "wide.npy")
    refused("expected edge features that float32 holds (up to 3.4e38), found 1e+300 for edge 3, column 0", wide)
    refused("found <f4 of shape (2, 2, 1)", try inputs.array([1, 2, 3, 4] as [Float], [2, 2, 1], "deep.npy"))
    refused("expected edge features of shape [edges, features]", try inputs.array([] as [Float], [4, 0], "none.npy"))
    refused("expected edge features", try inputs.names(["a", "b", "c", "d"], "names.npy"))
  }

  /// More rows than are checked, converted or put in order at once, edges in an array: each entry finds its row again.
  func testManyRows() throws {
    let inputs = try Inputs()
    let count = 6000
    let width = 100
    let edges = (0..<count).flatMap { [Int64($0 * 7 % count), Int64(($0 * 7 + 1) % count)] }
    let features = (0..<count).flatMap { edge in (0..<width).map { Float(edge * width + $0) } }
    try inputs.ingest(inputs.array(edges, [count, 2], "edges.npy")) {
      $0.edgeFeatures = try! inputs.array(features, [count, width], "features.npy")
      $0.partitionCount = 3
      $0.partitioner = .random
      $0.memoryBytes = 64 << 20
    }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.edgeFeatures.count, 2 * count)
    for edge in 0..<count {
      let (u, v) = (Int(edges[2 * edge]), Int(edges[2 * edge + 1]))
      let wanted = Array(features[edge * width..<(edge + 1) * width])
      XCTAssertEqual(contents.edgeFeatures[.init(source: u, target: v)], wanted)
      XCTAssertEqual(contents.edgeFeatures[.init(source: v, target: u)], wanted)
    }
  }
}
