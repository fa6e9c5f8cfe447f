import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFormats
@testable import GasIngest

final class ScipyAdjacencyTests: XCTestCase {
  /// A matrix with what is told apart changed: entries 0→1 (0.5), 0→2 (2), 2→0 (3) of four nodes.
  private struct Parts {
    var format: String? = "csr"
    var starts: [Int32] = [0, 2, 2, 3, 3]
    var indices: [Int64] = [1, 2, 0]
    var shape: [Int64] = [4, 4]
    var data: [Double]? = [0.5, 2, 3]

    func write(_ inputs: Inputs, _ name: String = "a.npz") throws -> String {
      let archive = try NpzWriter(creating: inputs.path(name))
      try archive.add("indices", indices)
      try archive.add("indptr", starts)
      if let format { try archive.add("format", text: format) }
      try archive.add("shape", shape)
      if let data { try archive.add("data", data) }
      try archive.finish()
      return inputs.path(name)
    }
  }

  private func edges(_ inputs: Inputs, _ path: String) throws -> [String] {
    let report = try inputs.ingest(path) {
      $0.isDirected = true
      $0.format.isWeighted = true
      $0.replacesExisting = true
    }
    XCTAssertEqual(report.nodes, 4)
    let contents = try inputs.contents()
    return contents.edges.keys.sorted().map { "\($0) \(contents.edges[$0]!)" }
  }

  func testLayouts() throws {
    let inputs = try Inputs()
    XCTAssertEqual(try edges(inputs, Parts().write(inputs)), ["0→1 0.5", "0→2 2.0", "2→0 3.0"])
    XCTAssertEqual(try edges(inputs, Parts(format: nil).write(inputs)), ["0→1 0.5", "0→2 2.0", "2→0 3.0"])
    XCTAssertEqual(try edges(inputs, Parts(format: "csc").write(inputs)), ["0→2 3.0", "1→0 0.5", "2→0 2.0"])
    let archive = try NpzWriter(creating: inputs.path("coo.npz"))
    try archive.add("row", [2, 0, 0] as [Int32])
    try archive.add("col", [0, 2, 1] as [Int32])
    try archive.add("format", text: "coo")
    try archive.add("shape", [4, 4] as [Int64])
    try archive.add("data", [3, 2, 1] as [UInt8])
    try archive.finish()
    XCTAssertEqual(try edges(inputs, inputs.path("coo.npz")), ["0→1 1.0", "0→2 2.0", "2→0 3.0"])
  }

  func testWithoutWeightsValuesAreIgnored() throws {
    let inputs = try Inputs()
    let path = try Parts(data: [.nan, 0, 1]).write(inputs, "matrix")
    let report = try inputs.ingest(path) { $0.format.kind = .scipy }
    XCTAssertFalse(report.isWeighted)
    XCTAssertEqual(report.edges.read, 3)
    XCTAssertEqual(report.edges.kept, 2)
    XCTAssertEqual(report.edges.isolatedNodes, 1)
  }

  /// More entries, and more rows, than are read at once; runs of empty rows, and rows across batches.
  func testManyRows() throws {
    let inputs = try Inputs()
    let count = 200_000
    let degrees = (0..<count).map { $0 % 7 == 0 ? 9 : $0 == 1000 ? 300 : 0 }
    let starts = degrees.reduce(into: [Int32(0)]) { $0.append($0.last! + Int32($1)) }
    let ends = degrees.enumerated().flatMap { row, degree in
      (1...max(1, degree)).prefix(degree).map { (row, (row + $0) % count) }
    }
    let path = try Parts(
      starts: starts, indices: ends.map { Int64($0.1) }, shape: [Int64(count), Int64(count)], data: nil
    ).write(inputs)
    var read: [(Int64, Int64)] = []
    try ScipyAdjacency(opening: path, isWeighted: false).forEachBatch { batch, _ in
      XCTAssertEqual(batch.nodeCount, count)
      read += zip(batch.edges.sources, batch.edges.targets)
    }
    XCTAssertGreaterThan(ends.count, 1 << 17)
    XCTAssertTrue(read.elementsEqual(ends) { $0.0 == Int64($1.0) && $0.1 == Int64($1.1) })
  }

  func testWhatIsWrongIsNamed() throws {
    let inputs = try Inputs()
    func refused(_ says: String, _ parts: Parts, line: UInt = #line, _ change: (inout IngestOptions) -> Void = { _ in })
      throws
    {
      let path = try parts.write(inputs)
      assertRefused(says, line: line) { try inputs.ingest(path, options: change) }
    }
    try refused("expected a CSR, CSC or COO matrix, found format \"dia\"", Parts(format: "dia"))
    try refused(
      "expected a square matrix, with a row and a column for each node, found shape [4, 5]", Parts(shape: [4, 5]))
    try refused("a.npz[indptr]: expected 5 starts, one more than nodes, found 3", Parts(starts: [0, 2, 3]))
    try refused("expected row starts from 0 to 3, found 0 to 4", Parts(starts: [0, 2, 2, 3, 4]))
    try refused("expected row starts that ascend up to 3, found 2, 1 at row 1", Parts(starts: [0, 2, 1, 3, 3]))
    try refused("expected row starts that ascend up to 3, found 0, 9 at row 0", Parts(starts: [0, 9, 9, 9, 3]))
    for format in ["csr", "csc"] {
      // Behind the last entry as well.
      try refused(
        "expected row starts that ascend up to 3, found 3, 2 at row 2", Parts(format: format, starts: [0, 2, 3, 2, 3]))
      try refused(
        "expected row starts that ascend up to 3, found 3, -1 at row 2",
        Parts(format: format, starts: [0, 2, 3, -1, 3]))
      try refused(
        "expected row starts that ascend up to 3, found 0, 4 at row 0", Parts(format: format, starts: [0, 4, 3, 3, 3]))
      try refused("expected row starts from 0 to 3, found 1 to 3", Parts(format: format, starts: [1, 2, 2, 3, 3]))
      try refused("expected row starts from 0 to 3, found 0 to 2", Parts(format: format, starts: [0, 2, 2, 2, 2]))
      for data in [[], [1], [1, 2, 3, 4]] as [[Double]] {
        try refused(
          "a.npz[data]: expected 3 values, one for each entry, found \(data.count)", Parts(format: format, data: data))
      }
    }
    try refused("a.npz: edge 1: node id 4 is out of range", Parts(indices: [1, 4, 0]))
    try refused("a.npz: edge 2: node id -1 is out of range", Parts(indices: [1, 2, -1]))
    try refused("a.npz[data]: expected 3 values, one for each entry, found 2", Parts(data: [1, 2])) {
      $0.format.isWeighted = true
    }
    try refused("expected finite weights, found inf for entry 1", Parts(data: [1, .infinity, 2])) {
      $0.format.isWeighted = true
    }
    try refused("a.npz: --skip-lines is for edge lists, not for matrices", Parts()) { $0.format.skippedLines = 1 }
    try refused("a.npz: expected 3 nodes", Parts()) { $0.nodeCount = 3 }
    try refused("the graph is empty: no edges", Parts(starts: [0, 0, 0, 0, 0], indices: [], data: []))
    let archive = try NpzWriter(creating: inputs.path("b.npz"))
    try archive.add("edges", [1, 2] as [Int32])
    try archive.finish()
    assertRefused("b.npz: expected a sparse matrix of SciPy, found arrays edges; save it with scipy.sparse.save_npz") {
      try inputs.ingest(inputs.path("b.npz"))
    }
  }
}
