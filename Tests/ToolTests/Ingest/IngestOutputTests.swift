import GasStore
import TestSupport
import XCTest

/// What `gas-ingest` does to what is already there, and what it leaves behind when something ends it.
final class IngestOutputTests: ToolTestCase {
  func testExistingOutput() throws {
    try write("0 1\n1 2\n", to: "edges.tsv")
    try succeed(.ingest, "edges.tsv", "-o", "s")
    try assertRefused(.ingest, "edges.tsv", "-o", "s", says: "s: already exists", "--overwrite")
    try assertRefused(.ingest, "edges.tsv", "-o", "edges.tsv", "--overwrite", says: "edges.tsv: is not a store")
    try FileManager.default.createDirectory(atPath: file("home"), withIntermediateDirectories: true)
    try write("precious", to: "home/thesis.txt")
    try assertRefused(.ingest, "edges.tsv", "-o", "home", "--overwrite", says: "home: is not a store")
    try assertRefused(.ingest, "edges.tsv", "-o", "edges.tsv/s", says: "cannot create the folder")
    try assertRefused(.ingest, "edges.tsv", "-o", "/proc/s", says: "/proc/s")
  }

  /// A store stays as it was until the new one is whole, whatever is wrong with the input.
  func testOverwriting() throws {
    try write("0 1\n1 2\n", to: "edges.tsv")
    try succeed(.ingest, "edges.tsv", "-o", "s")
    try write("0 1\n1 2\nx\n", to: "bad.tsv")
    try assertRefused(.ingest, "bad.tsv", "-o", "s", "--overwrite", says: "bad.tsv:3: ")
    try write([Int64]([0, 1, -7]), to: "labels.npy")
    try assertRefused(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s", "--overwrite", says: "labels.npy")
    try write("0 1\n1 2\n2 3\n", to: "edges.tsv")
    try succeed(.ingest, "edges.tsv", "-o", "s", "--overwrite")
    XCTAssertEqual(try Store(opening: file("s")).nodeCount, 4)
    XCTAssertEqual(try leftovers(), [])
  }

  func testFullDisk() throws {
    try makeStore()
    let before = try FolderContents(folder.path)
    let features = ["--features", "data/features.npy"]
    for limit in [1, 4, 5] {
      for overwrite in [["-o", "new"], ["-o", "g.store", "--overwrite"]] {
        let result = try Tool.ingest.run(
          ["data/edges.npy"] + features + overwrite, in: folder.path, fileLimit: limit)
        XCTAssertEqual(result.status, 1, result.errors)
        assertOneLine(result, of: .ingest, result.errors)
        XCTAssertTrue(result.errors.contains("cannot write: File too large"), result.errors)
        XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
      }
    }
    let generate = ["generate", "--nodes", "500", "--edges", "5000", "--features", "9", "--classes", "2", "-o", "more"]
    let result = try Tool.ingest.run(generate, in: folder.path, fileLimit: 8)
    XCTAssertEqual(result.status, 1, result.errors)
    assertOneLine(result, of: .ingest, result.errors)
    XCTAssertEqual(try leftovers(), [])
  }

  /// Ctrl-C and kill, while it waits for more input.
  func testInterrupted() throws {
    try makeStore()
    let before = try FolderContents(folder.path)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let running = try Tool.ingest.start(["-", "-o", "g.store", "--overwrite"], in: folder.path)
      usleep(300_000)
      running.signal(number)
      let result = try running.wait()
      XCTAssertEqual(result.status, 128 + number)
      XCTAssertEqual(result.output, "")
      XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
    }
  }

  func testGenerateKeepsWhatIsThere() throws {
    let flags = ["generate", "--nodes", "50", "--edges", "100", "--features", "3", "--classes", "2", "-o", "data"]
    func generate(_ more: String...) throws -> Tool.Result { try Tool.ingest.run(flags + more, in: folder.path) }
    XCTAssertEqual(try generate().status, 0)
    let first = try FolderContents(folder.path)
    let again = try generate("--seed", "9")
    XCTAssertEqual(again.status, 1)
    assertOneLine(again, of: .ingest, again.errors)
    XCTAssertTrue(again.errors.contains("already exists"), again.errors)
    XCTAssertEqual(try FolderContents(folder.path), first)
    XCTAssertEqual(try generate("--overwrite").status, 0)
    XCTAssertEqual(try FolderContents(folder.path), first, "the same seed makes the same files")
    XCTAssertEqual(try generate("--overwrite", "--seed", "9").status, 0)
    let others = try FolderContents(folder.path).differences(from: first)
    XCTAssertEqual(others, first.names.filter { $0.hasSuffix(".npy") }, "another seed makes others")
    for name in ["edges", "features", "labels", "train", "val", "test"] {
      XCTAssertTrue(others.contains("data/\(name).npy"), name)
    }
  }

  /// The edges that are piped are those that stand in the file.
  func testGeneratedEdgesArePiped() throws {
    let flags = ["generate", "--nodes", "50", "--edges", "300", "--classes", "2", "--kind", "rmat"]
    for more in [["-o", "whole"], ["-o", "rest", "--without-edges"]] {
      XCTAssertEqual(try Tool.ingest.run(flags + ["--features", "3"] + more, in: folder.path).status, 0)
    }
    XCTAssertFalse(try FolderContents(file("rest")).names.contains("edges.npy"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    let script = "\"$0\" \"$@\" --features 0 -o - | \"$0\" --binary u32 - -o piped.store --nodes 50 --partitions 2 >log"
    process.arguments = ["-c", script, try Tool.ingest.path] + flags
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    try succeed(.ingest, "whole/edges.npy", "-o", "file.store", "--nodes", "50", "--partitions", "2")
    XCTAssertEqual(
      try FolderContents(file("piped.store/columns")).differences(from: FolderContents(file("file.store/columns"))), [])
  }

  func testGenerateRefusesFlagsThatDoNotGoTogether() throws {
    let flags = ["generate", "--nodes", "50", "--edges", "300", "--classes", "2", "--features"]
    for (more, says) in [
      (["3", "-o", "-"], "pass --features 0"), (["0", "-o", "-", "--json"], "nor --json"),
      (["0", "-o", "d", "--feature-type", "float16"], "--feature-type goes with --features"),
      (["0", "-o", "d", "--noise", "0.1"], "--noise does not go with --kind planted"),
      (["0", "-o", "d", "--kind", "rmat", "--inside", "0.5"], "--inside does not go with --kind rmat"),
      (["0", "-o", "d", "--kind", "rmat", "--quadrants", "1,2"], "--quadrants takes four probabilities"),
    ] {
      let result = try Tool.ingest.run(flags + more, in: folder.path)
      XCTAssertEqual(result.status, 2, "\(more)")
      XCTAssertTrue(result.errors.contains(says), result.errors)
    }
  }

  func testUsage() throws {
    try write("0 1\n", to: "edges.tsv")
    try assertUsage(.ingest, "edges.tsv", says: "Missing expected argument '--output <output>'")
    try assertUsage(.ingest, "-o", "s", says: "Missing expected argument '<edges> ...'")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--bogus", says: "Unknown option '--bogus'")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--partitioner", "magic", says: "'magic' is invalid")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--partitions", "0", says: "at least 1, found 0")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--partitions", "two", says: "'two' is invalid")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--self-loops", "maybe", says: "'maybe' is invalid")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--feature-norm", "l2", says: "'l2' is invalid")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--feature-norm", "row", says: "go with --features")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--seed", "-1", says: "--seed")
    try assertUsage(.ingest, "edges.tsv", "-o", "s", "--nodes", "0", says: "at least 1, found 0")
    try assertUsage(.ingest, "-", "-", "-o", "s", says: "standard input")
    try assertUsage(
      .ingest, "generate", "--nodes", "0", "--edges", "1", "--features", "1", "--classes", "1", "-o", "d", says: "nodes"
    )
  }
}
