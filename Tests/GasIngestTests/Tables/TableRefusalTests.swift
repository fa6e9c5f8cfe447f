import Foundation
import TestSupport
import XCTest

@testable import GasIngest

/// Bad tables: one line with the file and the row, and nothing is left behind.
final class TableRefusalTests: XCTestCase {
  private let inputs = try! Inputs()

  private func write(
    edges: String = "s,t\na,b\n", nodes: String = "id,age\na,1\nb,2\n", labels: String = "id,l\na,0\nb,1\n"
  ) throws {
    try inputs.text(edges, "e.csv")
    try inputs.text(nodes, "n.csv")
    try inputs.text(labels, "l.csv")
  }

  private func refused(_ texts: String..., line: UInt = #line, _ change: (inout TableOptions) -> Void = { _ in }) throws
  {
    let before = try FolderContents(inputs.folder.path)
    do {
      try inputs.ingestTables {
        $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
        ($0.nodes, $0.id, $0.labels, $0.label) = ("n.csv", "id", "l.csv", "l")
        change(&$0)
      }
      XCTFail("nothing was thrown", line: line)
    } catch {
      let message = "\(error)"
      for text in texts { XCTAssertTrue(message.contains(text), "\(message) does not say \(text)", line: line) }
      XCTAssertFalse(message.contains("\n"), message, line: line)
    }
    XCTAssertEqual(try FolderContents(inputs.folder.path).differences(from: before), [], line: line)
  }

  func testColumnsThatAreNotThere() throws {
    try write()
    try refused("e.csv: there is no column \"S\" (--source)", "did you mean \"s\"? the columns are s, t") {
      $0.edges[0].source = "S"
    }
    try refused("n.csv: there is no column \"idd\" (--id)", "did you mean \"id\"?") { $0.id = "idd" }
    try refused("l.csv: there is no column \"x\" (--label)", "the columns are id, l") { $0.label = "x" }
    try refused("l.csv: there is no column \"key\" (--label-id)") { $0.labelId = "key" }
    try refused("e.csv: there is no column \"amount\" (--weight)") { $0.weight = "amount" }
    try refused("e.csv: there is no column \"when\" (--edge-columns)") { $0.edgeColumns = ["when"] }
    try refused("n.csv: there is no column \"ages\" (--drop)", "did you mean \"age\"?") { $0.droppedColumns = ["ages"] }
    try refused("n.csv: there is no column \"aeg\" (--kind)") { $0.kinds = ["aeg": .number] }
    try refused("l.csv: there is no column \"time\" (--split-by)") {
      $0.split = .ordered(.standard, column: "time")
    }
  }

  func testIds() throws {
    try write(nodes: "id,age\na,1\nb,2\n\"a\",3\n")
    try refused("n.csv:4: id \"a\" stands twice in column \"id\" (first in line 2)")
    try write(nodes: "id,age\na,1\n,2\n")
    try refused("n.csv:3: expected an id in column \"id\", found none in row 2")
    try write(labels: "id,l\na,0\na,1\n")
    try refused("l.csv:3: id \"a\" stands twice in column \"id\" (first in line 2)")
    try write(labels: "id,l\na,\na,1\n")
    try refused("l.csv:3: id \"a\" stands twice")
    try write(labels: "id,l\na,0\nc,1\n")
    try refused("l.csv:3: id \"c\" in row 2, column \"id\", is not that of a node")
    try write(edges: "s,t\na,c\n")
    try refused("e.csv:2: id \"c\" in row 1, column \"t\", is not in ")
    try inputs.bytes(Array("id,age\na,1\n".utf8) + [0xff] + Array(",2\n".utf8), "n.csv")
    try refused("n.csv:3: expected a node id in UTF-8")
  }

  func testWholeTables() throws {
    try write(edges: "")
    try refused("e.csv: expected a row that names the columns, found an empty file")
    try write(edges: "s,t\n")
    try refused("e.csv:1: expected rows behind the header, found none")
    try write(nodes: "id,id\na,1\n")
    try refused("n.csv:1: two columns are called \"id\"")
    try write(nodes: "id,age\na,1\nb,\"2\n")
    try refused("n.csv:3: a quote that opens in this line (row 2) is not closed")
    try write(labels: "id,l\na\n")
    try refused("l.csv:2: expected 2 fields, as in the header, found 1 in row 1")
    try write(labels: "id,l\na,NA\nb,\n")
    try refused("l.csv: no node has a label in column \"l\"")
    try inputs.bytes([0x80, 2, 3, 4, 0, 0, 1], "e.csv")
    try refused("e.csv at offset 0: expected text")
    try write()
    try FileManager.default.removeItem(atPath: inputs.path("e.csv"))
    try refused("e.csv")
  }

  func testFields() throws {
    try write(edges: "s,t,w\na,b,x\n")
    try refused("e.csv:2: expected a number as weight in column \"w\", found \"x\" in row 1") { $0.weight = "w" }
    try write(edges: "s,t,w\na,b,\n")
    try refused("e.csv:2: expected a number as weight") { $0.weight = "w" }
    try inputs.bytes(Array("id,age\na,1\nb,".utf8) + [0xc3, 0x28, 0x0a], "n.csv")
    try refused("n.csv:3: expected text in UTF-8")
    try write(labels: "id,l\n" + (0..<70_000).map { "n\($0),c\($0)\n" }.joined())
    try inputs.text("id,age\n" + (0..<70_000).map { "n\($0),1\n" }.joined(), "n.csv")
    try refused("l.csv:65538: expected up to 65536 classes in column \"l\", found another in row 65537") {
      $0.edges = []
    }
  }
}
