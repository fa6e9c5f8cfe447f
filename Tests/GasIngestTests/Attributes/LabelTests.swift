import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest

final class LabelTests: XCTestCase {
  @discardableResult
  private func ingest(_ inputs: Inputs, _ path: String, classes: Int? = nil) throws -> IngestReport {
    try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n")) {
      $0.labels = path
      $0.classCount = classes
      $0.partitioner = .random
      $0.partitionCount = 3
      $0.replacesExisting = true
    }
  }

  func testOneClassANode() throws {
    let inputs = try Inputs()
    func check<T: NpyElement>(_ values: [T], _ shape: [Int]) throws {
      let report = try ingest(inputs, inputs.array(values, shape, "labels.npy"))
      XCTAssertEqual(report.classCount, 3)
      XCTAssertEqual(report.labelKind, .single)
      XCTAssertEqual(try inputs.contents().labels(), [2, -1, 0, 2])
    }
    try check([2, -1, 0, 2] as [Int64], [4])
    try check([2, -1, 0, 2] as [Int8], [4, 1])
    try check([2, -1, 0, 2] as [Float], [4])
    try check([2, .nan, 0, 2] as [Double], [4])
  }

  func testTheNumberOfClassesCanBeGiven() throws {
    let inputs = try Inputs()
    let path = try inputs.array([0, 1, 1, 0] as [UInt8], "labels.npy")
    XCTAssertEqual(try ingest(inputs, path, classes: 5).classCount, 5)
    let above = try inputs.array([0, 1, 5, 0] as [Int32], "labels.npy")
    assertRefused(
      "expected a label from 0 to 4, or -1 for none, found label 5 out of range in row 2; pass --classes"
    ) { try ingest(inputs, above, classes: 5) }
  }

  func testLabelsOutOfRangeAreNamed() throws {
    let inputs = try Inputs()
    func refused(_ text: String, _ path: String) {
      assertRefused("labels.npy", text) { try ingest(inputs, path) }
    }
    refused("found label -2 out of range in row 1", try inputs.array([0, -2, 0, 0] as [Int64], "labels.npy"))
    refused(
      "found label 4000000 out of range in row 3", try inputs.array([0, 0, 0, 4_000_000] as [Int64], "labels.npy"))
    refused("expected whole numbers, found 0.5 (element 2)", try inputs.array([0, 0, 0.5, 0] as [Float], "labels.npy"))
    refused("no node has a label", try inputs.array([-1, -1, -1, -1] as [Int64], "labels.npy"))
    refused(
      "expected labels of shape [nodes] or [nodes, labels]",
      try inputs.array([0, 0, 0, 0] as [Int64], [4, 1, 1], "labels.npy"))
    refused("expected numbers, found text", try inputs.names(["a", "b", "c", "d"], "labels.npy"))
  }

  func testSeveralLabelsANode() throws {
    let inputs = try Inputs()
    let rows: [[UInt8]] = [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]
    let flat = rows.flatMap { $0 }
    let sparse = inputs.path("labels.npz")
    try ScipyMatrix.write(
      starts: [0, 2, 2, 5, 6], indices: [0, 2, 0, 1, 2, 1], values: [1, 1, 1, 1, 1, 1], width: 3, to: sparse)
    for path in [
      try inputs.array(flat, [4, 3], "a.npy"), try inputs.mask(flat.map { $0 == 1 }, [4, 3], "b.npy"),
      try inputs.array(flat.map { Float($0) }, [4, 3], "c.npy"), sparse,
    ] {
      let report = try ingest(inputs, path)
      XCTAssertEqual(report.labelKind, .multi)
      XCTAssertEqual(report.classCount, 3)
      XCTAssertEqual(try inputs.contents().multiLabels(), rows)
    }
    assertRefused(
      "expected labels of 0 and 1 in a matrix, found 2.0 in row 0, column 1; for one class a node, save a vector"
    ) {
      try ingest(inputs, try inputs.array([0, 2, 0, 1, 1, 1, 1, 1] as [Int64], [4, 2], "d.npy"))
    }
    assertRefused("expected 5 labels (--classes), found 3 columns") { try ingest(inputs, sparse, classes: 5) }
  }
}
