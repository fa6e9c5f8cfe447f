import Foundation
import TestSupport
import XCTest

/// `gas-ingest` and text as people have it: what was assumed is in the report.
final class IngestTextTests: ToolTestCase {
  private func counts(_ report: [String: Any]) -> [String: Int] { report["edges"] as? [String: Int] ?? [:] }
  private func notes(_ report: [String: Any]) -> String { (report["notes"] as? [String] ?? []).joined(separator: "\n") }

  func testNetworkRepositoryFromStandardInput() throws {
    let text = "%MatrixMarket matrix coordinate pattern symmetric\n6 6 5\n2 1\n3 1\n3 2\n4 2\n6 4\n"
    try write(text, to: "a.txt")
    let report = try json(.ingest, "a.txt", "-o", "s")
    XCTAssertEqual(report["nodes"] as? Int, 6)
    XCTAssertEqual(counts(report)["entries"], 10)
    XCTAssertEqual(counts(report)["selfLoops"], 0)
    let piped = try succeed(.ingest, "-", "-o", "t", input: text)
    XCTAssertTrue(piped.contains("nodes        6"), piped)
    XCTAssertEqual(try FolderContents(file("t/columns")).differences(from: FolderContents(file("s/columns"))), [])
  }

  func testKonect() throws {
    try write("% asym unweighted\n1 2\n2 3\n", to: "a")
    let directed = try succeed(.ingest, "a", "-o", "s")
    for word in ["2 duplicates", "undirected"] { XCTAssertFalse(directed.contains(word), directed) }
    for word in ["directed", "comments     1 line skipped", "note         a:1: the header of KONECT"] {
      XCTAssertTrue(directed.contains(word), directed)
    }
    XCTAssertTrue(try succeed(.ingest, "a", "-o", "s", "--overwrite", "--undirected").contains("undirected"))
    let plan = try json(.ingest, "a", "-o", "t", "--plan")
    XCTAssertEqual(plan["isDirected"] as? Bool, true)
    XCTAssertTrue(notes(plan).contains("asym"), notes(plan))
    try write("% bip unweighted\n1 1\n1 2\n2 3\n", to: "b")
    let bipartite = try json(.ingest, "b", "-o", "u")
    XCTAssertEqual(bipartite["nodes"] as? Int, 5)
    XCTAssertEqual(counts(bipartite)["selfLoopsRead"], 0)
    XCTAssertEqual(bipartite["commentLines"] as? Int, 1)
    try assertUsage(.ingest, "a", "-o", "v", "--directed", "--undirected", says: "exclude each other")
  }

  func testColumnsSeparatorsAndComments() throws {
    try write("alice\tknows\tbob\nbob\tlikes\tcarol\n", to: "triples.tsv")
    try assertRefused(.ingest, "triples.tsv", "-o", "s", "--string-ids", says: "--columns 1,3 (alice → bob)")
    let triples = try json(.ingest, "triples.tsv", "-o", "s", "--string-ids", "--columns", "1,3")
    XCTAssertEqual(triples["nodes"] as? Int, 3)
    try write("sender;receiver;amount\n1;2;0.5\n2;3;4\n", to: "paid.csv")
    let paid = try json(.ingest, "paid.csv", "-o", "t", "--columns", "sender,receiver,amount")
    XCTAssertEqual(paid["isWeighted"] as? Bool, true)
    XCTAssertTrue(notes(paid).contains("was taken for the names of the columns"), notes(paid))
    try write("1::2::5\n2::3::4\n", to: "ratings.dat")
    XCTAssertEqual(
      counts(try json(.ingest, "ratings.dat", "-o", "u", "--separator", "::", "--columns", "1,2"))["kept"], 2)
    try write("x1 y\n#swift x1\n", to: "hash.txt")
    try assertRefused(.ingest, "hash.txt", "-o", "v", "--string-ids", says: "hash.txt:2: ", "--comment none")
    XCTAssertEqual(try json(.ingest, "hash.txt", "-o", "v", "--string-ids", "--comment", "none")["nodes"] as? Int, 3)
    for (flags, says) in [
      (["--columns", "1"], "--columns"), (["--columns", "1,1"], "--columns"), (["--separator", "x"], "--separator"),
      (["--comment", "a"], "--comment"),
      (["--columns", "1,2", "--weighted"], "names the weight's column as the third"),
      (["--columns", "1,2", "--ignore-extra-columns"], "without --ignore-extra-columns"),
      (["--binary", "u32", "--comment", "none"], "go with text"),
      (["--duplicates", "sum"], "--duplicates goes with weights"),
    ] {
      let result = try Tool.ingest.run(["paid.csv", "-o", "w"] + flags, in: folder.path)
      XCTAssertEqual(result.status, 2, "\(flags)")
      XCTAssertTrue(result.errors.contains(says), result.errors)
    }
  }

  func testDuplicatesAreSaid() throws {
    try write("0 1 5\n1 0 7\n2 1 3\n", to: "e.txt")
    let text = try succeed(.ingest, "e.txt", "-o", "s", "--weighted")
    XCTAssertTrue(
      text.contains("1 edge came with different weights (u v and v u are one edge): the first was kept"), text)
    let report = try json(.ingest, "e.txt", "-o", "t", "--weighted", "--duplicates", "mean")
    XCTAssertEqual(counts(report)["conflicting"], 1)
    XCTAssertEqual(report["duplicates"] as? String, "mean")
  }

  /// Neither errors nor reports hand a file's control characters on.
  func testControlCharacters() throws {
    let bell = "\u{1b}[2J\u{7}\u{9b}1m\u{202e}"
    try write("a\(bell) b\n", to: "a.txt")
    try assertRefused(.ingest, "a.txt", "-o", "s", says: "\\u{1B}[2J\\u{07}\\u{009B}1m\\u{202E}")
    try write("\(bell),b\n1,2\n", to: "b\u{1b}.txt")
    for flags in [[], ["--json"]] {
      let result = try Tool.ingest.run(["b\u{1b}.txt", "-o", "s\u{9b}", "--overwrite"] + flags, in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
      let isClean = result.output.unicodeScalars.allSatisfy {
        $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
      }
      XCTAssertTrue(isClean, result.output.debugDescription)
      XCTAssertTrue(result.output.contains("taken for the names"), result.output)
    }
    let stat = try Tool.stat.run(["s\u{9b}"], in: folder.path)
    XCTAssertFalse(stat.output.unicodeScalars.contains("\u{9b}"), stat.output.debugDescription)
  }

  func testPackedFilesThroughThePlanAndAPipe() throws {
    try write("0 1\n1 2\n2 0\n", to: "e.txt")
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-czf", file("e.tar.gz"), "-C", folder.path, "e.txt"]
    try tar.run()
    tar.waitUntilExit()
    XCTAssertEqual(tar.terminationStatus, 0)
    XCTAssertEqual(try json(.ingest, "e.tar.gz", "-o", "s", "--plan")["edges"] as? Int, 3)
    XCTAssertEqual(counts(try json(.ingest, "e.tar.gz", "-o", "s"))["kept"], 3)
    let running = try Tool.ingest.start(["-", "-o", "t"], in: folder.path)
    running.send(bytes: try Data(contentsOf: URL(fileURLWithPath: file("e.tar.gz"))))
    let result = try running.wait()
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(result.output.contains("3 read, 3 kept"), result.output)
  }
}
