import Foundation
import GasStore
import TestSupport
import XCTest

@testable import GasGraph

/// The real graphs of ../shared/data, where they are at hand.
final class SharedDataTests: XCTestCase {
  private static let root = URL(fileURLWithPath: #filePath).appending(path: "../../../../../shared/data").standardized
    .path

  private func file(_ graph: String, _ name: String) throws -> String {
    let path = "\(Self.root)/\(graph)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { throw XCTSkip("\(path) is not here") }
    return path
  }

  func testCora() throws {
    let inputs = try Inputs()
    let report = try inputs.ingest(file("cora", "edges.tsv.gz")) {
      $0.features = try! file("cora", "features.npz")
      $0.featureNormalisation = .row
      $0.labels = try! file("cora", "labels.npy")
      $0.splitParts = [
        .train: try! file("cora", "train.npy"), .validation: try! file("cora", "val.npy"),
        .test: try! file("cora", "test.npy"),
      ]
      $0.partitioner = .metis
      $0.partitionCount = 40
    }
    XCTAssertEqual([report.nodes, report.edges.kept, report.edges.entries], [2708, 5278, 10_556])
    XCTAssertEqual([report.featureWidth, report.classCount], [1433, 7])
    XCTAssertEqual([report.splits[0].train, report.splits[0].validation, report.splits[0].test], [140, 500, 1000])
    XCTAssertLessThan(Double(report.cutEntries) / 10_556, 0.25)
    let contents = try inputs.contents()
    for row in try contents.features() { XCTAssertEqual(row.reduce(0, +), 1, accuracy: 1e-5) }
  }

  func testManySplitsAndSeveralLabels() throws {
    let inputs = try Inputs()
    let photo = try inputs.ingest(file("amazon-photo", "edges.tsv.gz")) {
      $0.nodeCount = 7650
      $0.labels = try! file("amazon-photo", "labels.npy")
      $0.splits = try! file("amazon-photo", "splits.npz")
    }
    XCTAssertEqual(photo.splits.count, 20)
    XCTAssertEqual(photo.splits[19].train, 160)
    let tags = try inputs.ingest(file("debian-tags", "edges.tsv.gz")) {
      $0.labels = try! file("debian-tags", "labels.npy")
      $0.replacesExisting = true
    }
    XCTAssertEqual(tags.labelKind, .multi)
    XCTAssertEqual([tags.nodes, tags.classCount, tags.edges.isolatedNodes], [63_436, 100, 3100])
  }

  func testEdgeListsAlone() throws {
    for (graph, nodes, edges) in [("soc-epinions1", 75_879, 405_740), ("web-notredame", 325_729, 1_090_108)] {
      let inputs = try Inputs()
      let report = try inputs.ingest(file(graph, "edges.tsv.gz")) {
        $0.partitioner = .metis
        $0.partitionCount = nil
      }
      XCTAssertEqual([report.nodes, report.edges.kept], [nodes, edges], graph)
      XCTAssertEqual(
        report.partitions.count, PartitionCount.standard(nodeCount: nodes, entryCount: 2 * edges), graph)
      _ = try StoreVerifier(Store(opening: inputs.store)).verify()
    }
  }

  /// Those of the small inputs that go wrong (../shared/cases) that are arrays.
  func testCases() throws {
    let cases = Self.root + "/../cases"
    guard FileManager.default.fileExists(atPath: cases) else { throw XCTSkip("\(cases) is not here") }
    let inputs = try Inputs()
    let ring = ["0→1", "1→2", "2→3", "3→4", "4→5", "5→0"]
    try inputs.ingest(cases + "/fortran-order.npy") {
      $0.isDirected = true
      $0.splitParts[.train] = cases + "/mask-int64.npy"
    }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.edges.keys.sorted().map { "\($0.source)→\($0.target)" }, ring)
    XCTAssertEqual(try contents.splits().map { $0[0] }, [0, 1, 1, 0, 1, 0])
    let other = try Inputs()
    assertRefused("decreasing-indptr.npz[indptr]", "expected row starts that ascend up to 2, found 2, 1 at row 1") {
      try other.ingest(cases + "/decreasing-indptr.npz")
    }
    assertRefused("raw/edge.csv.gz: expected 6 edges, as", "num-edge-list.csv.gz says, found 3") {
      try other.ingest(cases + "/ogb-fewer-edges")
    }
  }
}
