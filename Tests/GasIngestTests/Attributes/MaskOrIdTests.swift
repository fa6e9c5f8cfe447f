import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// Lists of ids where masks may stand, and what could be both.
final class MaskOrIdTests: MaskCase {
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
