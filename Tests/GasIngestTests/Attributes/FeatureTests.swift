import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest

final class FeatureTests: XCTestCase {
  /// Four nodes whose store order (2, 0, 3, 1) is not the original one.
  private func features(_ path: String, _ inputs: Inputs, _ change: (inout IngestOptions) -> Void = { _ in }) throws
    -> [[Float]]
  {
    try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n")) {
      $0.features = path
      $0.partitioner = .file(try! inputs.text("1\n3\n0\n2\n", "parts.txt"))
      $0.partitionCount = nil
      $0.replacesExisting = true
      change(&$0)
    }
    return try inputs.contents().features()
  }

  private let rows: [[Float]] = [[1, 2, 1], [0, 0, 0], [-1, 0.5, 2.5], [4, 2, 2]]

  private func sparse(_ inputs: Inputs, _ rows: [[Float]]) throws -> String {
    var starts: [Int64] = [0]
    var indices: [UInt32] = []
    for row in rows {
      // Backwards, as SciPy may leave them.
      indices += row.indices.reversed().filter { row[$0] != 0 }.map { UInt32($0) }
      starts.append(Int64(indices.count))
    }
    let values = zip(rows, zip(starts, starts.dropFirst())).flatMap { row, range in
      indices[Int(range.0)..<Int(range.1)].map { row[Int($0)] }
    }
    let path = inputs.path("features.npz")
    try ScipyMatrix.write(starts: starts, indices: indices, values: values, width: rows[0].count, to: path)
    return path
  }

  func testDenseFeaturesOfAnyTypeFollowTheirNodes() throws {
    let inputs = try Inputs()
    XCTAssertEqual(try features(inputs.array(rows.flatMap { $0 }, [4, 3], "f.npy"), inputs), rows)
    let doubles = try inputs.array(rows.flatMap { $0.map { Double($0) } }, [4, 3], "f.npy")
    XCTAssertEqual(try features(doubles, inputs), rows)
    let bytes = try inputs.array([UInt8](0..<12), [4, 3], "f.npy")
    XCTAssertEqual(try features(bytes, inputs), [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]])
    XCTAssertEqual(
      try inputs.contents().store.manifest.features, .init(storage: .dense, width: 3, normalisation: "none"))
  }

  func testSparseFeaturesStaySparse() throws {
    let inputs = try Inputs()
    let path = try sparse(inputs, rows)
    XCTAssertEqual(try features(path, inputs), rows)
    XCTAssertEqual(try inputs.contents().store.manifest.features?.storage, .sparse)
    XCTAssertEqual(try inputs.contents().store.column(.featureIndices).rowCount, 9)
    XCTAssertEqual(try features(path, inputs) { $0.storesDenseFeatures = true }, rows)
    XCTAssertEqual(try inputs.contents().store.manifest.features?.storage, .dense)
  }

  func testRowsAreDividedByTheirSum() throws {
    let inputs = try Inputs()
    let expected: [[Float]] = [[0.25, 0.5, 0.25], [0, 0, 0], [-0.5, 0.25, 1.25], [0.5, 0.25, 0.25]]
    for path in [try inputs.array(rows.flatMap { $0 }, [4, 3], "f.npy"), try sparse(inputs, rows)] {
      XCTAssertEqual(try features(path, inputs) { $0.featureNormalisation = .row }, expected)
    }
    XCTAssertEqual(try inputs.contents().store.manifest.features?.normalisation, "row")
  }

  func testColumnsAreStandardised() throws {
    let inputs = try Inputs()
    // Far from zero, where sums of squares alone would lose everything; the last column is constant.
    let values: [[Float]] = (0..<4).map { [Float($0), 1e6 + Float($0 * $0), 7] }
    let dense = try inputs.array(values.flatMap { $0 }, [4, 3], "f.npy")
    let expected = (0..<4).map { node in
      (0..<3).map { column -> Float in
        let x = values.map { Double($0[column]) }
        let mean = x.reduce(0, +) / 4
        let deviation = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
        return deviation == 0 ? 0 : Float((x[node] - mean) / deviation)
      }
    }
    for path in [dense, try sparse(inputs, values)] {
      let found = try features(path, inputs) {
        $0.featureNormalisation = .standard
        $0.storesDenseFeatures = true
      }
      for (a, b) in zip(found.flatMap { $0 }, expected.flatMap { $0 }) { XCTAssertEqual(a, b, accuracy: 1e-6) }
    }
  }

  /// Four rows of two columns, of which the first three have a value in the second.
  private func sparse(_ inputs: Inputs, _ values: [Double]) throws -> String {
    let path = inputs.path("doubles.npz")
    let writer = try NpzWriter(creating: path)
    try writer.add("indices", [1, 1, 1] as [Int32])
    try writer.add("indptr", [0, 1, 2, 3, 3] as [Int32])
    try writer.add("format", text: "csr")
    try writer.add("shape", [4, 2] as [Int64])
    try writer.add("data", values)
    try writer.finish()
    return path
  }

  /// What float32 makes 0 of is counted, and what it makes infinite is refused as the file has it.
  func testNumbersThatFloatsDoNotHold() throws {
    let inputs = try Inputs()
    let values = [1e-50, 2, 0, -1e-60, 1e-45, 3, 4, 5]
    let edges = try inputs.text("0 1\n1 2\n2 3\n")
    func report(_ change: (inout IngestOptions) -> Void) throws -> IngestReport {
      try inputs.ingest(edges) {
        $0.replacesExisting = true
        change(&$0)
      }
    }
    let dense = try inputs.array(values, [4, 2], "f.npy")
    for path in [dense, try sparse(inputs, [1e-50, 2, -1e-60])] {
      let note = "\(path): 2 values that are not 0 become 0 as float32, which holds sizes from 1.4e-45"
      XCTAssertEqual(try report { $0.features = path }.notes.filter { $0.contains("become 0") }, [note])
    }
    let rows = try inputs.array([1, 1e-50, 2] as [Double], [3, 1], "e.npy")
    let notes = try report { $0.edgeFeatures = rows }.notes
    XCTAssertTrue(notes.contains("\(rows): 1 value that is not 0 becomes 0 as float32, which holds sizes from 1.4e-45"))
    let large = try inputs.array([1, 2, 3, 4, -1e39, 6, 7, 8] as [Double], [4, 2], "l.npy")
    assertRefused("l.npy: expected features that float32 holds (up to 3.4e38), found -1e+39 in row 2, column 0") {
      _ = try report { $0.features = large }
    }
    let sparse = try sparse(inputs, [1, 2, 1e39])
    assertRefused("expected features that float32 holds (up to 3.4e38), found 1e+39 in row 2, column 1") {
      _ = try report { $0.features = sparse }
    }
    let largeRows = try inputs.array([1, 1e39, 2] as [Double], [3, 1], "m.npy")
    assertRefused("expected edge features that float32 holds (up to 3.4e38), found 1e+39 for edge 1, column 0") {
      _ = try report { $0.edgeFeatures = largeRows }
    }
  }

  func testHalfPrecision() throws {
    let inputs = try Inputs()
    let values: [Float] = [0.1, -3, 65504, 1e-8, 0, 1, 2, 3, 4, 5, 6, 7]
    let path = try inputs.array(values, [4, 3], "f.npy")
    let half = try features(path, inputs) { $0.featureType = .float16 }.flatMap { $0 }
    XCTAssertEqual(half, values.map { Float(Float16($0)) })
    let brain = try features(path, inputs) { $0.featureType = .bfloat16 }.flatMap { $0 }
    for (a, b) in zip(brain, values) { XCTAssertEqual(a, b, accuracy: abs(b) / 256) }
  }

  func testAScaleForEachRow() throws {
    let inputs = try Inputs()
    let path = try inputs.array([1, -127, 63.5, 0, 0, 0, 1e30, 2e29, -1e30, 0.25, 0, 0.5] as [Float], [4, 3], "f.npy")
    let expected: [[Float]] = [[1, -127, 64], [0, 0, 0], [1e30, 2e29, -1e30], [0.25, 0, 0.5]]
    let found = try features(path, inputs) { $0.featureType = .int8 }
    for (a, b) in zip(found, expected) {
      let largest = b.map(abs).max()!
      for (x, y) in zip(a, b) { XCTAssertEqual(x, y, accuracy: largest / 250) }
    }
    let store = try inputs.contents().store
    XCTAssertEqual(
      store.manifest.features, .init(storage: .dense, width: 3, normalisation: "none", encoding: .int8))
    XCTAssertEqual(store.column(.features).header.dataBytes, 4 * (4 + 3))
    XCTAssertNoThrow(try StoreVerifier(store).verify())
    // An older store says nothing of an encoding.
    XCTAssertFalse(
      String(
        decoding: try JSONEncoder().encode(Manifest.Features(storage: .dense, width: 1, normalisation: "none")),
        as: UTF8.self
      ).contains("encoding"))
  }

  func testValuesThatDoNotFitAreNamed() throws {
    let inputs = try Inputs()
    let path = try inputs.array([1, 2, 3, 4, 5, 70_000, 7, 8] as [Float], [4, 2], "f.npy")
    assertRefused("f.npy: the value 70000.0 in row 2, column 1 does not fit into float16; pass another --feature-type")
    {
      _ = try features(path, inputs) { $0.featureType = .float16 }
    }
    XCTAssertEqual(try features(path, inputs) { $0.featureType = .bfloat16 }[2][0], 5)
  }

  func testValuesThatAreNotFiniteAreNamed() throws {
    let inputs = try Inputs()
    for bad in [Float.nan, .infinity, -.infinity] {
      var values = rows
      values[2][1] = bad
      for path in [try inputs.array(values.flatMap { $0 }, [4, 3], "f.npy"), try sparse(inputs, values)] {
        for normalisation in [FeatureNormalisation.none, .row] {
          assertRefused("expected finite features, found \(bad) in row 2, column 1") {
            _ = try features(path, inputs) { $0.featureNormalisation = normalisation }
          }
        }
      }
    }
    // A double that float32 cannot hold is an infinity too.
    let large = try inputs.array([1, 1e300, 0, 0] as [Double], [4, 1], "large.npy")
    assertRefused("found 1e+300 in row 1, column 0") { _ = try features(large, inputs) }
  }

  func testWrongFilesAreRefused() throws {
    let inputs = try Inputs()
    func refused(_ texts: String, _ path: String, _ change: (inout IngestOptions) -> Void = { _ in }) {
      assertRefused(texts) { _ = try features(path, inputs, change) }
    }
    refused(
      "expected features of shape [nodes, features], found (4,)", try inputs.array([1, 2, 3, 4] as [Float], "a.npy"))
    refused("found (2, 2, 1)", try inputs.array([1, 2, 3, 4] as [Float], [2, 2, 1], "b.npy"))
    refused("expected from 1 to 2147483647 features, found 0", try inputs.array([Float](), [4, 0], "c.npy"))
    refused("expected numbers, found text (<U1)", try inputs.names(["a", "b"], "d.npy"))
    refused("expected a .npy array or a .npz matrix", try inputs.text("1 2", "e.txt"))
    let matrix = try sparse(inputs, rows)
    refused("standardised sparse features are no longer sparse; pass --dense-features", matrix) {
      $0.featureNormalisation = .standard
    }
    refused("sparse features are stored as float32; pass --dense-features with --feature-type float16", matrix) {
      $0.featureType = .float16
    }
    // An edge list of four nodes, and a matrix of three.
    refused("edges.tsv:3: node id 3 is out of range", try inputs.array([1, 2, 3] as [Float], [3, 1], "g.npy"))
  }

  func testEverythingMustHaveARowForEachNode() throws {
    let inputs = try Inputs()
    let path = try inputs.array([Float](repeating: 1, count: 4), [4, 1], "f.npy")
    let labels = try inputs.array([Int64](repeating: 0, count: 5), "labels.npy")
    assertRefused("labels.npy: expected 4 nodes, as ", "f.npy has, found 5") {
      _ = try features(path, inputs) { $0.labels = labels }
    }
    assertRefused("f.npy: expected 5 nodes, as --nodes has, found 4") {
      _ = try features(path, inputs) { $0.nodeCount = 5 }
    }
    let ids = try inputs.text("0\n1\n2\n", "ids.txt")
    assertRefused("f.npy: expected 3 nodes, as", "ids.txt has, found 4") {
      _ = try features(path, inputs) { $0.ids = ids }
    }
  }
}
