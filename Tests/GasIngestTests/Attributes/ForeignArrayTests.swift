import GasStore
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasIngest

/// Arrays in Fortran order and big-endian ones, wherever ingest reads an array.
final class ForeignArrayTests: XCTestCase {
  /// C and Fortran order, both byte orders: all four must mean the same.
  private static let forms = [("<", false), ("<", true), (">", false), (">", true)]

  private func write(_ inputs: Inputs, _ array: ForeignArray, _ name: String) throws -> String {
    try array.write(to: inputs.path(name))
    return inputs.path(name)
  }

  private func forEachForm(_ body: (_ order: String, _ isFortran: Bool, _ form: String) throws -> Void) rethrows {
    for (order, isFortran) in Self.forms { try body(order, isFortran, "\(order) \(isFortran ? "Fortran" : "C")") }
  }

  func testEdges() throws {
    let inputs = try Inputs()
    let ends: [Double] = [0, 1, 2, 0, 3, 3, 4, 2, 1, 4]
    let turned = stride(from: 0, to: 10, by: 2).map { ends[$0] } + stride(from: 1, to: 10, by: 2).map { ends[$0] }
    for type in ["i2", "u4", "i8"] {
      try forEachForm { order, isFortran, form in
        for (values, shape) in [(ends, [5, 2]), (turned, [2, 5])] {
          let path = try write(inputs, ForeignArray(values, shape, order + type, fortran: isFortran), "edges.npy")
          let report = try inputs.ingest(path) {
            $0.isDirected = true
            $0.replacesExisting = true
          }
          XCTAssertEqual(
            try inputs.contents().edges.keys.sorted().map(\.description), ["0→1", "1→4", "2→0", "3→3", "4→2"],
            "\(form) \(shape)")
          XCTAssertEqual(report.notes, [])
        }
      }
    }
  }

  /// Two edges are pairs whatever the order, and that is said.
  func testTwoEdges() throws {
    let inputs = try Inputs()
    try forEachForm { order, isFortran, form in
      let path = try write(inputs, ForeignArray([0, 1, 2, 3], [2, 2], order + "i4", fortran: isFortran), "edges.npy")
      let report = try inputs.ingest(path) {
        $0.isDirected = true
        $0.replacesExisting = true
      }
      XCTAssertEqual(try inputs.contents().edges.keys.sorted().map(\.description), ["0→1", "2→3"], form)
      XCTAssertEqual(report.notes, ["\(path): of shape (2, 2), taken as two edges, one a row"], form)
    }
    let one = try write(inputs, ForeignArray([5, 7], [2, 1], ">i4", fortran: true), "edges.npy")
    try inputs.ingest(one) {
      $0.isDirected = true
      $0.replacesExisting = true
    }
    XCTAssertEqual(try inputs.contents().edges.keys.map(\.description), ["0→1"])
    XCTAssertEqual(try inputs.contents().integerIds(), [5, 7])
  }

  /// More edges than are read at a time.
  func testManyEdges() throws {
    let inputs = try Inputs()
    let count = 150_000
    let values = (0..<count).flatMap { [Double($0), Double(($0 * 7 + 1) % count)] }
    let path = try write(inputs, ForeignArray(values, [count, 2], ">i4", fortran: true), "edges.npy")
    var read: [Int64] = []
    try EdgeArray(opening: path).forEachBatch { batch, _ in
      read += zip(batch.edges.sources, batch.edges.targets).flatMap { [$0, $1] }
    }
    XCTAssertEqual(read, values.map { Int64($0) })
  }

  func testFeaturesAndNormalisation() throws {
    let inputs = try Inputs()
    let edges = try inputs.text("0 1\n1 2\n")
    let values: [Double] = [1, 2, 5, 3, 4, 3, 8, 0, 2]
    for type in ["f2", "f4", "f8", "i4"] {
      var expected: [[[Float]]]?
      try forEachForm { order, isFortran, form in
        let path = try write(inputs, ForeignArray(values, [3, 3], order + type, fortran: isFortran), "features.npy")
        let stores = try FeatureNormalisation.allCases.map { norm in
          try inputs.ingest(edges) {
            $0.features = path
            $0.featureNormalisation = norm
            $0.replacesExisting = true
          }
          return try inputs.contents().features()
        }
        XCTAssertEqual(stores[0].flatMap { $0 }, values.map { Float($0) }, "\(form) \(type)")
        XCTAssertEqual(stores, expected ?? stores, "\(form) \(type)")
        expected = stores
      }
    }
    let holes = try write(
      inputs, ForeignArray([1, 2, 3, 4, .nan, 6, 7, 8, 9], [3, 3], ">f4", fortran: true), "holes.npy")
    assertRefused("holes.npy: expected finite features, found nan in row 1, column 1") {
      try inputs.ingest(edges) {
        $0.features = holes
        $0.replacesExisting = true
      }
    }
  }

  /// More features than are read at a time, by far.
  func testManyFeatures() throws {
    let inputs = try Inputs()
    let (rows, width) = (70_000, 64)
    let values = (0..<rows * width).map { Double($0 % 9_973) }
    let path = try write(inputs, ForeignArray(values, [rows, width], "<f4", fortran: true), "features.npy")
    try inputs.ingest(inputs.text("0 1\n")) {
      $0.features = path
      $0.memoryBytes = IngestOptions.smallestMemoryBytes
    }
    let features = try inputs.contents().features()
    XCTAssertEqual(features.count, rows)
    for row in stride(from: 0, to: rows, by: 997) {
      XCTAssertEqual(features[row], values[row * width..<(row + 1) * width].map { Float($0) }, "row \(row)")
    }
  }

  func testWhatBelongsToNodesAndEdges() throws {
    let inputs = try Inputs()
    let edges = try inputs.text("30 10\n10 20\n20 40\n")
    try forEachForm { order, isFortran, form in
      func file(_ values: [Double], _ shape: [Int]? = nil, _ type: String, _ name: String) throws -> String {
        try write(inputs, ForeignArray(values, shape, order + type, fortran: isFortran), name)
      }
      let ids = try file([40, 30, 20, 10], nil, "i8", "ids.npy")
      let labels = try file([2, 0, 1, -1], [4, 1], "i4", "labels.npy")
      let train = try file([10, 30], nil, "u2", "train.npy")
      let test = try file([1, 0, 1, 0], [4, 1], "f4", "test.npy")
      let weights = try file([0.5, 2, 4], nil, "f8", "weights.npy")
      let edgeFeatures = try file([1, 2, 3, 4, 5, 6], [3, 2], "f2", "edge-features.npy")
      let parts = try file([0, 1, 1, 0], nil, "i2", "parts.npy")
      try inputs.ingest(edges) {
        ($0.ids, $0.labels) = (ids, labels)
        $0.splitParts = [.train: train, .test: test]
        ($0.edgeWeights, $0.edgeFeatures) = (weights, edgeFeatures)
        $0.partitioner = .file(parts)
        $0.partitionCount = 2
        $0.isDirected = true
        $0.replacesExisting = true
      }
      let contents = try inputs.contents()
      XCTAssertEqual(try contents.integerIds(), [40, 30, 20, 10], form)
      XCTAssertEqual(try contents.labels(), [2, 0, 1, -1], form)
      XCTAssertEqual(try contents.splits().map { $0[0] }, [3, 1, 3, 1], form)
      XCTAssertEqual(
        contents.edges,
        [.init(source: 1, target: 3): 0.5, .init(source: 3, target: 2): 2, .init(source: 2, target: 0): 4], form)
      XCTAssertEqual(contents.edgeFeatures[.init(source: 3, target: 2)], [3, 4], form)
      XCTAssertEqual(contents.edgeFeatures[.init(source: 2, target: 0)], [5, 6], form)
      XCTAssertEqual(contents.partitionOfNode, [0, 1, 1, 0], form)
    }
  }

  func testMatricesOfSciPy() throws {
    let inputs = try Inputs()
    for order in ["<", ">"] {
      let parts: [(String, [UInt8])] = [
        ("indices.npy", ForeignArray([1, 2, 0], nil, order + "i4").bytes),
        ("indptr.npy", ForeignArray([0, 2, 2, 3], nil, order + "i8").bytes),
        ("format.npy", Self.formatBytes), ("shape.npy", ForeignArray([3, 3], nil, order + "i8").bytes),
        ("data.npy", ForeignArray([0.5, 2, 3], nil, order + "f8").bytes),
      ]
      let path = try inputs.bytes(StoredZip.bytes(parts), "matrix.npz")
      try inputs.ingest(path) {
        $0.features = path
        $0.format.isWeighted = true
        $0.isDirected = true
        $0.replacesExisting = true
      }
      let contents = try inputs.contents()
      XCTAssertEqual(
        contents.edges,
        [.init(source: 0, target: 1): 0.5, .init(source: 0, target: 2): 2, .init(source: 2, target: 0): 3],
        order)
      XCTAssertEqual(try contents.features(), [[0, 0.5, 2], [0, 0, 0], [3, 0, 0]], order)
    }
    let dense = try inputs.bytes(
      StoredZip.bytes([("x.npy", ForeignArray([1, 2, 3, 4, 5, 6], [3, 2], ">f8", fortran: true).bytes)]), "features.npz"
    )
    try inputs.ingest(inputs.text("0 1\n1 2\n")) {
      $0.features = dense
      $0.replacesExisting = true
    }
    XCTAssertEqual(try inputs.contents().features(), [[1, 2], [3, 4], [5, 6]])
  }

  private static let formatBytes: [UInt8] = {
    let header = "{'descr': '|S3', 'fortran_order': False, 'shape': ()}"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + Array("csr".utf8)
  }()
}
