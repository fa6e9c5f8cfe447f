import Foundation
import XCTest

/// `gas-ingest table` as people use it: from tables to a store, to scores, and to another table.
final class TableTests: ToolTestCase {
  private static let flags = [
    "table", "--edges", "tx.csv", "--source", "from", "--target", "to", "--nodes", "people.csv", "--id", "name",
  ]

  private func tables(nodes: Int = 80) throws {
    var people = "name,age,city,note,signed\n"
    var labels = "name,class,day\n"
    var edges = "from,to,amount,when\n"
    for node in 0..<nodes {
      let isOne = node % 2 == 0
      people += "p\(node),\(node % 7 == 0 ? "" : "\(isOne ? 40 : 20)"),\(isOne ? "Rome" : "Oslo"),\"n \(node), x\","
      people += "2024-01-\(10 + node % 19)\n"
      if node % 4 < 3 { labels += "p\(node),\(isOne ? "yes" : "no"),2024-02-\(10 + node % 19)\n" }
      for step in [2, 4] { edges += "p\(node),p\((node + step) % nodes),\(step).5,2024-03-01T10:00:00Z\n" }
    }
    try write(people, to: "people.csv")
    try write(labels, to: "labels.csv")
    try write(edges, to: "tx.csv")
  }

  func testFromTablesToPredictions() throws {
    try tables()
    let arguments =
      Self.flags + [
        "--weight", "amount", "--merge", "sum", "--edge-columns", "amount,when", "--labels", "labels.csv", "--label",
        "class", "--split", "60/20/20", "--stratify", "--output", "s", "--partitions", "4",
      ]
    let result = try Tool.ingest.run(arguments, in: folder.path)
    XCTAssertEqual(result.errors, "")
    for text in [
      "columns      age: number, 12 gaps", "city: category, 2 features", "note: left out (text: 80 different words",
      "signed: date", "classes      0 = no, 1 = yes", "train 36, val 12, test 12", "20 nodes without a label",
    ] { XCTAssertTrue(result.output.contains(text), "no \"\(text)\" in \(result.output)") }
    try succeed(.stat, "verify", "s")
    try succeed(.run, "train", "s", "--model", "gat", "--epochs", "3", "--run", "a")
    try succeed(.run, "infer", "s", "--run", "a", "--predictions", "p.npy")
    // Other people, of whom the same is known.
    let report = try json(
      .ingest, "table", "--edges", "tx.csv", "--source", "from", "--target", "to", "--edge-columns", "amount",
      "--nodes",
      "people.csv", "--id", "name", "--output", "plain")
    XCTAssertEqual((report["tables"] as? [String: Any])?["droppedEdges"] as? Int, 0)
    try succeed(
      .ingest, "table", "--edges", "tx.csv", "--source", "from", "--target", "to", "--weight", "amount", "--nodes",
      "people.csv", "--id", "name", "--encoding-of", "s", "--output", "t")
    try succeed(.run, "infer", "t", "--from", "s", "--run", "a", "--predictions", "q.npy")
    XCTAssertEqual(
      try Data(contentsOf: URL(fileURLWithPath: file("p.npy"))),
      try Data(contentsOf: URL(fileURLWithPath: file("q.npy"))))
    XCTAssertEqual(try leftovers(), [])
  }

  func testPipes() throws {
    try tables()
    let rest = ["--label", "class", "--labels", "labels.csv", "--partitioner", "contiguous"]
    try succeed(.ingest, Self.flags + rest + ["-o", "a"])
    let nodes = ["table", "--source", "from", "--target", "to", "--id", "name", "--label", "class"]
    let script =
      "gzip -c tx.csv | \"$0\" \"$@\" --edges - --nodes <(cat people.csv) --labels <(cat labels.csv) --partitioner contiguous"
    let piped = try Tool.ingest.run(nodes + ["-o", "b"], by: script, in: folder.path)
    XCTAssertEqual(piped.status, 0, piped.errors)
    for column in ["features", "labels", "splits", "neighbours", "id-bytes"] {
      let files = ["a", "b"].map { URL(fileURLWithPath: file("\($0)/columns/\(column).gascol")) }
      XCTAssertEqual(try Data(contentsOf: files[0]), try Data(contentsOf: files[1]), column)
    }
    try assertRefused(
      .ingest, "table", "--edges", "-", "--source", "a", "--target", "b", "-o", "c",
      says: "standard input:3: expected 2 fields", input: "a,b\n1,2\n3\n")
    XCTAssertEqual(try leftovers(), [])
  }

  private func succeed(_ tool: Tool, _ arguments: [String], line: UInt = #line) throws {
    let result = try tool.run(arguments, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors, line: line)
  }

  func testGraphsWithoutEdgesAreTrainedOn() throws {
    try tables()
    try succeed(
      .ingest, "table", "--nodes", "people.csv", "--id", "name", "--labels", "labels.csv", "--label", "class", "-o",
      "s",
      "--partitions", "3")
    try succeed(.stat, "verify", "s")
    try succeed(.stat, "s")
    for model in ["mlp", "gcn", "sage", "gat", "gin", "appnp", "pna"] {
      try succeed(.run, "train", "s", "--model", model, "--epochs", "2", "--run", model)
      try succeed(.run, "infer", "s", "--run", model, "--predictions", "\(model).npy")
    }
  }

  func testPartsThatNoNodeComesInto() throws {
    try write("n,x,y\na,1,p\nb,2,\nc,3,q\nd,4,\n", to: "few.csv")
    try write("n,x,y\na,1,p\nb,2,p\nc,3,q\nd,4,q\n", to: "enough.csv")
    for (file, split, empty) in [
      ("few", [], ["val", "test"]), ("few", ["--split", "100/0/0"], []), ("enough", [], []),
    ] as [(String, [String], [String])] {
      let words = ["table", "--nodes", "\(file).csv", "--id", "n", "--label", "y", "--json"]
      let result = try Tool.ingest.run(words + split + ["-o", "\(file)\(split.count)"], in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
      for part in ["train", "val", "test"] {
        let text = "no node is in part \(part) of the split"
        XCTAssertEqual((result.output + result.errors).contains(text), empty.contains(part), part)
      }
      let isFilled = result.output.contains("all were divided together")
      XCTAssertEqual(isFilled, file == "enough", result.output)
    }
  }

  func testAStoreOfTablesIsReplaced() throws {
    try tables()
    try succeed(.ingest, Self.flags + ["-o", "s"])
    try succeed(.ingest, Self.flags + ["-o", "s", "--overwrite"])
    try assertRefused(
      .ingest, "table", "--edges", "tx.csv", "--source", "from", "--target", "to", "--weight", "amount", "--nodes",
      "people.csv", "--id", "name", "--encoding-of", "s", "-o", "s", "--overwrite",
      says: "s/encoding.json: lies in the store that would be replaced")
    try succeed(.ingest, "tx.csv", "--columns", "from,to", "--string-ids", "-o", "s", "--overwrite")
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("s/encoding.json")))
  }

  func testUsage() throws {
    try tables()
    let edges = ["--edges", "tx.csv", "--source", "from", "--target", "to"]
    let nodes = ["--nodes", "people.csv", "--id", "name"]
    for (flags, says) in [
      ([], "name a table"), (["--edges", "tx.csv"], "--source names a column"),
      (["--nodes", "people.csv"], "wants --id"),
      (["--source", "from"] + nodes, "--source goes with --edges"), (edges + ["--merge", "sum"], "--merge goes with"),
      (edges + ["--merge", "count", "--weight", "amount"], "without --weight"),
      (edges + ["--drop", "x"], "go with --nodes"), (edges + ["--id", "x"], "--id goes with --nodes"),
      (edges + ["--labels", "labels.csv", "--label", "class", "--label-id", "name", "--id", "x"], "--id goes with"),
      (edges + ["--categories", "8"], "--categories goes with"),
      (edges + ["--feature-type", "int8"], "--feature-type goes with"),
      (nodes + ["--self-loops", "add"], "--self-loops add goes with --edges"),
      (nodes + ["--unknown", "add"], "--unknown add adds the ids of edges"),
      (nodes + ["--unknown", "drop"], "--unknown drop leaves out rows of"),
      (edges + ["--label", "x"], "--label goes with"), (nodes + ["--split", "60/20/20"], "pass --label"),
      (nodes + ["--label", "city", "--split", "60/50/20"], "add up to 100"),
      (nodes + ["--label", "city", "--split-by", "signed", "--stratify"], "pass one of them"),
      (nodes + ["--label", "city", "--split-column", "x", "--stratify"], "says all"),
      (nodes + ["--label", "city,age"], "in one column"),
      (nodes + ["--label", "age", "--label-kind", "regression", "--stratify"], "divides classes"),
      (nodes + ["--kind", "age"], "COLUMN=KIND"), (nodes + ["--kind", "age=colour"], "COLUMN=KIND"),
      (nodes + ["--kind", "age=date", "--kind", "age=drop"], "twice"), (nodes + ["--categories", "0"], "--categories"),
      (nodes + ["--separator", "::"], "single character"), (nodes + ["--separator", " "], "blanks do not separate"),
      (nodes + ["--labels", "labels.csv"], "go with --label"),
      (nodes + ["--encoding-of", "s", "--kind", "age=date"], "without --kind"),
      (edges + nodes + ["--encoding-of", "s", "--drop", "age"], "without --drop"),
      (edges + ["--relation", "a", "--relation", "b"], "--relation is given"),
      (["--edges", "-", "--nodes", "-", "--id", "x", "--source", "a", "--target", "b"], "only once"),
      (["--edges", "tx.csv", "--source", "from", "--target", "from", "--bipartite"], "of other names"),
    ] as [([String], String)] {
      let result = try Tool.ingest.run(["table", "-o", "w"] + flags, in: folder.path)
      XCTAssertEqual(result.status, 2, "\(flags): \(result.errors)")
      XCTAssertTrue(result.errors.contains(says), "\(flags): \(result.errors)")
    }
    try assertRefused(
      .ingest, "table", "--nodes", "people.csv", "--id", "nam", "-o", "w",
      says: "people.csv: there is no column \"nam\" (--id); did you mean \"name\"?")
  }
}
