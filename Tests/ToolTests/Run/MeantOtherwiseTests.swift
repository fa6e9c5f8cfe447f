import Foundation
import XCTest

/// What a person probably meant is said in one line: commands, settings, a run in another store, ids in quotes.
final class MeantOtherwiseTests: ToolTestCase {
  func testCommands() throws {
    for (tool, words, text) in [
      (.run, ["trian", "g.store"], "there is no command \"trian\"; did you mean train?"),
      (.run, ["colour"], "there is no command \"colour\"; the commands are train, resume, infer, "),
      (.ingest, ["tabel", "--edges", "e.csv"], "there is no command or file \"tabel\"; did you mean table?"),
      (.stat, ["verfiy", "g.store"], "there is no command or file \"verfiy\"; did you mean verify?"),
    ] as [(Tool, [String], String)] {
      let result = try tool.run(words, in: folder.path)
      XCTAssertEqual(result.status, 64, result.errors)
      assertOneLine(result, of: tool, "\(words)")
      XCTAssertTrue(result.errors.contains(text), result.errors)
    }
    // A file of such a name is a file.
    try write("0 1\n1 2\n", to: "tabel")
    try succeed(.ingest, "tabel", "--output", "s")
  }

  func testSettings() throws {
    try makeStore()
    try write("epochs: 1\nhiden: 8\n", to: "s.yaml")
    try assertRefused(
      .run, "train", "g.store", "--config", "s.yaml",
      says: "s.yaml: no setting is called \"hiden\"; did you mean hidden? gas-run settings lists all")
    try write("batch_norm: true\n", to: "s.yaml")
    try assertRefused(.run, "train", "g.store", "--config", "s.yaml", says: "did you mean batch-norm?")
    try assertUsage(.run, "settings", "hiden", says: "no setting is called \"hiden\"; did you mean hidden?")
  }

  /// The run of a store of another size is told as such.
  func testARunOfAStoreOfAnotherSize() throws {
    try makeStore()
    try write("0 1\n1 2\n2 0\n", to: "e.tsv")
    try succeed(.ingest, "e.tsv", "--output", "small.store")
    try succeed(.run, "train", "g.store", "--epochs", "1", "--layers", "2", "--run", "a")
    try FileManager.default.createDirectory(atPath: file("small.store/runs"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: file("g.store/runs/a"), toPath: file("small.store/runs/a"))
    try assertRefused(
      .stat, "verify", "small.store", says: "small.store/runs/a/", "expected 3 rows, found 120",
      "the run was made for a store of 120 nodes, and this one has 3: move the run back")
  }

  /// `resume` stops after a time as `train` does, and goes on to the same bits afterwards.
  func testATimeEndsResumedTraining() throws {
    try makeStore()
    _ = try json(.run, "train", "g.store", "--epochs", "1", "--run", "a")
    let result = try json(.run, "resume", "g.store", "--run", "a", "--epochs", "1000000", "--time", "1s")
    XCTAssertEqual(result["isComplete"] as? Bool, false)
    let epochs = try XCTUnwrap(result["epochs"] as? Int)
    XCTAssertGreaterThan(epochs, 1)
    let done = try json(.run, "resume", "g.store", "--run", "a", "--epochs", "\(epochs + 1)", "--time", "1h")
    XCTAssertEqual(done["epochs"] as? Int, epochs + 1)
    XCTAssertEqual(done["isComplete"] as? Bool, true)
    try assertUsage(.run, "resume", "g.store", "--run", "a", "--time", "soon", says: "--time")
  }

  /// Ids that `--scores` puts in quotes are read so by `--nodes`.
  func testIdsOfScores() throws {
    let names = ["a, b", "say \"x\"", "c", "d", "e", "f"]
    let quoted = names.map { "\"\($0.replacing("\"", with: "\"\""))\"" }
    try write("id,x,l\n" + quoted.enumerated().map { "\($1),\($0),\($0 % 2)\n" }.joined(), to: "n.csv")
    try succeed(.ingest, "table", "--nodes", "n.csv", "--id", "id", "--label", "l", "--output", "s")
    try succeed(.run, "train", "s", "--model", "mlp", "--epochs", "1", "--run", "r")
    try succeed(.run, "infer", "s", "--run", "r", "--scores", "all.csv")
    let all = try String(contentsOfFile: file("all.csv"), encoding: .utf8)
    try write(quoted.prefix(2).map { $0 + "\n" }.joined(), to: "ids.txt")
    try succeed(.run, "infer", "s", "--run", "r", "--nodes", "ids.txt", "--scores", "some.csv")
    let some = try String(contentsOfFile: file("some.csv"), encoding: .utf8)
    XCTAssertEqual(some, all.split(separator: "\n").prefix(3).map { $0 + "\n" }.joined())
  }

  /// A word with a comma among those that mean that nothing is known.
  func testGapsWithCommas() throws {
    try write("id,x\na,1\nb,\"not, known\"\nc,3\nd,-\n", to: "n.csv")
    let nodes = ["table", "--nodes", "n.csv", "--id", "id", "--output", "s"]
    let result = try Tool.ingest.run(nodes + ["--gaps", "\"not, known\",-"], in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertTrue(result.output.contains("x: number, 2 gaps"), result.output)
    let refused = try Tool.ingest.run(nodes + ["--gaps", "\"not, known"], in: folder.path)
    XCTAssertEqual(refused.status, 64)
    XCTAssertTrue(refused.errors.contains("--gaps takes words with commas between them"), refused.errors)
  }
}
