import Foundation
import XCTest

/// Scores of stores that were made of tables, with the words of these.
final class TableScoreTests: ToolTestCase {
  /// Makes a store of people and trains on it.
  private func train(_ columns: String, _ rows: [String], _ flags: String...) throws {
    let text = "id,x,\(columns)\n" + rows.enumerated().map { "n\($0),\($0 % 5),\($1)\n" }.joined()
    try write(text, to: "n.csv")
    try write("a,b\n" + (0..<rows.count - 1).map { "n\($0),n\($0 + 1)\n" }.joined(), to: "e.csv")
    let words = ["table", "--edges", "e.csv", "--source", "a", "--target", "b", "--nodes", "n.csv", "--id", "id"]
    let ingested = try Tool.ingest.run(words + flags + ["-o", "s"], in: folder.path)
    XCTAssertEqual(ingested.status, 0, ingested.errors)
    try succeed(.run, "train", "s", "--run", "r", "--model", "mlp", "--epochs", "1")
  }

  /// A single label is the one that rows are ordered by.
  func testTheOnlyLabel() throws {
    try train("bad", (0..<40).map { $0 % 3 == 0 ? "yes" : "no" }, "--label", "bad", "--label-kind", "multi-label")
    let best = try succeed(.run, "infer", "s", "--run", "r", "--scores", "-", "--top", "1").split(separator: "\n")
    XCTAssertEqual(best.first, "id,p_bad")
    let all = try succeed(.run, "infer", "s", "--run", "r", "--scores", "-").split(separator: "\n").dropFirst()
    func value(_ row: Substring) -> Float { Float(row.split(separator: ",")[1])! }
    XCTAssertEqual(best.count, 2)
    XCTAssertEqual(value(best[1]), all.map(value).max())
    XCTAssertEqual(
      try succeed(.run, "infer", "s", "--run", "r", "--scores", "-", "--top", "1", "--top-class", "0"),
      best.joined(separator: "\n") + "\n")
    try assertRefused(
      .run, "infer", "s", "--run", "r", "--scores", "-", "--top", "1", "--top-class", "1",
      says: "expected one of the labels bad, found \"1\"")
  }

  /// Several labels and real values are called as their columns are.
  func testNamesOfColumns() throws {
    let rows = (0..<40).map { "\($0 % 2),\($0 % 3 == 0 ? 1 : 0)" }
    try train("spam,too long", rows, "--label", "spam,too long", "--label-kind", "multi-label")
    let table = try succeed(.run, "infer", "s", "--run", "r", "--scores", "-")
    XCTAssertTrue(table.hasPrefix("id,p_spam,p_too long\n"), table)
    try assertRefused(
      .run, "infer", "s", "--run", "r", "--scores", "-", "--top", "1",
      says: "labels have names, and none is called 1", "--top-class takes spam, too long")
    try succeed(.run, "infer", "s", "--run", "r", "--scores", "-", "--top", "1", "--top-class", "too long")
    XCTAssertTrue(try succeed(.run, "train", "s", "--run", "t", "--epochs", "1").contains("spam: "))
  }

  func testNamesOfRealValues() throws {
    let rows = (0..<40).map { "\($0).5,\($0 % 3)" }
    try train("price,size", rows, "--label", "price,size", "--label-kind", "regression")
    let table = try succeed(.run, "infer", "s", "--run", "r", "--scores", "-")
    XCTAssertTrue(table.hasPrefix("id,value_price,value_size\n"), table)
  }

  /// Numbers that are names are no places among them.
  func testNumbersAsNames() throws {
    try train("y", (0..<30).map { "\(1 + $0 % 3)" }, "--label", "y")
    let top = ["infer", "s", "--run", "r", "--scores", "-", "--top", "2", "--top-class"]
    try assertRefused(
      .run, top[0], top[1], top[2], top[3], top[4], top[5], top[6], top[7], top[8], "0",
      says: "expected one of the classes 1, 2, 3, found \"0\"")
    let rows = try succeed(.run, top[0], top[1], top[2], top[3], top[4], top[5], top[6], top[7], top[8], "3")
    XCTAssertTrue(rows.hasPrefix("id,class,p_1,p_2,p_3\n"), rows)
  }

  /// Words with separators, quotes, line ends and blanks at their ends come back from the scores as they went in.
  func testWordsOfAllKinds() throws {
    let words = ["a,b", "say \"x\"", "two\nlines", " blanks ", "tab\tbed", "plain"]
    let fields = words.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
    try train("y", (0..<60).map { fields[$0 % 6] }, "--label", "y")
    try assertRefused(
      .run, "infer", "s", "--run", "r", "--scores", "-", "--top", "3",
      says: "classes have names, and none is called 1: name the one to sort by")
    try succeed(.run, "infer", "s", "--run", "r", "--scores", "s.csv", "--top", "60", "--top-class", "a,b")
    let header = try String(contentsOfFile: file("s.csv"), encoding: .utf8).prefix(120)
    let quoted = words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { word in
      let field = "p_" + word.replacingOccurrences(of: "\"", with: "\"\"")
      return field.contains { ",\"\n".contains($0) } || field.hasSuffix(" ") ? "\"\(field)\"" : field
    }
    XCTAssertTrue(header.hasPrefix("id,class," + quoted.joined(separator: ",") + "\n"), String(header))
    // The table of scores is a table of labels again.
    try succeed(
      .ingest, "table", "--nodes", "n.csv", "--id", "id", "--labels", "s.csv", "--label", "class", "-o", "t")
    let classes = (try json(.ingest, "table", "--nodes", "s.csv", "--id", "id", "--label", "class", "-o", "u"))[
      "tables"]
    let found = (classes as? [String: Any])?["classes"] as? [String] ?? []
    XCTAssertTrue(!found.isEmpty && Set(found).isSubset(of: words), "\(found)")
  }
}
