import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// A list of 0 and 1 for each node is a mask, in whatever type and format it comes.
final class MaskTests: XCTestCase {
  private let mask: [Double] = [0, 1, 1, 0, 1, 0]
  private let marked: [UInt8] = [0, 1, 1, 0, 1, 0]

  /// A ring of `count` nodes.
  private func ingest(
    _ inputs: Inputs, nodes count: Int = 6, _ change: (inout IngestOptions) -> Void
  ) throws -> IngestReport {
    let edges = (0..<count).map { "\($0) \(($0 + 1) % max(2, count))\n" }.joined()
    return try inputs.ingest(inputs.text(edges)) {
      $0.replacesExisting = true
      $0.nodeCount = count
      change(&$0)
    }
  }

  /// Which nodes are trained on, and what is noted.
  private func train(_ inputs: Inputs, _ path: String, nodes count: Int = 6) throws -> (parts: [UInt8], notes: [String])
  {
    let report = try ingest(inputs, nodes: count) { $0.splitParts = [.train: path] }
    let parts = try inputs.contents().splits().map { $0[0] }
    XCTAssertEqual(report.splits[0].train, parts.count { $0 == SplitPart.train.rawValue })
    return (parts, report.notes)
  }

  private func write(_ inputs: Inputs, _ array: ForeignArray, _ name: String = "mask.npy") throws -> String {
    try array.write(to: inputs.path(name))
    return inputs.path(name)
  }

  func testEveryType() throws {
    let inputs = try Inputs()
    for type in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"] {
      for order in ["<", ">"] {
        let (parts, notes) = try train(inputs, write(inputs, ForeignArray(mask, nil, order + type)))
        XCTAssertEqual(parts, marked, order + type)
        XCTAssertEqual(notes, [], order + type)
      }
      let column = try write(inputs, ForeignArray(mask, [6, 1], "<" + type, fortran: true))
      XCTAssertEqual(try train(inputs, column).parts, marked, type)
    }
    let none = try write(inputs, ForeignArray([0, 0, 0, 0, 0, 0], nil, "<i8"))
    XCTAssertEqual(try train(inputs, none).parts, [0, 0, 0, 0, 0, 0])
    let all = try write(inputs, ForeignArray([1, 1, 1, 1, 1, 1], nil, "<i8"))
    XCTAssertEqual(try train(inputs, all).parts, [1, 1, 1, 1, 1, 1])
  }

  func testText() throws {
    let inputs = try Inputs()
    for (name, text) in [
      ("lines.txt", "0\n1\n1\n0\n1\n0\n"), ("windows.csv", "0\r\n1\r\n1\r\n0\r\n1\r\n0"),
      ("words.txt", "False\nTrue\nTrue\nFalse\nTrue\nFalse\n"),
      ("lower.txt", "false\ntrue\ntrue\nfalse\ntrue\nfalse\n"),
      ("savetxt.txt", "# mask\n" + mask.map { "\($0)00000e+00\n" }.joined()),
      ("points.txt", "0.\n1.\n1\n0.0\n1.0\n0\n"),
    ] {
      let (parts, notes) = try train(inputs, inputs.text(text, name))
      XCTAssertEqual(parts, marked, name)
      XCTAssertEqual(notes, [], name)
    }
    let packed = try inputs.bytes(inputs.gzip(Array("0\n1\n1\n0\n1\n0\n".utf8)), "mask.txt.gz")
    XCTAssertEqual(try train(inputs, packed).parts, marked)
  }

  func testArchives() throws {
    let inputs = try Inputs()
    let path = inputs.path("mask.npz")
    try inputs.bytes(StoredZip.bytes([("arr_0.npy", ForeignArray(mask, nil, ">i4").bytes)]), "mask.npz")
    XCTAssertEqual(try train(inputs, path).parts, marked)
    let others: [Double] = [1, 0, 0, 0, 0, 1]
    try inputs.bytes(
      StoredZip.bytes([
        ("train_0.npy", ForeignArray(mask, nil, "<i8").bytes), ("val_0.npy", ForeignArray(others, nil, "<f8").bytes),
        ("test_0.npy", ForeignArray([3], nil, "<u2").bytes),
        ("train_1.npy", ForeignArray(others, [6, 1], "|u1").bytes),
      ]), "mask.npz")
    try _ = ingest(inputs) { $0.splits = path }
    XCTAssertEqual(try inputs.contents().splits(), [[2, 1], [1, 0], [1, 0], [3, 0], [1, 0], [2, 1]])
    assertRefused("mask.npz: expected one array, found train_0, val_0, test_0, train_1; pass a file with all parts") {
      _ = try train(inputs, path)
    }
  }

  func testAColumnOrARowForEachSplit() throws {
    let inputs = try Inputs()
    let columns: [Double] = [1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1]
    let expected: [[UInt8]] = [[1, 0], [0, 1], [0, 0], [1, 1], [0, 0], [0, 1]]
    for array in [
      ForeignArray(columns, [6, 2], "<i8"), ForeignArray(columns, [6, 2], ">f4", fortran: true),
      ForeignArray([1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1], [2, 6], "|b1"),
    ] {
      let path = try write(inputs, array)
      let report = try ingest(inputs) { $0.splitParts = [.train: path] }
      XCTAssertEqual(try inputs.contents().splits(), expected, "\(array)")
      let isTurned = array.shape == [2, 6]
      XCTAssertEqual(
        report.notes, isTurned ? ["\(path): of shape (2, 6), taken as a mask with a row for each split"] : [])
    }
    let square = try write(inputs, ForeignArray([Double](repeating: 1, count: 36), [6, 6], "|b1"))
    assertRefused("mask.npy: of shape (6, 6): splits could be rows or columns", "save each split as a vector") {
      _ = try train(inputs, square)
    }
    let path = try write(inputs, ForeignArray([0, 1, 2, 0, 0, 0], [6, 1], "<i8"))
    assertRefused("mask.npy: expected a mask of 0 and 1, found 2 in row 2, column 0; save node ids as a vector") {
      _ = try train(inputs, path)
    }
    for shape in [[3, 2], [6, 1, 1], [3, 1]] {
      let path = try write(inputs, ForeignArray([Double](repeating: 0, count: shape.reduce(1, *)), shape, "<i8"))
      assertRefused("mask.npy: expected a vector of node ids, or a mask of 6 rows, found <i8 of shape (") {
        _ = try train(inputs, path)
      }
    }
  }

  /// Ids are ids, in types that used to be masks alone too.
  func testIdsOfEveryType() throws {
    let inputs = try Inputs()
    for type in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"] {
      for order in ["<", ">"] {
        let ids = try write(inputs, ForeignArray([4, 1, 2], nil, order + type))
        XCTAssertEqual(try train(inputs, ids).parts, marked, order + type)
      }
    }
    let every = try write(inputs, ForeignArray([5, 4, 3, 2, 1, 0], nil, "|u1"))
    XCTAssertEqual(try train(inputs, every).parts, [1, 1, 1, 1, 1, 1])
    let none = try write(inputs, ForeignArray([], [0], "<i8"))
    XCTAssertEqual(try train(inputs, none).notes, [])
  }

  func testOtherLengthsAreRefused() throws {
    let inputs = try Inputs()
    let says = "expected a mask of 6 values, or node ids, each of them once, found "
    for type in ["<i8", "|b1", "|u1", ">f4"] {
      for count in [5, 7, 3] {
        let values = (0..<count).map { Double($0 % 2) }
        assertRefused("mask.npy: \(says)\(count) values, all of them 0 or 1") {
          _ = try train(inputs, write(inputs, ForeignArray(values, nil, type)))
        }
      }
    }
    assertRefused("\(says)2 values, all of them 0 or 1, node id 1 twice") {
      _ = try train(inputs, write(inputs, ForeignArray([1, 1], nil, "<i8")))
    }
    assertRefused("\(says)1 value,") { _ = try train(inputs, write(inputs, ForeignArray([1], nil, "|b1"))) }
    assertRefused("short.txt: \(says)5 values") { _ = try train(inputs, inputs.text("0\n1\n1\n0\n1\n", "short.txt")) }
    assertRefused("words.txt: \(says)2 values") { _ = try train(inputs, inputs.text("True\nFalse\n", "words.txt")) }
  }

  func testRepeatedIdsAreNamed() throws {
    let inputs = try Inputs()
    func refused(_ says: String, _ path: String, line: UInt = #line) {
      assertRefused(says, line: line) { _ = try train(inputs, path) }
    }
    refused(
      "mask.npy: element 2: node id 3 stands twice in train; name each node once",
      try write(inputs, ForeignArray([3, 4, 3], nil, "<i8")))
    refused(
      "mask.npy: element 3: node id 0 stands twice in train; a mask holds 0 and 1 alone",
      try write(inputs, ForeignArray([0, 1, 2, 0, 1, 2], nil, ">i4")))
    refused("ids.txt:4: node id 5 stands twice in train", try inputs.text("5\n\n# again\n5\n", "ids.txt"))
    refused("ids.txt:3: node id 1 stands twice in train", try inputs.text("1\n5\n1\n", "ids.txt"))
    refused(
      "mask.npy: element 1: node id 255 is out of range (there are 6 nodes, ids 0 to 5); a mask holds 0 and 1 alone",
      try write(inputs, ForeignArray([0, 255, 255, 0, 255, 0], nil, "|u1")))
    refused(
      "mask.npy: element 0: node id -1 is out of range",
      try write(inputs, ForeignArray([-1, 1, 1, -1, 1, -1], nil, "|i1")))
    refused(
      "found <f8 of shape (3,); save a mask as 6 numbers 0 and 1, and make ids integers from the start",
      try write(inputs, ForeignArray([2, 3, 4], nil, "<f8")))
    refused(
      "expected whole numbers, found nan (element 2)",
      try write(inputs, ForeignArray([0, 1, .nan, 0, 1, 0], nil, "<f4")))
    refused(
      "ids.txt:1: expected a node id, found \"0 1 1 0 1 0\"; write one a line",
      try inputs.text("0 1 1 0 1 0\n", "ids.txt"))
    refused("ids.txt:1: expected a node id, found \"0,True\"; write one a line", try inputs.text("0,True\n", "ids.txt"))
    refused(
      "ids.txt:1: expected a node id, found \"2.0\"; write integers", try inputs.text("2.0\n3.0\n", "ids.txt"))
    refused(
      "ids.txt:1: expected a node id, found \"id\"; if the line names the column", try inputs.text("id\n1\n", "ids.txt")
    )
  }

  /// With one or two nodes a list can be both; what was assumed is said.
  func testWhatCouldBeBothIsNoted() throws {
    let inputs = try Inputs()
    let both = "values of 0 and 1 for as many nodes, taken as a mask, not as node ids"
    var (parts, notes) = try train(inputs, write(inputs, ForeignArray([0, 1], nil, "<i8")), nodes: 2)
    XCTAssertEqual(parts, [0, 1])
    XCTAssertEqual(notes, ["\(inputs.path("mask.npy")): 2 \(both)"])
    (parts, notes) = try train(inputs, inputs.text("1\n0\n", "two.txt"), nodes: 2)
    XCTAssertEqual(parts, [1, 0])
    XCTAssertEqual(notes, ["\(inputs.path("two.txt")): 2 \(both)"])
    // These are no ids: one stands twice, or they are truth values.
    (parts, notes) = try train(inputs, write(inputs, ForeignArray([1, 1], nil, "<i8")), nodes: 2)
    XCTAssertEqual(parts, [1, 1])
    XCTAssertEqual(notes, [])
    (parts, notes) = try train(inputs, write(inputs, ForeignArray([0, 1], nil, "|b1")), nodes: 2)
    XCTAssertEqual(parts, [0, 1])
    XCTAssertEqual(notes, [])
    (parts, notes) = try train(inputs, write(inputs, ForeignArray([0, 1], nil, "<i8")))
    XCTAssertEqual(parts, [1, 1, 0, 0, 0, 0])
    XCTAssertEqual(notes, ["\(inputs.path("mask.npy")): 2 values of 0 and 1, taken as node ids; a mask has 6"])
  }

  /// Ids of the user's own, and names that look like marks.
  func testNodesOfTheUsersOwn() throws {
    let inputs = try Inputs()
    let edges = try inputs.text("10 20\n20 30\n30 10\n")
    for list in [
      try write(inputs, ForeignArray([0, 1, 1], nil, "<i8")), try inputs.text("0\n1\n1\n", "mask.txt"),
      try inputs.names(["False", "True", "True"], "words.npy"),
    ] {
      try inputs.ingest(edges) {
        $0.splitParts = [.train: list]
        $0.replacesExisting = true
      }
      XCTAssertEqual(try inputs.contents().splits(), [[0], [1], [1]], list)
    }
    let names = try inputs.text("0 1\n1 x\n", "names.tsv")
    func named(_ list: String) throws -> [[UInt8]] {
      try inputs.ingest(names) {
        $0.format.hasStringIds = true
        $0.splitParts = [.train: list]
        $0.replacesExisting = true
      }
      return try inputs.contents().splits()
    }
    XCTAssertEqual(try named(inputs.text("0\n1\n1\n", "mask.txt")), [[0], [1], [1]])
    XCTAssertEqual(try named(inputs.text("1\nx\n", "list.txt")), [[0], [1], [1]])
    assertRefused("list.txt:2: node id \"2\" is unknown") { _ = try named(inputs.text("1\n2\n", "list.txt")) }
  }
}
