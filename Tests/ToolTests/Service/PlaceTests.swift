import TestSupport
import XCTest

/// Runs and scratch files apart from the store.
final class PlaceTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  func testEveryCommandFindsTheRuns() throws {
    let store = try FolderContents(file("g.store"))
    try succeed(.run, "train", "g.store", "--runs", "apart/runs/", "--run", "a", "--epochs", "2", "--hidden", "4")
    let trained = try Tool.run.run(
      ["train", "g.store", "--runs", "apart/runs", "--run", "b", "--epochs", "1", "--repeats", "2"], in: folder.path)
    XCTAssertEqual(trained.status, 0, trained.errors)
    try succeed(.run, "resume", "g.store", "--runs", "apart/runs", "--run", "a", "--epochs", "3")
    try succeed(.run, "infer", "g.store", "--runs", "apart/runs", "--run", "a", "--predictions", "p.npy")
    try succeed(.run, "report", "g.store", "--runs", "apart/runs", "--run", "a", "--output", "a.html")
    let page = try String(contentsOfFile: file("a.html"), encoding: .utf8)
    XCTAssertTrue(page.contains("gas-run train g.store --runs apart/runs --run a"), "the command that trains it again")
    for names in [["list", "g.store"], ["show", "g.store", "--run", "a"], ["compare", "g.store", "a", "b-1"]] {
      let result = try Tool.run.run(names + ["--runs", "apart/runs", "--json"], in: folder.path)
      XCTAssertEqual(result.status, 0, "\(names): \(result.errors)")
      XCTAssertTrue(result.output.contains("\"run\" : \"a\""), result.output)
    }
    try succeed(
      .run, "export", "g.store", "--runs", "apart/runs", "--run", "a", "--format", "pyg", "--output", "a.safetensors")
    try succeed(
      .run, "import", "g.store", "--runs", "apart/runs", "--run", "imported", "--format", "pyg", "a.safetensors")
    let all = try json(.stat, "g.store", "--runs", "apart/runs")
    XCTAssertEqual(all["runs"] as? [String], ["a", "b-1", "b-2", "imported"])
    try succeed(.stat, "g.store", "--runs", "apart/runs", "--run", "a")
    XCTAssertEqual(try json(.stat, "verify", "g.store", "--runs", "apart/runs")["runCount"] as? Int, 4)
    try succeed(.run, "clean", "g.store", "--runs", "apart/runs")
    try succeed(.run, "rm", "g.store", "--runs", "apart/runs", "b-1", "b-2")
    XCTAssertEqual(try FolderContents(file("g.store")).differences(from: store), [], "nothing is in the store")
    XCTAssertTrue(try succeed(.run, "list", "g.store").contains("no runs yet"))
    try assertRefused(.run, "list", "g.store", "--runs", "none", says: "none: there is no such folder (--runs)")
    try assertRefused(.run, "list", "g.store", "--runs", "a.html", says: "a.html: is no folder (--runs)")
    try assertRefused(
      .run, "show", "g.store", "--runs", "apart/runs", "--run", "x", says: "apart/runs: there is no run \"x\"")
  }

  /// What killed processes left among runs that lie apart is found there.
  func testLeftoversApart() throws {
    try succeed(.run, "train", "g.store", "--runs", "apart", "--run", "a", "--epochs", "1")
    try FileManager.default.createDirectory(
      atPath: file("apart/b.partial-0123456789abcdef"), withIntermediateDirectories: false)
    try write("half", to: "apart/b.partial-0123456789abcdef/model.safetensors")
    let found = try json(.stat, "clean", "g.store", "--runs", "apart", "--remove")
    XCTAssertEqual((found["leftovers"] as? [[String: Any]])?.count, 1)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: file("apart")), ["a"])
  }

  func testRunsOfAnotherStore() throws {
    try succeed(.run, "train", "g.store", "--runs", "apart", "--run", "a", "--epochs", "1")
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train",
      "data/train.npy", "--partitions", "3", "--output", "h.store")
    try assertRefused(
      .run, "train", "h.store", "--runs", "apart", "--run", "b",
      says: "apart: holds runs of another store: \"a\" is one; name a folder of its own for each store with --runs")
    for command in [["infer", "h.store"], ["resume", "h.store"], ["train", "h.store", "--continue"]] {
      let result = try Tool.run.run(command + ["--runs", "apart", "--run", "a"], in: folder.path)
      XCTAssertEqual(result.status, 1, result.errors)
      assertOneLine(result, of: .run, result.errors)
      XCTAssertTrue(result.errors.contains("was trained on another store"), result.errors)
      XCTAssertTrue(result.errors.contains("name the folder of this store's runs with --runs"), result.errors)
    }
    try succeed(
      .run, "infer", "h.store", "--from", "g.store", "--runs", "apart", "--run", "a", "--predictions", "p.npy")
    for command in [["rm", "h.store", "a"], ["clean", "h.store", "a"], ["clean", "h.store"]] {
      let says = command.count == 3 ? "a: run \"a\" was trained on another store" : "apart: holds runs of another store"
      try assertRefused(.run, arguments: command + ["--runs", "apart"], says: [says])
    }
    try FileManager.default.removeItem(atPath: file("apart/a/checkpoint.safetensors"))
    try FileManager.default.removeItem(atPath: file("apart/a/model.safetensors"))
    try assertRefused(
      .stat, "clean", "h.store", "--runs", "apart", "--remove", says: "apart: holds runs of another store: \"a\" is one"
    )
    XCTAssertEqual((try json(.stat, "clean", "g.store", "--runs", "apart")["leftovers"] as? [Any])?.count, 1)
  }

  /// A store that belongs to somebody else, and may not be written, is enough to train and infer.
  func testReadOnlyStore() throws {
    try XCTSkipUnless(getuid() == 0, "another user takes root")
    for name in ["mine", "mine/scratch"] {
      try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: file(name))
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    let before = try FolderContents(file("g.store"))
    let script = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\""
    for command in [
      ["train", "g.store", "--run", "a", "--epochs", "2", "--memory", "1GiB", "--halo-windows", "mail"],
      ["resume", "g.store", "--run", "a", "--epochs", "3"],
      ["infer", "g.store", "--run", "a", "--scores", "mine/scores.csv"],
    ] {
      let result = try Tool.run.run(
        command + ["--runs", "mine/runs", "--scratch", "mine/scratch"], by: script, in: folder.path)
      XCTAssertEqual(result.status, 0, "\(command): \(result.errors)")
    }
    let stat = try Tool.stat.run(
      ["g.store", "--run", "a", "--runs", "mine/runs", "--scratch", "mine/scratch"], by: script, in: folder.path)
    XCTAssertEqual(stat.status, 0, stat.errors)
    XCTAssertEqual(try FolderContents(file("g.store")).differences(from: before), [])
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: file("mine/scratch")), [])
    let without = try Tool.run.run(["train", "g.store", "--run", "a"], by: script, in: folder.path)
    XCTAssertEqual(without.status, 1)
    assertOneLine(without, of: .run, without.errors)
  }

  /// Scratch files go where they are asked to, and the results are the same bytes.
  func testScratch() throws {
    try FileManager.default.createDirectory(atPath: file("scratch"), withIntermediateDirectories: false)
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train",
      "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "4", "--scratch", "scratch",
      "--output", "h.store")
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: file("scratch")), [])
    XCTAssertEqual(
      try FolderContents(file("h.store/columns")), try FolderContents(file("g.store/columns")), "the same columns")
    try assertRefused(.run, "train", "g.store", "--scratch", "none", says: "none: there is no such folder (--scratch)")
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1", "--scratch", "scratch")
    // Where no file can be made, none is: that is where they were to be.
    let refused = try Tool.run.run(
      ["infer", "g.store", "--run", "a", "--scratch", "/proc", "--predictions", "p.npy"], in: folder.path)
    XCTAssertEqual(refused.status, 1)
    assertOneLine(refused, of: .run, refused.errors)
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("p.npy")))
  }
}
