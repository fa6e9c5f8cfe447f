import TestSupport
import XCTest

@testable import GasFiles
@testable import GasFormats
@testable import GasIngest

/// From edge files to node numbers: every way in which nodes can be named.
final class EdgeListTests: XCTestCase {
  private func edges(_ contents: StoreContents) -> [String] { contents.edges.keys.sorted().map(\.description) }

  func testWithoutAnythingElseNodesAreTheIdsThatOccur() throws {
    let inputs = try Inputs()
    try inputs.ingest(inputs.text("30 -5\n-5 1000000000000\n")) { $0.isDirected = true }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.store.manifest.idKind, .integer)
    XCTAssertEqual(try contents.integerIds(), [-5, 30, 1_000_000_000_000])
    XCTAssertEqual(edges(contents), ["0→2", "1→0"])
  }

  func testIdsFromZeroWithoutGapsAreNotStored() throws {
    let inputs = try Inputs()
    try inputs.ingest(inputs.text("2 1\n0 1\n"))
    XCTAssertEqual(try inputs.contents().store.manifest.idKind, .sequential)
    XCTAssertFalse(try inputs.contents().store.has(.ids))
  }

  func testNodesCanBeCounted() throws {
    let inputs = try Inputs()
    let report = try inputs.ingest(inputs.text("2 1\n")) { $0.nodeCount = 5 }
    XCTAssertEqual(report.nodes, 5)
    XCTAssertEqual(report.edges.isolatedNodes, 3)
    XCTAssertEqual(edges(try inputs.contents()), ["1→2", "2→1"])
  }

  func testIdsOutsideOfTheNodesAreNamed() throws {
    let inputs = try Inputs()
    try inputs.text("# graph\n0 1\n1 3\n")
    assertRefused("edges.tsv:3: node id 3 is out of range (there are 3 nodes, ids 0 to 2)") {
      try inputs.ingest(inputs.path("edges.tsv")) { $0.nodeCount = 3 }
    }
    try inputs.text("0 1\n-1 0\n")
    assertRefused("edges.tsv:2: node id -1 is out of range") {
      try inputs.ingest(inputs.path("edges.tsv")) { $0.nodeCount = 3 }
    }
    let array = try inputs.array([0, 1, 1, 3] as [Int32], [2, 2], "edges.npy")
    assertRefused("edges.npy: edge 1: node id 3 is out of range") { try inputs.ingest(array) { $0.nodeCount = 3 } }
  }

  func testAListOfIdsGivesTheOrder() throws {
    let inputs = try Inputs()
    let text = try inputs.text("100 7\n7 -3\n")
    for list in [
      try inputs.text("7\n\n# last two\n100\n-3\n", "ids.txt"), try inputs.array([7, 100, -3 as Int64], "ids.npy"),
    ] {
      try inputs.ingest(text) {
        $0.ids = list
        $0.isDirected = true
        $0.replacesExisting = true
      }
      let contents = try inputs.contents()
      XCTAssertEqual(try contents.integerIds(), [7, 100, -3])
      XCTAssertEqual(edges(contents), ["0→2", "1→0"])
    }
    try inputs.text("7\n100\n", "ids.txt")
    assertRefused("edges.tsv:2: node id -3 is unknown") {
      try inputs.ingest(text) {
        $0.ids = inputs.path("ids.txt")
        $0.replacesExisting = true
      }
    }
  }

  func testRepeatedIdsInTheListAreNamed() throws {
    let inputs = try Inputs()
    let edges = try inputs.text("1 2\n")
    func refused(_ text: String, _ list: String) {
      assertRefused(text) { try inputs.ingest(edges) { $0.ids = list } }
    }
    refused("ids.txt:4: id 1 stands twice (first in line 1)", try inputs.text("1\n\n2\n01\n", "ids.txt"))
    refused("names.txt:3: id \"a\" stands twice (first in line 1)", try inputs.text("a\nb\na\n", "names.txt"))
    refused("ids.npy: id 4 stands twice (elements 0 and 2)", try inputs.array([4, 5, 4 as UInt8], "ids.npy"))
    refused("names.npy: id \"x\" stands twice (elements 1 and 2)", try inputs.names(["y", "x", "x"], "names.npy"))
    refused("expected a vector of integers or strings", try inputs.array([1 as Float], "floats.npy"))
    refused("the graph is empty: no nodes", try inputs.text("# none\n", "empty.txt"))
  }

  func testNamesAreNumberedAsTheyAppear() throws {
    let inputs = try Inputs()
    try inputs.ingest(inputs.text("Zürich,Bern\nBern, Genève\n")) {
      $0.format.hasStringIds = true
      $0.isDirected = true
    }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.store.manifest.idKind, .string)
    XCTAssertEqual(try contents.names(), ["Zürich", "Bern", "Genève"])
    XCTAssertEqual(edges(contents), ["0→1", "1→2"])
  }

  func testNamesCanComeFromAList() throws {
    let inputs = try Inputs()
    let text = try inputs.text("b a\nc b\n")
    for list in [
      try inputs.text("c\r\na\nb\nlonely one\n", "names.txt"),
      try inputs.names(["c", "a", "b", "lonely one"], "n.npy"),
    ] {
      try inputs.ingest(text) {
        $0.ids = list
        $0.isDirected = true
        $0.replacesExisting = true
      }
      let contents = try inputs.contents()
      XCTAssertEqual(try contents.names(), ["c", "a", "b", "lonely one"])
      XCTAssertEqual(edges(contents), ["0→2", "2→1"])
    }
    try inputs.text("a\nb\n", "names.txt")
    assertRefused("edges.tsv:2: node id \"c\" is not in ", "names.txt") {
      try inputs.ingest(text) {
        $0.ids = inputs.path("names.txt")
        $0.replacesExisting = true
      }
    }
  }

  func testNumbersCanBeNames() throws {
    let inputs = try Inputs()
    try inputs.ingest(inputs.text("1 01\n")) { $0.format.hasStringIds = true }
    XCTAssertEqual(try inputs.contents().names(), ["1", "01"])
    assertRefused("--string-ids goes with a list of names") {
      try inputs.ingest(inputs.path("edges.tsv")) {
        $0.format.hasStringIds = true
        $0.nodeCount = 2
        $0.replacesExisting = true
      }
    }
  }

  func testNamesMustBeUnicode() throws {
    let inputs = try Inputs()
    let path = try inputs.bytes([0x61, 0x20, 0xff, 0x0a], "edges.tsv")
    assertRefused("edges.tsv:1: expected a node id in UTF-8") {
      try inputs.ingest(path) { $0.format.hasStringIds = true }
    }
  }

  func testArraysOfEitherShapeAndAnyIntegerType() throws {
    let inputs = try Inputs()
    func check<T: NpyElement & FixedWidthInteger>(_: T.Type) throws {
      for (values, shape) in [([0, 1, 1, 2, 2, 3], [3, 2]), ([0, 1, 2, 1, 2, 3], [2, 3])] {
        let path = try inputs.array(values.map { T($0) }, shape, "edges.npy")
        try inputs.ingest(path) {
          $0.isDirected = true
          $0.replacesExisting = true
        }
        XCTAssertEqual(edges(try inputs.contents()), ["0→1", "1→2", "2→3"], "\(T.self) \(shape)")
      }
    }
    try check(Int8.self)
    try check(UInt16.self)
    try check(UInt32.self)
    try check(Int64.self)
    try check(UInt64.self)
  }

  func testTwoByTwoArraysArePairs() throws {
    let inputs = try Inputs()
    try inputs.ingest(inputs.array([0, 1, 2, 3] as [Int64], [2, 2], "edges.npy")) { $0.isDirected = true }
    XCTAssertEqual(edges(try inputs.contents()), ["0→1", "2→3"])
  }

  func testOtherArraysAreRefused() throws {
    let inputs = try Inputs()
    func refused(_ text: String, _ path: String, _ change: (inout IngestOptions) -> Void = { _ in }) {
      assertRefused(text) { try inputs.ingest(path, options: change) }
    }
    refused(
      "expected edges of shape [E, 2] or [2, E], found (6,)", try inputs.array([1, 2, 3, 4, 5, 6] as [Int64], "a.npy"))
    refused("found (2, 3, 1)", try inputs.array([1, 2, 3, 4, 5, 6] as [Int64], [2, 3, 1], "b.npy"))
    // What was 2²⁴ + 1 is 2²⁴ in float32: a conversion would give another node.
    refused(
      "expected integer node ids, found <f4; make them integers from the start",
      try inputs.array([0, 16_777_216] as [Float], [1, 2], "c.npy"))
    let pairs = try inputs.array([0, 1] as [Int64], [1, 2], "d.npy")
    refused("d.npy: the array holds no weights; pass --edge-weights", pairs) { $0.format.isWeighted = true }
    refused("d.npy: edges between named nodes are read from text only", pairs) { $0.format.hasStringIds = true }
    refused("a number above 2^63", try inputs.array([0, .max] as [UInt64], [1, 2], "e.npy"))
  }

  func testSeveralFilesAreReadAsOne() throws {
    let inputs = try Inputs()
    let packed = try inputs.bytes(inputs.gzip(Array("2 3".utf8)), "b.gz")
    let report = try inputs.ingest(
      inputs.text("0 1\n1 2\n", "a.tsv"), packed, inputs.array([3, 4] as [Int64], [1, 2], "c.npy"))
    XCTAssertEqual(report.edges.read, 4)
    XCTAssertEqual(edges(try inputs.contents()).count, 8)
    let files = try inputs.contents().store.manifest.provenance.inputs
    XCTAssertEqual(files.map(\.path), [inputs.path("a.tsv"), packed, inputs.path("c.npy")])
    XCTAssertEqual(files[0].byteCount, 8)
    XCTAssertEqual(files[0].checksum, Checksum.text(Checksum.crc32(Array("0 1\n1 2\n".utf8))))
  }

  func testWeightsInAnArrayOfTheirOwn() throws {
    let inputs = try Inputs()
    let text = try inputs.text("0 1\n1 2\n0 1\n")
    try inputs.ingest(text) {
      $0.edgeWeights = try! inputs.array([0.5, 2, 9] as [Double], "w.npy")
      $0.isDirected = true
    }
    let contents = try inputs.contents()
    XCTAssertEqual(contents.edges, [.init(source: 0, target: 1): 0.5, .init(source: 1, target: 2): 2])
    XCTAssertEqual(try contents.weightedDegrees(), [0, 0.5, 2])
    func refused(_ text: String, _ weights: String) {
      assertRefused(text) {
        try inputs.ingest(inputs.path("edges.tsv")) {
          $0.edgeWeights = weights
          $0.replacesExisting = true
        }
      }
    }
    refused("expected 3 weights, one for each edge, found 4", try inputs.array([1, 2, 3, 4] as [Float], "long.npy"))
    refused(
      "expected a weight for each edge, found 2, and more edges", try inputs.array([1, 2] as [Float], "short.npy"))
    refused("expected finite weights, found nan for edge 1", try inputs.array([1, .nan, 2] as [Float], "nan.npy"))
    refused("expected a vector of numbers", try inputs.array([1, 2, 3, 4, 5, 6] as [Float], [3, 2], "wide.npy"))
  }
}
