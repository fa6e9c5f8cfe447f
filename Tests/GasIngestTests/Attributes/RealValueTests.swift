import Foundation
import GasStore
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest
@testable import GasTables

/// Labels that are real values, labels that are missing, and weights of nodes.
final class RealValueTests: XCTestCase {
  @discardableResult
  private func ingest(
    _ inputs: Inputs, _ labels: String?, _ kind: LabelKind? = nil, weights: String? = nil, classes: Int? = nil,
    train: String? = nil
  ) throws -> IngestReport {
    try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n")) {
      $0.labels = labels
      $0.labelKind = kind
      $0.classCount = classes
      $0.sampleWeights = weights
      $0.splitParts[.train] = train
      $0.partitioner = .random
      $0.partitionCount = 3
      $0.replacesExisting = true
    }
  }

  /// A row of numbers without a sign of NaN, which is not equal to itself.
  private func texts(_ rows: [[Float]]) -> [[String]] { rows.map { $0.map { $0.isNaN ? "-" : "\($0)" } } }

  func testOneValueANode() throws {
    let inputs = try Inputs()
    let sparse = inputs.path("values.npz")
    try ScipyMatrix.write(starts: [0, 1, 2, 2, 3], indices: [0, 0, 0], values: [1.5, -2, 1e7], width: 1, to: sparse)
    for (path, third) in [
      (try inputs.array([1.5, -2, .nan, 1e7] as [Double], "a.npy"), "-"),
      (try inputs.array([1.5, -2, .nan, 1e7] as [Float], [4, 1], "b.npy"), "-"),
      (try inputs.text("1.5\n-2\nnan\n1e7\n", "c.txt"), "-"), (sparse, "0.0"),
    ] {
      let report = try ingest(inputs, path, .regression)
      XCTAssertEqual(report.labelKind, .values, path)
      XCTAssertEqual(report.classCount, 1)
      XCTAssertNil(report.classNodes)
      XCTAssertNil(report.missingLabels)
      XCTAssertEqual(report.unlabelledNodes, third == "-" ? 1 : 0)
      XCTAssertEqual(report.notes, [])
      XCTAssertEqual(texts(try inputs.contents().values()), [["1.5"], ["-2.0"], [third], ["10000000.0"]], path)
      XCTAssertEqual(try Store(opening: inputs.store).manifest.formatVersion, 3)
    }
    try ingest(inputs, inputs.array([7, -1, 0, 40_000_000] as [Int64], "d.npy"), .regression)
    XCTAssertEqual(try inputs.contents().values(), [[7], [-1], [0], [40_000_000]], "whole numbers are values too")
  }

  func testSeveralValuesANode() throws {
    let inputs = try Inputs()
    let rows: [Float] = [1, .nan, -4, 3, 8, -4, .nan, .nan, .nan, 2, .nan, -4]
    let path = try inputs.array(rows, [4, 3], "values.npy")
    let report = try ingest(inputs, path, .regression, train: inputs.array([0, 2] as [Int64], "train.npy"))
    XCTAssertEqual(report.classCount, 3)
    XCTAssertEqual(report.unlabelledNodes, 1)
    XCTAssertEqual([report.splits[0].train, report.splits[0].unlabelledTrain], [2, 1])
    let columns = try XCTUnwrap(report.labelValues)
    XCTAssertEqual(columns.map(\.count), [3, 1, 3])
    XCTAssertEqual(columns.map(\.missing), [1, 3, 1])
    XCTAssertEqual(columns.map(\.mean), [2, 8, -4])
    XCTAssertEqual(columns.map(\.min), [1, 8, -4])
    XCTAssertEqual(columns.map(\.max), [3, 8, -4])
    XCTAssertEqual(columns[0].deviation, (2.0 / 3).squareRoot(), accuracy: 1e-12)
    XCTAssertEqual(
      texts(try inputs.contents().values()),
      [["1.0", "-", "-4.0"], ["3.0", "8.0", "-4.0"], ["-", "-", "-"], ["2.0", "-", "-4.0"]])
    let statistics = try StoreStatistics(Store(opening: inputs.store))
    XCTAssertEqual(statistics.labelValues?.map(\.mean), [2, 8, -4])
    XCTAssertEqual(statistics.splits[0].unlabelledTrain, 1)
    let gap = try inputs.array([1, .nan, 2, .nan, 3, .nan, 4, .nan] as [Float], [4, 2], "gap.npy")
    XCTAssertEqual(
      try ingest(inputs, gap, .regression).notes, ["\(gap): 1 of 2 columns have no value at all (column 1)"])
  }

  func testFaultsAreNamed() throws {
    let inputs = try Inputs()
    func refused(_ texts: String..., path: String, _ kind: LabelKind? = .regression, classes: Int? = nil) {
      for text in texts { assertRefused(text) { try ingest(inputs, path, kind, classes: classes) } }
    }
    refused(
      "a.npy: expected values that float32 holds (0, or sizes from 1.4e-45 to 3.4e38), found 1e+300 in row 1",
      path: try inputs.array([0, 1e300, 1, 2] as [Double], "a.npy"))
    refused("b.npy: no node has a label", path: try inputs.array([Float](repeating: .nan, count: 4), "b.npy"))
    refused(
      "labels.txt:2: expected a finite number, found \"dear\"", path: try inputs.text("1\ndear\n3\n4\n", "labels.txt"))
    let good = try inputs.array([0.5, 1, 2, 3] as [Float], "c.npy")
    refused("--classes counts classes, and --label-kind regression has none", path: good, classes: 3)
    for kind in [LabelKind?.none, .classes] {
      refused("expected whole numbers, found 0.5 (element 0)", "pass --label-kind regression", path: good, kind)
    }
    let table = try inputs.array([0.5, 1, 2, 3, 4, 5, 6, 7] as [Float], [4, 2], "d.npy")
    for kind in [LabelKind?.none, .multiLabel] {
      refused("found 0.5 in row 0, column 0", "pass --label-kind regression", path: table, kind)
    }
  }

  func testMissingLabels() throws {
    let inputs = try Inputs()
    let rows: [Float] = [1, -1, 0, -1, -1, -1, 0, 0, 1, 0, 1, -1]
    let sparse = inputs.path("labels.npz")
    try ScipyMatrix.write(
      starts: [0, 2, 5, 6, 8], indices: [0, 1, 0, 1, 2, 2, 1, 2], values: [1, -1, -1, .nan, -1, 1, 1, .nan], width: 3,
      to: sparse)
    for path in [
      try inputs.array(rows.map { Int8($0) }, [4, 3], "a.npy"),
      try inputs.array(rows.map { $0 < 0 ? .nan : Double($0) }, [4, 3], "b.npy"), sparse,
      try inputs.text("1 nan 0\n-1 -1 -1\n0 0 1\n0 1 nan\n", "c.txt"),
    ] {
      let report = try ingest(inputs, path, train: inputs.array([0, 1] as [Int64], "train.npy"))
      XCTAssertEqual(report.labelKind, .multi, path)
      XCTAssertEqual(report.missingLabels, 5)
      XCTAssertEqual(report.classNodes, [1, 1, 1])
      XCTAssertEqual([report.splits[0].train, report.splits[0].unlabelledTrain], [2, 1])
      XCTAssertEqual(
        try inputs.contents().multiLabels(), [[1, 255, 0], [255, 255, 255], [0, 0, 1], [0, 1, 255]], path)
      let store = try Store(opening: inputs.store)
      XCTAssertEqual(store.manifest.labels?.missing, true)
      XCTAssertEqual(store.manifest.formatVersion, 3)
      XCTAssertEqual(try StoreStatistics(store).splits[0].unlabelledTrain, 1)
    }
    let whole = try inputs.array([1, 1, 0, 0, 0, 1, 0, 1] as [UInt8], [4, 2], "d.npy")
    XCTAssertEqual(try ingest(inputs, whole).missingLabels, 0)
    XCTAssertNil(try Store(opening: inputs.store).manifest.labels?.missing)
    XCTAssertEqual(try Store(opening: inputs.store).manifest.formatVersion, 2)
    let column = try inputs.array([1, 0, -1, 1] as [Int64], [4, 1], "e.npy")
    XCTAssertEqual(try ingest(inputs, column, .multiLabel).missingLabels, 1)
    assertRefused("expected labels of 0 and 1 in a matrix, found 255.0 in row 0, column 1") {
      try ingest(inputs, inputs.array([1, 255, 0, 0, 0, 1, 0, 1] as [UInt8], [4, 2], "f.npy"))
    }
  }

  /// Rows that lack a mark are not one-hot, but may be classes if the user says so.
  func testMissingMarksAreNoClass() throws {
    let inputs = try Inputs()
    let path = try inputs.array([0, 1, -1, -1, 1, -1, 0, -1] as [Int8], [4, 2], "a.npy")
    XCTAssertEqual(try ingest(inputs, path).labelKind, .multi)
    XCTAssertEqual(try ingest(inputs, path, .classes).labelKind, .single)
    XCTAssertEqual(try inputs.contents().labels(), [1, -1, 0, -1])
    XCTAssertNil(try Store(opening: inputs.store).manifest.labels?.missing)
  }

  func testNumbersThatFloatsDoNotHold() throws {
    let inputs = try Inputs()
    let labels = try inputs.array([0, 1, 1, 0] as [Int64], "labels.npy")
    for (value, text) in [(1e-50, "1e-50"), (1e39, "1e+39")] {
      let path = try inputs.array([1, 1, value, 1] as [Double], "a.npy")
      let expected = "that float32 holds (0, or sizes from 1.4e-45 to 3.4e38), found \(text) in row 2"
      assertRefused("a.npy: expected weights (--sample-weights) " + expected) {
        try ingest(inputs, labels, weights: path)
      }
      assertRefused("a.npy: expected values " + expected) { try ingest(inputs, path, .regression) }
      assertRefused("a.npy: expected weights " + expected) {
        try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n3 0\n")) {
          ($0.edgeWeights, $0.replacesExisting) = (path, true)
        }
      }
    }
  }

  /// The weights of other nodes count nowhere, so the report is not of them.
  func testWhichSampleWeightsAreReported() throws {
    let inputs = try Inputs()
    let labels = try inputs.array([0, 1, -1, 0] as [Int64], "labels.npy")
    let weights = try inputs.array([0.5, 2, 9, 4] as [Double], "w.npy")
    let all = try XCTUnwrap(try ingest(inputs, labels, weights: weights).sampleWeights)
    XCTAssertEqual([Float(all.count), all.min, all.max, Float(all.mean)], [3, 0.5, 4, Float(6.5 / 3)])
    let train = try inputs.array([0, 1, 2] as [Int64], "train.npy")
    let some = try XCTUnwrap(try ingest(inputs, labels, weights: weights, train: train).sampleWeights)
    XCTAssertEqual([Float(some.count), some.min, some.max, Float(some.mean)], [2, 0.5, 2, 1.25])
    XCTAssertEqual(try inputs.contents().sampleWeights(), [0.5, 2, 9, 4], "all are kept")
  }

  func testSampleWeights() throws {
    let inputs = try Inputs()
    let labels = try inputs.array([0, 1, 1, 0] as [Int64], "labels.npy")
    for path in [
      try inputs.array([0.5, 0, 2, 1] as [Double], "a.npy"),
      try inputs.array([0.5, 0, 2, 1] as [Float], [4, 1], "b.npy"),
      try inputs.text("0.5\n0\n2\n1\n", "c.txt"),
    ] {
      let report = try ingest(inputs, labels, weights: path)
      XCTAssertEqual(try inputs.contents().sampleWeights(), [0.5, 0, 2, 1], path)
      let weights = try XCTUnwrap(report.sampleWeights)
      XCTAssertEqual([weights.mean, Double(weights.min!), Double(weights.max!)], [0.875, 0, 2])
      let store = try Store(opening: inputs.store)
      XCTAssertEqual(store.manifest.sampleWeighted, true)
      XCTAssertEqual(store.manifest.formatVersion, 3)
      XCTAssertTrue(try StoreStatistics(store).sampleWeighted)
      XCTAssertEqual(store.manifest.provenance.inputs.count, 3)
    }
    XCTAssertNil(try ingest(inputs, labels).sampleWeights)
    XCTAssertNil(try Store(opening: inputs.store).manifest.sampleWeighted)
    func refused(_ text: String, _ path: String) {
      assertRefused(text) { try ingest(inputs, labels, weights: path) }
    }
    refused(
      "a.npy: expected finite weights of at least 0 (--sample-weights), found -0.5 in row 2",
      try inputs.array([1, 1, -0.5, 1] as [Float], "a.npy"))
    refused("found nan in row 0", try inputs.array([.nan, 1, 1, 1] as [Float], "a.npy"))
    refused("found inf in row 3", try inputs.array([1, 1, 1, .infinity] as [Float], "a.npy"))
    refused("a.npy: all sample weights are 0", try inputs.array([0, 0, 0, 0] as [Float], "a.npy"))
    refused(
      "expected one weight for each node (--sample-weights), found 2 columns",
      try inputs.array([Float](repeating: 1, count: 8), [4, 2], "a.npy"))
    refused("expected 4 nodes", try inputs.array([1, 1, 1] as [Float], "a.npy"))
    assertRefused("--sample-weights weigh nodes that are trained on, and there are no labels; pass --labels") {
      try ingest(inputs, nil, weights: inputs.array([1, 1, 1, 1] as [Float], "a.npy"))
    }
  }
}
