import Foundation
import TestSupport
import XCTest

@testable import GasFormats

/// The layout in which the Open Graph Benchmark publishes its largest set: Fixtures/formats/ogb-binary.
final class OGBArchiveTests: XCTestCase {
  private static let fixture = URL(fileURLWithPath: #filePath)
    .appending(path: "../../../../Fixtures/formats/ogb-binary").standardized.path

  func testEverythingIsTakenFromTheFolder() throws {
    let inputs = try Inputs()
    try inputs.ingest(Self.fixture) { $0.isDirected = true }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.store.nodeCount, 7)
    XCTAssertEqual(
      contents.edges.keys.sorted().map(\.description), ["0→1", "0→3", "2→1", "3→2", "4→3", "4→5", "5→0"])
    XCTAssertEqual(try contents.features()[3], [1.5, 1.75])
    XCTAssertEqual(try contents.labels(), [0, 1, -1, 0, 1, 2, 0])
    XCTAssertEqual(try contents.splits().map { $0[0] }.count { $0 != 0 }, 5)
    let names = contents.store.manifest.provenance.inputs.map(\.path)
    XCTAssertEqual(Set(names).count, 5)
    XCTAssertTrue(names.allSatisfy { $0.hasPrefix(Self.fixture) }, "\(names)")
    XCTAssertFalse(FileManager.default.fileExists(atPath: inputs.store + "/scratch"))
  }

  func testWhatIsWrongIsNamedInTheArchive() throws {
    let inputs = try Inputs()
    let raw = inputs.path("set/raw")
    try FileManager.default.createDirectory(atPath: raw, withIntermediateDirectories: true)
    func refused(
      _ says: String, edges: [Int64], shape: [Int], counts: [Int64], edgeCounts: [Int64] = [], line: UInt = #line
    ) throws {
      let archive = try NpzWriter(creating: raw + "/data.npz")
      if !edgeCounts.isEmpty { try archive.add("num_edges_list", edgeCounts) }
      if !edges.isEmpty { try archive.add("edge_index", edges, shape: shape) }
      try archive.add("num_nodes_list", counts)
      try archive.finish()
      assertRefused(says, line: line) { try inputs.ingest(inputs.path("set")) }
    }
    try refused("data.npz[edge_index]: edge 1: node id 7", edges: [0, 1, 2, 1, 7, 3], shape: [2, 3], counts: [7])
    try refused("data.npz[num_nodes_list]: expected the node count of one graph", edges: [], shape: [], counts: [3, 4])
    try refused("data.npz: expected an array \"edge_index\"", edges: [], shape: [], counts: [3])
    try refused("data.npz[edge_index]: expected edges of shape", edges: [0, 1, 2], shape: [3], counts: [7])
    try refused(
      "data.npz[edge_index]: expected edges of shape (2, E), found (3, 2)", edges: [0, 1, 2, 1, 2, 3], shape: [3, 2],
      counts: [7])
    for count in [2, 4] {
      try refused(
        "data.npz[edge_index]: expected \(count) edges, as \(raw)/data.npz[num_edges_list] says, found 3",
        edges: [0, 1, 2, 1, 2, 3], shape: [2, 3], counts: [7], edgeCounts: [Int64(count)])
    }
    try refused(
      "data.npz[num_edges_list]: expected the edge count of one graph, found 2", edges: [0, 1, 2, 1, 2, 3],
      shape: [2, 3], counts: [7], edgeCounts: [1, 2])
  }

  /// Sources above targets, as the layout has them, where the array could also be two pairs.
  func testTwoEdges() throws {
    let inputs = try Inputs()
    let raw = inputs.path("set/raw")
    try FileManager.default.createDirectory(atPath: raw, withIntermediateDirectories: true)
    let archive = try NpzWriter(creating: raw + "/data.npz")
    try archive.add("edge_index", [0, 1, 2, 3] as [Int64], shape: [2, 2])
    try archive.add("num_nodes_list", [4] as [Int64])
    try archive.add("num_edges_list", [2] as [Int64])
    try archive.finish()
    let report = try inputs.ingest(inputs.path("set")) { $0.isDirected = true }
    XCTAssertEqual(try inputs.contents().edges.keys.sorted().map(\.description), ["0→2", "1→3"])
    XCTAssertEqual(report.notes, [])
  }
}
