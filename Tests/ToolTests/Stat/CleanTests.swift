import Foundation
import GasBase
import TestSupport
import XCTest

/// What killed processes left, shown and removed; and nothing else.
final class CleanTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1")
  }

  private func make(_ folders: String...) throws {
    for name in folders {
      try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
    }
  }

  private func copy(_ name: String, to other: String) throws {
    try FileManager.default.copyItem(atPath: file(name), toPath: file(other))
  }

  private func listed(_ flags: String...) throws -> [String] {
    let result = try Tool.stat.run(["clean", "g.store", "--json"] + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    let report = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let items = try XCTUnwrap(report["leftovers"] as? [[String: Any]])
    XCTAssertTrue(items.allSatisfy { $0["isRemoved"] as? Bool == flags.contains("--remove") }, result.output)
    XCTAssertEqual((report["removedBytes"] as? Int ?? 0) > 0, flags.contains("--remove") && !items.isEmpty)
    return items.compactMap { $0["path"] as? String }.sorted()
  }

  /// No process has such a number.
  private static let dead = "4194305"
  private static let random = "0123456789abcdef"

  func testNothingIsLeft() throws {
    let before = try FolderContents(folder.path)
    XCTAssertEqual(try succeed(.stat, "clean", "g.store"), "g.store: nothing was left in it or beside it\n")
    XCTAssertEqual(
      try succeed(.stat, "clean", "g.store/", "--remove"), "g.store/: nothing was left in it or beside it\n")
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
  }

  func testWhatIsLeftGoes() throws {
    let before = try FolderContents(folder.path)
    let (dead, random) = (Self.dead, Self.random)
    try copy("g.store", to: "g.store.partial-\(random)")
    // As a killed ingest of tables leaves it.
    try make("g.store.partial-\(random)/scratch")
    try write("half", to: "g.store.partial-\(random)/scratch/features.npy")
    try make("g.store.partial-\(dead)/columns", "g.store/runs/none", "g.store/runs/first.partial-\(random)")
    try copy("g.store", to: "g.store.replaced-\(dead)")
    try copy("g.store/runs/first", to: "g.store/runs/first.discarded-\(dead)")
    try copy("g.store/runs/first", to: "g.store/runs/begun")
    for name in ["checkpoint", "model"] {
      try FileManager.default.removeItem(atPath: file("g.store/runs/begun/\(name).safetensors"))
    }
    let scratch = "g.store/runs/first/scratch-6E0A5C3C-6C57-4A3A-9C7B-0F3D1F3E2A11.gascol"
    let files = [
      "g.store/manifest.json.partial-\(dead)", "g.store/columns/features.gascol.partial-\(random)",
      "g.store/runs/first/history-1.gascol.partial-\(dead)", "g.store/runs/first/model.safetensors.partial-\(random)",
      scratch, scratch + ".partial-\(dead)",
    ]
    for name in files { try write("half", to: name) }
    let expected =
      [
        "g.store.partial-\(dead)", "g.store.partial-\(random)", "g.store.replaced-\(dead)", "g.store/runs/begun",
        "g.store/runs/first.discarded-\(dead)", "g.store/runs/first.partial-\(random)", "g.store/runs/none",
      ] + files
    let full = try FolderContents(folder.path)
    XCTAssertEqual(try listed(), expected.sorted())
    XCTAssertEqual(try FolderContents(folder.path).differences(from: full), [], "showing changes nothing")
    let text = try succeed(.stat, "clean", "g.store")
    XCTAssertTrue(text.contains("left \(expected.count): "), text)
    XCTAssertTrue(text.contains("a run that ended before its first checkpoint"), text)
    XCTAssertEqual(try listed("--remove"), expected.sorted())
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
    XCTAssertEqual(try listed(), [])
    try succeed(.stat, "verify", "g.store")
  }

  /// Files of people, folders that hold some, links, runs that learnt something, and names that only look alike.
  func testNothingElseGoes() throws {
    let (dead, random) = (Self.dead, Self.random)
    try make(
      "g.store.partial-\(dead)/columns", "other.partial-\(random)/columns", "g.store.partial-12x",
      "g.store.partial-0123",
      "g.store/runs/x.discarded-\(dead)", "g.store/runs/mine")
    for name in [
      "g.store.partial-\(dead)/thesis.txt", "g.store.partial-\(random)", "notes.partial-\(dead)",
      "g.store.partial-0123/notes.txt", "g.store/notes.partial-\(dead)", "g.store/columns/notes.txt.partial-\(dead)",
      "g.store/runs/x.discarded-\(dead)/notes.txt", "g.store/runs/mine/notes.txt", "g.store/runs/first/notes.txt",
      "g.store/runs/first/notes.partial-\(dead)", "g.store/runs/notes.partial-\(random)",
      "g.store/runs/first/scratch-1.gascol",
    ] {
      try write("precious", to: name)
    }
    try copy("g.store/runs/first", to: "g.store/runs/weights")
    try FileManager.default.removeItem(atPath: file("g.store/runs/weights/config.json"))
    try FileManager.default.removeItem(atPath: file("g.store/runs/weights/checkpoint.safetensors"))
    try FileManager.default.createSymbolicLink(
      atPath: file("g.store.partial-fedcba9876543210"), withDestinationPath: "data")
    let before = try FolderContents(folder.path)
    XCTAssertEqual(try listed("--remove"), [])
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
  }

  /// A run is not taken from the process that trains it, whether it has a checkpoint or none yet.
  func testWhatIsInUseStays() throws {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", "live", "--epochs", "1000000", "--checkpoint-seconds", "1000"], in: folder.path)
    let config = file("g.store/runs/live/config.json")
    try running.wait { FileManager.default.fileExists(atPath: config) }
    for _ in 0..<10 { XCTAssertEqual(try listed("--remove"), []) }
    running.signal(SIGINT)
    XCTAssertEqual(try running.wait().status, 128 + SIGINT)
    try succeed(.run, "infer", "g.store", "--run", "live")
  }

  /// Whenever a process is killed that makes a run, cleaning leaves what was there before, and the same command works.
  func testKilled() throws {
    let before = try FolderContents(folder.path)
    var random = SeededRandom(seed: 43 + Rounds.seed)
    for round in 0..<Rounds.count(12) {
      let flags = round % 2 == 0 ? ["--run", "second"] : ["--run", "first", "--overwrite", "--hidden", "8"]
      let running = try Tool.run.start(
        ["train", "g.store", "--epochs", "300", "--checkpoint-seconds", "1000"] + flags, in: folder.path)
      usleep(UInt32(20_000 + random.below(180_000)))
      running.signal(SIGKILL)
      _ = try running.wait()
      try succeed(.stat, "verify", "g.store")
      _ = try listed("--remove")
      XCTAssertEqual(try leftovers(), [], "round \(round)")
      XCTAssertEqual(try listed(), [])
      try succeed(.stat, "verify", "g.store")
      try? FileManager.default.removeItem(atPath: file("g.store/runs/second"))
      if FileManager.default.fileExists(atPath: file("g.store/runs/first")) {
        // Killed before its first epoch, the new run has the weights from before it, and inference says so.
        let inference = try Tool.run.run(["infer", "g.store", "--run", "first"], in: folder.path)
        XCTAssertEqual(inference.status, 0, inference.errors)
      } else {
        try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1")
      }
    }
    XCTAssertEqual(
      try FolderContents(folder.path).differences(from: before).filter { !$0.hasPrefix("g.store/runs/first") }, [])
  }

  func testAStoreThatWasNeverFinished() throws {
    try make("new.partial-\(Self.random)/columns")
    let text = try succeed(.stat, "clean", "new", "--remove")
    XCTAssertTrue(text.contains("new.partial-\(Self.random)"), text)
    XCTAssertTrue(text.contains("removed 1: "), text)
    try assertRefused(.stat, "clean", "new", says: "new: there is no such store, and nothing that was left of one")
    try assertRefused(.stat, "clean", "data", says: "data: is no store")
  }
}
