import Foundation
import GasFormats
import TestSupport
import XCTest

@testable import GasStore

/// Lists of nodes by their original ids, whatever these are.
final class NodeListTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  private func store(_ graph: TinyGraph) throws -> Store {
    try graph.write(to: folder.file("store"), replaceExisting: true)
    return try Store(opening: folder.file("store"))
  }

  private func list(_ text: String, _ store: Store) throws -> NodeList {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("ids.txt")))
    return try NodeList(reading: folder.file("ids.txt"), of: store, scratchIn: folder.path)
  }

  /// The places of the listed nodes, all of which are in front of 64.
  private func places(_ list: NodeList) -> [Int?] {
    (0..<list.count).map { index in (0..<64).first { list.number(at: $0) == list.number(index) } }
  }

  private func ids(_ list: NodeList) -> [String] {
    (0..<list.count).map { index in
      var text: [UInt8] = []
      list.appendId(index, to: &text, as: .commas)
      return String(decoding: text, as: UTF8.self)
    }
  }

  func testNames() throws {
    let found = try list("gnu\n  dög \r\n\nant\ngnu", store(FixtureGraphs.names))
    XCTAssertEqual(places(found), [6, 3, 0, 6])
    XCTAssertEqual(ids(found), ["gnu", "dög", "ant", "gnu"])
    XCTAssertEqual(found.partitions, [0, 1])
  }

  func testIntegers() throws {
    let store = try store(FixtureGraphs.integers)
    let found = try list("1099511627776\n-5\n007\n0\n", store)
    XCTAssertEqual(places(found), [3, 1, 2, 5])
    XCTAssertEqual(ids(found), ["1099511627776", "-5", "7", "0"])
    try NpyWriter.write([42, 100] as [Int64], to: folder.file("ids.npy"))
    let array = try NodeList(reading: folder.file("ids.npy"), of: store, scratchIn: folder.path)
    XCTAssertEqual(places(array), [4, 0])
  }

  func testSequentialIds() throws {
    let graph = TinyGraph.random(nodes: 50)
    let found = try list("49\n0\n13\n", store(graph))
    XCTAssertEqual(places(found), [49, 0, 13])
    XCTAssertEqual(found.partitions, Set([49, 0, 13].map { graph.partition[$0] }).sorted())
  }

  /// Ids in quotes, as `--scores` writes those that need them.
  func testIdsAsTablesHaveThem() throws {
    var graph = TinyGraph.random(nodes: 6)
    graph.ids = .names(["a, b", "say \"x\"", "\"q\"", "c", "\"half", "d"])
    let names = try store(graph)
    let lines = ["\"a, b\"", "\"say \"\"x\"\"\"", "\"\"\"q\"\"\"", "\"c\"", "c", "say \"x\"", "\"q\"", "\"half"]
    let found = try list(lines.joined(separator: "\n"), names)
    XCTAssertEqual(places(found), [0, 1, 2, 3, 3, 1, 2, 4])
    XCTAssertEqual(ids(found).first, "\"a, b\"")
    assertRefused("ids.txt:2: \"e\" is no node of the store; ") { _ = try list("c\n\"e\"\n", names) }
    graph.ids = .names(["q", "\"q\"", "c", "d", "e", "f"])
    let both = try store(graph)
    assertRefused("ids.txt:1: \"q\" may be two nodes: ", "write the second without quotes") {
      _ = try list("\"q\"\n", both)
    }
    let told = try list("q\n\"\"\"q\"\"\"\n", both)
    XCTAssertEqual(places(told), [0, 1])
    let integers = try list("\"49\"\n\"007\"\n7\n", store(TinyGraph.random(nodes: 50)))
    XCTAssertEqual(places(integers), [49, 7, 7])
  }

  /// Quoted ids in such numbers that what is kept of them grows between an id and what is in its quotes.
  func testManyIdsInQuotes() throws {
    var graph = TinyGraph.random(nodes: 1600)
    let names = (0..<1600).map { "n, \($0)" }
    graph.ids = .names(names)
    let lines = [names[0]] + names.dropFirst().map { "\"\($0)\"" }
    let found = try list(lines.joined(separator: "\n"), store(graph))
    XCTAssertEqual((0..<found.count).map(found.number), Array(0..<1600))
    XCTAssertEqual((0..<1600).map { found.number(at: $0) }, Array(0..<1600))
  }

  func testListsCountedFromOne() throws {
    let store = try store(TinyGraph.random(nodes: 4))
    assertRefused("ids.txt:3: \"4\" is no node of the store; the ids look 1-based: they go from 1 to 4") {
      _ = try list("1\n3\n4\n", store)
    }
    // A number in the first line names no column.
    assertRefused("ids.txt:1: \"4\" is no node of the store; the ids look 1-based: they go from 1 to 4") {
      _ = try list("4\n3\n1\n", store)
    }
    for text in ["0\n1\n4\n", "2\n4\n", "1\n5\n"] {
      assertRefused("is no node of the store; gas-run infer --ids writes all ids") { _ = try list(text, store) }
    }
  }

  func testUnknownIds() throws {
    let names = try store(FixtureGraphs.names)
    assertRefused("ids.txt:2: \"ape\" is no node of the store") { _ = try list("ant\nape\n", names) }
    assertRefused("ids.txt:1: \"ape\" is no node of the store, nor are 2 others") {
      _ = try list("ape\nape\nbat\nant\ncow\n", names)
    }
    assertRefused("expected ids of nodes, one a line, found none") { _ = try list("\n \n", names) }
    let integers = try store(FixtureGraphs.integers)
    assertRefused("ids.txt:1: \"id\" is no node", "if the line names the column") { _ = try list("id\n7\n", integers) }
    assertRefused("ids.txt:2: \"8\" is no node") { _ = try list("7\n8\n", integers) }
    try NpyWriter.write([7, 9] as [Int64], to: folder.file("ids.npy"))
    assertRefused("ids.npy: element 1: \"9\" is no node") {
      _ = try NodeList(reading: folder.file("ids.npy"), of: integers, scratchIn: folder.path)
    }
    try NpyWriter.write([7, 9] as [Float], to: folder.file("f.npy"))
    assertRefused("expected a vector of integers or strings") {
      _ = try NodeList(reading: folder.file("f.npy"), of: integers, scratchIn: folder.path)
    }
  }
}
