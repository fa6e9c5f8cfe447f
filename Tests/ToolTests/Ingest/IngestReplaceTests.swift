import GasFiles
import GasStore
import TestSupport
import XCTest

/// What `gas-ingest --overwrite` may remove, and what it must not.
final class IngestReplaceTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try write("0 1\n1 2\n", to: "edges.tsv")
  }

  private func makeFolders(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
  }

  /// Web extensions and the like have a manifest too.
  func testForeignManifests() throws {
    try makeFolders("app/src")
    try write("{\"name\":\"my web app\"}", to: "app/manifest.json")
    try write("precious", to: "app/src/thesis.txt")
    try assertRefused(
      .ingest, "edges.tsv", "-o", "app", "--overwrite", says: "app: is not a store that can be read",
      "no \"formatVersion\"")
  }

  func testFilesOfTheUsers() throws {
    try succeed(.ingest, "edges.tsv", "-o", "s")
    try write("precious", to: "s/README.txt")
    try assertRefused(.ingest, "edges.tsv", "-o", "s", "--overwrite", says: "s: holds README.txt, which is not part of")
    try FileManager.default.moveItem(atPath: file("edges.tsv"), toPath: file("s/README.txt.2"))
    try FileManager.default.removeItem(atPath: file("s/README.txt"))
    try assertRefused(.ingest, "s/README.txt.2", "-o", "s", "--overwrite", says: "holds README.txt.2")
    try assertRefused(
      .ingest, "s/columns/order.gascol", "-o", "s", "--overwrite",
      says: "holds README.txt.2, which is not part of a store")
  }

  func testInputsInside() throws {
    try succeed(.ingest, "edges.tsv", "-o", "s")
    try assertRefused(
      .ingest, "edges.tsv", "--labels", "s/columns/order.gascol", "-o", "s", "--overwrite",
      says: "s/columns/order.gascol: lies in the store that would be replaced")
  }

  func testRuns() throws {
    try makeStore("s", nodes: 40)
    for run in ["a", "b"] { try succeed(.run, "train", "s", "--run", run, "--epochs", "1", "--hidden", "4") }
    try assertRefused(
      .ingest, "edges.tsv", "-o", "s", "--overwrite",
      says: "s: has 2 trained runs, which would go with it; pass --discard-runs 2, or name another --output")
    try assertRefused(
      .ingest, "edges.tsv", "-o", "s", "--overwrite", "--discard-runs", "1", says: "expected --discard-runs 2")
    let training = try XCTUnwrap(FolderLock.take(file("s/runs/b")))
    try withExtendedLifetime(training) {
      try assertRefused(
        .ingest, "edges.tsv", "-o", "s", "--overwrite", "--discard-runs", "2", says: "run \"b\" is in use",
        status: .tryAgain)
    }
    try assertUsage(
      .ingest, "edges.tsv", "-o", "t", "--discard-runs", "2", says: "--discard-runs goes with --overwrite")
  }

  func testRunsGoKnowingly() throws {
    try makeStore("s", nodes: 40)
    try succeed(.run, "train", "s", "--run", "a", "--epochs", "1", "--hidden", "4")
    try succeed(.ingest, "edges.tsv", "-o", "s", "--overwrite", "--discard-runs", "1")
    XCTAssertEqual(try Store(opening: file("s")).nodeCount, 3)
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("s/runs")))
  }

  func testSpellingsOfAnOutput() throws {
    for (spelling, name) in [("a//", "a"), ("b/.", "b"), ("./c/./", "c"), ("d/e//", "d/e")] {
      try succeed(.ingest, "edges.tsv", "-o", spelling)
      _ = try StoreVerifier(Store(opening: file(name))).verify()
      try succeed(.ingest, "edges.tsv", "-o", spelling, "--overwrite")
    }
    symlink("a", file("link"))
    symlink("nowhere", file("dangling"))
    try write("0 1\n1 2\n2 3\n", to: "more.tsv")
    try succeed(.ingest, "more.tsv", "-o", "link/", "--overwrite")
    XCTAssertEqual(try Store(opening: file("a")).nodeCount, 4)
    XCTAssertEqual(try FileManager.default.destinationOfSymbolicLink(atPath: file("link")), "a")
    for more in [[], ["--overwrite"]] {
      for tool in [["edges.tsv"], ["generate", "--nodes", "9", "--edges", "9", "--features", "1", "--classes", "2"]] {
        let result = try Tool.ingest.run(tool + ["-o", "dangling"] + more, in: folder.path)
        XCTAssertEqual(result.status, 1)
        XCTAssertTrue(result.errors.contains("dangling: is a link to something that is not there"), result.errors)
      }
    }
    try FileManager.default.removeItem(atPath: file("dangling"))
    try assertRefused(.ingest, "edges.tsv", "-o", ".", says: "already exists")
    try assertRefused(.ingest, "edges.tsv", "-o", ".", "--overwrite", says: "is not a store")
    XCTAssertEqual(try leftovers(), [])
  }

  /// The folder of the process goes with the old store, and relative paths with it.
  func testStoreThatTheProcessIsIn() throws {
    try write("0 1\n1 2\n2 3\n", to: "more.tsv")
    for (place, input, output) in [("s", "../more.tsv", "."), ("s/columns", "../../more.tsv", "..")] {
      try succeed(.ingest, "edges.tsv", "-o", "s", "--overwrite")
      let result = try Tool.ingest.run([input, "-o", output, "--overwrite"], in: file(place))
      XCTAssertEqual(result.status, 0, result.errors)
      let store = try Store(opening: file("s"))
      XCTAssertEqual(store.nodeCount, 4)
      _ = try StoreVerifier(store).verify()
    }
    XCTAssertEqual(try leftovers(), [])
  }

  func testLeftoversAreRemoved() throws {
    for name in ["s.partial-0123456789abcdef/columns", "s.partial-12345678", "t.partial-0123456789abcdef"] {
      try makeFolders(name)
    }
    try write(String(repeating: "x", count: 5000), to: "s.partial-0123456789abcdef/columns/order.gascol")
    let result = try Tool.ingest.run(["edges.tsv", "-o", "s"], in: folder.path)
    XCTAssertEqual(result.status, 0)
    XCTAssertTrue(result.errors.hasPrefix("note: removed what an interrupted program left: "), result.errors)
    XCTAssertTrue(result.errors.hasSuffix(" in s.partial-0123456789abcdef\n"), result.errors)
    XCTAssertEqual(try leftovers(), ["s.partial-12345678", "t.partial-0123456789abcdef"], "those of others stay")
  }

  /// Nobody takes a leftover for damage.
  func testLeftoversVerify() throws {
    try makeStore("s", nodes: 40)
    try succeed(.run, "train", "s", "--run", "a", "--epochs", "1", "--hidden", "4")
    let scratch = "scratch-0F9A7A65-9F1E-4A6B-8F0C-1D2E3F405162.gascol"
    for name in [scratch, "history-1.gascol.partial-2000000000", "model.safetensors.partial-0123456789abcdef"] {
      try write("half", to: "s/runs/a/" + name)
    }
    try makeFolders("s/runs/b.discarded-2000000000")
    try write("half", to: "s/runs/b.discarded-2000000000/history-1.gascol")
    let output = try succeed(.stat, "verify", "s")
    XCTAssertTrue(output.contains("left by interrupted programs: 4 files or folders"), output)
  }
}
