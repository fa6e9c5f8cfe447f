import Foundation
import XCTest

/// What is advised about stores of tables: each flag is one of `gas-ingest table`, and does what is said.
final class TableAdviceTests: ToolTestCase {
  private static let edges = ["table", "--edges", "e.csv", "--source", "a", "--target", "b"]

  private func tables() throws {
    let nodes = 0..<60
    try write("a,b,w\n" + nodes.map { "n\($0),n\(($0 * 7 + 1) % 60),\($0)\n" }.joined(), to: "e.csv")
    try write("id,x,y\n" + nodes.map { "n\($0),\($0 % 5),\($0 % 2 == 0 ? "no" : "yes")\n" }.joined(), to: "n.csv")
    try write("id,y\n" + nodes.map { "n\($0),\($0 % 2 == 0 ? "no" : "yes")\n" }.joined(), to: "l.csv")
  }

  private func ingest(_ flags: String..., line: UInt = #line) throws {
    let result = try Tool.ingest.run(Self.edges + flags + ["-o", "s", "--overwrite"], in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors, line: line)
  }

  func testWhatIsMissing() throws {
    try tables()
    try ingest("--labels", "l.csv", "--label", "y", "--label-id", "id")
    try assertRefused(
      .run, "train", "s", "--run", "r", says: "s: the store has no features; ingest again with a table of --nodes",
      "or with --structural-features")
    try ingest("--nodes", "n.csv", "--id", "id", "--drop", "y")
    try assertRefused(
      .run, "train", "s", "--run", "r",
      says: "s: the store has no labels; ingest again with --label, the column of --nodes")
    try ingest("--nodes", "n.csv", "--id", "id", "--label", "y", "--split", "0/50/50")
    try assertRefused(
      .run, "train", "s", "--run", "r", says: "s: the store has no training nodes in split 0; ingest again with --split"
    )
    try ingest("--nodes", "n.csv", "--id", "id", "--label", "y")
    for (values, flags) in [("weights", "--weight, a column"), ("features", "--edge-columns, or with a --relation")] {
      try assertRefused(
        .run, "train", "s", "--run", "r", "--model", "gat", "--edge-values", values,
        says: "the store has no edge \(values)", "ingest again with \(flags)")
    }
    try ingest("--nodes", "n.csv", "--id", "id", "--label", "y", "--weight", "w", "--edge-columns", "w")
    try succeed(.run, "train", "s", "--run", "r", "--model", "gat", "--edge-values", "weights", "--epochs", "1")
  }

  /// Features made of the graph, for tables without columns.
  func testStructuralFeatures() throws {
    try tables()
    try ingest("--labels", "l.csv", "--label", "y", "--label-id", "id", "--structural-features")
    try succeed(.stat, "verify", "s")
    try succeed(.run, "train", "s", "--run", "r", "--epochs", "2")
    let other =
      Self.edges + ["--encoding-of", "s", "-o", "t"]
    XCTAssertEqual(try Tool.ingest.run(other, in: folder.path).status, 0)
    try assertRefused(
      .run, "infer", "t", "--from", "s", "--run", "r", "--scores", "-",
      says:
        "t: expected features as in s: 67 a node, found none; ingest its tables with --encoding-of s and --structural-features"
    )
    XCTAssertEqual(
      try Tool.ingest.run(other + ["--structural-features", "--overwrite"], in: folder.path).status, 0)
    try succeed(.run, "infer", "t", "--from", "s", "--run", "r", "--scores", "-")
    let given = ["--nodes", "n.csv", "--id", "id", "--drop", "y"]
    let refused = try Tool.ingest.run(Self.edges + given + ["--structural-features", "-o", "u"], in: folder.path)
    XCTAssertEqual(refused.status, 1)
    XCTAssertTrue(
      refused.errors.contains(
        "n.csv: --structural-features are for nodes that have none, and 1 column became features; leave it out, or pass "
          + "--drop y,x"), refused.errors)
    let dropped = ["--nodes", "n.csv", "--id", "id", "--drop", "y,x"]
    XCTAssertEqual(
      try Tool.ingest.run(Self.edges + dropped + ["--structural-features", "-o", "u"], in: folder.path).status, 0)
    try assertUsage(
      .ingest, "table", "--nodes", "n.csv", "--id", "id", "--structural-features", "-o", "v", says: "pass --edges")
  }

  /// A store with other features is told how to have the same.
  func testFeaturesOfAnotherStore() throws {
    try tables()
    try ingest("--nodes", "n.csv", "--id", "id", "--label", "y")
    try succeed(.run, "train", "s", "--run", "r", "--epochs", "1")
    let other = Self.edges + ["--nodes", "n.csv", "--id", "id"]
    XCTAssertEqual(try Tool.ingest.run(other + ["-o", "t"], in: folder.path).status, 0)
    try assertRefused(
      .run, "infer", "t", "--from", "s", "--run", "r", "--scores", "-",
      says: "t: expected features as in s: 1 a node", "; ingest its tables with --encoding-of s")
    try makeStore("g")
    try assertRefused(
      .run, "infer", "g", "--from", "s", "--run", "r", "--scores", "-",
      says:
        "g: expected features as in s: 1 a node, found 8 a node; make it of tables, with gas-ingest table and --encoding-of s"
    )
    let alike = other + ["--encoding-of", "s", "--overwrite", "-o", "t"]
    XCTAssertEqual(try Tool.ingest.run(alike, in: folder.path).status, 0)
    try succeed(.run, "infer", "t", "--from", "s", "--run", "r", "--scores", "-")
  }

  /// Every flag of a message exists where the message sends people.
  func testFlagsExist() throws {
    let help = try Tool.ingest.run(["help", "table"], in: folder.path).output
    for flag in [
      "nodes", "structural-features", "label", "labels", "split", "split-by", "split-column", "sample-weight", "weight",
      "edges", "edge-columns", "relation", "encoding-of", "drop", "unknown", "stratify", "label-kind",
    ] { XCTAssertTrue(help.contains("--\(flag)"), flag) }
  }
}
