import GasBase
import GasStore
import TestSupport
import XCTest

/// Signals while `gas-ingest` puts a store in its place: the old one or the new one, and nothing else.
final class IngestSignalTests: ToolTestCase {
  private let flags = [
    "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train", "data/train.npy",
    "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "4", "--partitioner", "contiguous", "-o", "out",
  ]

  private func remove(_ name: String) throws {
    if FileManager.default.fileExists(atPath: file(name)) { try FileManager.default.removeItem(atPath: file(name)) }
  }

  /// Waits until the new store is nearly whole, or has got its name.
  private func waitForManifest(_ running: RunningTool) throws {
    let deadline = Date(timeIntervalSinceNow: 30)
    while running.isRunning && Date() < deadline {
      let drafts = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
        $0.hasPrefix("out.partial-")
      }
      if drafts.contains(where: { FileManager.default.fileExists(atPath: file($0 + "/manifest.json")) }) { return }
      usleep(300)
    }
  }

  func testStoppedAtTheCommit() throws {
    try makeStore("old", nodes: 300)
    try succeed(.run, "train", "old", "--run", "kept", "--epochs", "1", "--hidden", "4")
    let old = try FolderContents(file("old"))
    try succeed(.ingest, "data/edges.npy", "--partitions", "2", "-o", "out")
    XCTAssertEqual(try Tool.ingest.run(flags + ["--overwrite"], in: folder.path).status, 0)
    let new = try FolderContents(file("out/columns"))
    var random = SeededRandom(seed: 41 + Rounds.seed)
    var stopped = 0
    for round in 0..<Rounds.count(40) {
      try remove("out")
      let overwrites = round % 2 == 1
      if overwrites { try FileManager.default.copyItem(atPath: file("old"), toPath: file("out")) }
      let running = try Tool.ingest.start(
        flags + (overwrites ? ["--overwrite", "--discard-runs", "1"] : []), in: folder.path)
      let number = [SIGTERM, SIGINT, SIGHUP][round % 3]
      try waitForManifest(running)
      usleep(UInt32(random.below(12_000)))
      running.signal(number)
      let result = try running.wait()
      XCTAssertTrue([0, 128 + number].contains(result.status), "\(result.status): \(result.errors)")
      XCTAssertEqual(result.errors, "")
      if result.status != 0 { stopped += 1 }
      XCTAssertEqual(try leftovers(), [], "round \(round)")
      guard FileManager.default.fileExists(atPath: file("out")) else {
        XCTAssertFalse(overwrites, "round \(round): both stores are gone")
        continue
      }
      let isOld = try overwrites && FolderContents(file("out")) == old
      XCTAssertTrue(try isOld || FolderContents(file("out/columns")) == new, "round \(round)")
      _ = try StoreVerifier(Store(opening: file("out"))).verify()
    }
    Rounds.tell(stopped, "ingests stopped by a signal at their commit")
    XCTAssertGreaterThan(stopped, 0, "no signal came in time")
  }

  /// Whoever started it is killed, and a shell is in between: it ends as by SIGTERM, and what it would replace stays.
  func testEndsWithTheProgramThatStartedIt() throws {
    try succeed(.ingest, "-", "-o", "out", input: "0 1\n")
    let before = try FolderContents(file("out"))
    let script = """
      life=$(mktemp -u); mkfifo "$life"; (echo $BASHPID >pid; exec sleep 600 >"$life") & exec 7<"$life"; rm "$life"
      GAS_LIFELINE="7:$(stat -Lc %i /dev/fd/7)" "$0" "$@"
      """
    let running = try Tool.ingest.start(["-", "-o", "out", "--overwrite"], by: script, in: folder.path)
    try running.wait { (try? leftovers().isEmpty) == false }
    let starter = try XCTUnwrap(
      Int32(String(contentsOfFile: file("pid"), encoding: .utf8).trimmingCharacters(in: .newlines)))
    usleep(300_000)
    XCTAssertTrue(running.isRunning, "it waits for edges")
    kill(starter, SIGKILL)
    XCTAssertEqual(try running.wait().status, 128 + SIGTERM)
    XCTAssertEqual(try leftovers(), [])
    XCTAssertEqual(try FolderContents(file("out")), before)
  }

  /// Where a program in between has closed the pipe, its number may be another file's.
  func testALifelineThatIsNoneDoesNotMatter() throws {
    for text in ["", "7", "7:1", "x:y", "-1:1", "0:1"] {
      let result = try Tool.ingest.run(
        ["-", "-o", "out", "--overwrite"], in: folder.path, input: "0 1\n", environment: ["GAS_LIFELINE": text])
      XCTAssertEqual(result.status, 0, "\(text): \(result.errors)")
    }
  }

  /// As nohup starts it.
  func testIgnoredSignalsStayIgnored() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    let script = """
      trap '' TERM HUP; mkfifo edges; "$0" - -o s <edges >log & pid=$!; exec 3>edges
      sleep 0.5; kill -TERM $pid; kill -HUP $pid; echo '0 1' >&3; exec 3>&-; wait $pid
      """
    process.arguments = ["-c", script, try Tool.ingest.path]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    try process.run()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    XCTAssertEqual(try Store(opening: file("s")).nodeCount, 2)
  }

  /// Files that lie in a folder that was there.
  func testGenerateStopped() throws {
    let flags = ["generate", "--nodes", "3000", "--edges", "30000", "--features", "16", "--classes", "3", "-o", "data"]
    for (round, exists) in [(0, false), (1, true), (2, false), (3, true)] {
      try remove("data")
      if exists { try FileManager.default.createDirectory(atPath: file("data"), withIntermediateDirectories: false) }
      let running = try Tool.ingest.start(flags, in: folder.path)
      usleep(UInt32(20_000 * (round + 1)))
      running.signal(SIGINT)
      let result = try running.wait()
      let count =
        try FileManager.default.fileExists(atPath: file("data"))
        ? FileManager.default.contentsOfDirectory(atPath: file("data")).count : 0
      XCTAssertTrue([0, 7].contains(count), "\(count) files")
      if result.status == 0 { XCTAssertEqual(count, 7) } else { XCTAssertEqual(result.status, 130) }
      XCTAssertEqual(try leftovers(), [])
    }
  }
}
