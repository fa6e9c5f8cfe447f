import Foundation
import TestSupport
import XCTest

/// Folders of event files whose run is in use, goes on with a gap, or that are on a full disk.
final class TensorBoardFolderTests: TensorBoardTestCase {
  /// Trains a run for long, and waits until its events have an epoch.
  private func startTraining(_ store: String = "g.store", _ flags: String...) throws -> (RunningTool, events: String) {
    let running = try Tool.run.start(
      [
        "train", store, "--run", "a", "--epochs", "1000000", "--patience", "1000000", "--checkpoint-seconds", "0.1",
        "--tensorboard", "logs",
      ] + flags, in: folder.path)
    var found = ""
    try running.wait {
      guard let name = try? self.eventFiles("logs/a").first else { return false }
      found = "logs/a/" + name
      return ((try? EventFile(self.file(found)).events.count) ?? 0) > 3
        && FileManager.default.fileExists(atPath: self.file("\(store)/runs/a/checkpoint.safetensors"))
    }
    return (running, found)
  }

  func testEventsInUseDoNotGiveWay() throws {
    try makeStore()
    try makeStore("h.store")
    let (running, events) = try startTraining()
    let saying = "logs/a: another process is training a run that writes its events here"
    func assertSaid(_ arguments: String..., line: UInt = #line) throws {
      let result = try Tool.run.run(arguments, in: folder.path)
      XCTAssertEqual(result.status, 75, line: line)
      assertOneLine(result, of: .run, result.errors, line: line)
      XCTAssertTrue(result.errors.contains(saying), result.errors, line: line)
    }
    try assertSaid("export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "logs", "--overwrite")
    // A run of the same name of another store has another lock.
    try succeed(.run, "train", "h.store", "--run", "a", "--epochs", "1")
    try assertSaid("export", "h.store", "--run", "a", "--format", "tensorboard", "--output", "logs", "--overwrite")
    try assertSaid("train", "h.store", "--run", "a", "--overwrite", "--tensorboard", "logs")
    XCTAssertNotNil(try json(.run, "show", "h.store", "--run", "a")["epochs"], "the run is still there")
    // Elsewhere it may be written meanwhile.
    try succeed(.run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "other")
    running.signal(SIGINT)
    let result = try running.wait()
    XCTAssertFalse(result.errors.contains("goes on without it"), result.errors)
    try assertEqual([events], try records("a"))
    try succeed(
      .run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "logs", "--overwrite")
    try assertEqual(try eventFiles("logs/a").map { "logs/a/" + $0 }, try records("a"))
  }

  func testEventsThatAreRemovedWhileTraining() throws {
    for (removed, store) in [("logs", "g.store"), ("", "h.store")] {
      try makeStore(store)
      let (running, events) = try startTraining(store)
      try FileManager.default.removeItem(atPath: file(removed.isEmpty ? events : removed))
      let metrics = file("\(store)/runs/a/metrics.jsonl")
      let size = try XCTUnwrap(FileManager.default.contents(atPath: metrics)).count
      try running.wait { (FileManager.default.contents(atPath: metrics)?.count ?? 0) > size + 4000 }
      // What no file is written to any more may be exported, although the run is still trained.
      try succeed(.run, "export", store, "--run", "a", "--format", "tensorboard", "--output", "logs")
      running.signal(SIGINT)
      let result = try running.wait()
      XCTAssertEqual(result.status, 128 + SIGINT, result.errors)
      let notes = result.errors.split(separator: "\n").filter { $0.hasPrefix("note: ") && $0.contains("tfevents") }
      XCTAssertEqual(
        notes,
        [
          "note: \(events): was removed or changed while the run was trained; the run goes on without it, and gas-run export --format tensorboard writes all of it"
        ])
      try FileManager.default.removeItem(atPath: file("logs"))
    }
  }

  /// The same command, again: it goes on behind what it left when it was killed before its first checkpoint.
  func testARunThatCameToNothing() throws {
    try makeStore()
    let commands = [
      ("a", ["--run", "a", "--continue", "--trace", "a.json"]), ("s-2", ["--run", "s", "--repeats", "2"]),
    ]
    for (run, flags) in commands {
      let command = ["train", "g.store", "--epochs", "3", "--hidden", "4", "--tensorboard", "logs"] + flags
      XCTAssertEqual(try Tool.run.run(command, in: folder.path).status, 0)
      // As a kill leaves it.
      for name in ["checkpoint", "model"] {
        try FileManager.default.removeItem(atPath: file("g.store/runs/\(run)/\(name).safetensors"))
      }
      let again = try Tool.run.run(command, in: folder.path)
      XCTAssertEqual(again.status, 0, again.errors)
      let files = try eventFiles("logs/\(run)").map { "logs/\(run)/" + $0 }
      XCTAssertEqual(files.count, 2)
      try assertEqual(files, try records(run))
    }
    // What others have written is not gone on with.
    try FileManager.default.createDirectory(atPath: file("theirs/b"), withIntermediateDirectories: true)
    try write("", to: "theirs/b/events.out.tfevents.1.host.2")
    try assertRefused(
      .run, "train", "g.store", "--run", "b", "--continue", "--tensorboard", "theirs",
      says: "they are of another program: name another folder")
    try write("{}", to: "theirs.json")
    try assertRefused(
      .run, "train", "g.store", "--run", "b", "--continue", "--trace", "theirs.json",
      says: "theirs.json: holds other things than what --trace writes, so it is not replaced")
    try makeStore("h.store", partitions: 3)
    try assertRefused(
      .run, "train", "h.store", "--run", "a", "--continue", "--tensorboard", "logs",
      says: "logs/a: has events of another run than this one")
    // Without --continue a file that is there is refused, as before.
    try assertRefused(.run, "train", "g.store", "--run", "b", "--trace", "a.json", says: "a.json: already exists")
  }

  func testEpochsWithoutEventsAreWrittenLater() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "3", "--tensorboard", "logs")
    try succeed(.run, "resume", "g.store", "--run", "a", "--epochs", "6")
    try succeed(.run, "resume", "g.store", "--run", "a", "--epochs", "8", "--tensorboard", "logs")
    var files = try eventFiles("logs/a").map { "logs/a/" + $0 }
    XCTAssertEqual(files.map { $0.split(separator: ".").last }, ["0", "4"])
    XCTAssertEqual(try records("a").count, 9)
    try assertEqual(files, try records("a"))
    // A file that was cut lacks epochs in the middle: all from there on are written again.
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file(files[0])))
    try bytes.prefix(bytes.count - 30).write(to: URL(fileURLWithPath: file(files[0])))
    try succeed(.run, "resume", "g.store", "--run", "a", "--epochs", "9", "--tensorboard", "logs")
    files = try eventFiles("logs/a").map { "logs/a/" + $0 }
    XCTAssertEqual(files.map { $0.split(separator: ".").last }, ["0", "4", "3"])
    try assertEqual(files, try records("a"))
  }

  func testAFullDiskLeavesNothing() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "2")
    let disk = file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try XCTSkipIf(mount("tmpfs", disk, "tmpfs", 0, "size=64k") != 0, "only root may mount a disk")
    defer { umount(disk) }
    _ = FileManager.default.createFile(atPath: disk + "/filler", contents: Data(count: 64 << 10))
    try assertRefused(
      .run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "disk/logs", says: "No space left"
    )
    try assertRefused(.run, "train", "g.store", "--run", "b", "--tensorboard", "disk/logs", says: "No space left")
    let resume = ["resume", "g.store", "--run", "a", "--epochs", "3", "--tensorboard", "disk/logs"]
    let result = try Tool.run.run(resume, in: folder.path)
    XCTAssertEqual(result.status, 1)
    XCTAssertTrue(result.errors.contains("No space left"), result.errors)
    XCTAssertEqual(try eventFiles("disk"), ["filler"])
    XCTAssertEqual(try eventFiles("g.store/runs"), ["a"])
    try FileManager.default.removeItem(atPath: disk + "/filler")
    XCTAssertEqual(try Tool.run.run(resume, in: folder.path).status, 0)
    try assertEqual(try eventFiles("disk/logs/a").map { "disk/logs/a/" + $0 }, try records("a"))
  }

  func testAnImportedRunHasNoEpochs() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--model", "gcn", "--epochs", "1")
    try succeed(.run, "export", "g.store", "--run", "a", "--format", "pyg", "--output", "a.safetensors")
    try succeed(.run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors")
    for (format, output) in [("csv", "b.csv"), ("tensorboard", "logs")] {
      try assertRefused(
        .run, "export", "g.store", "--run", "b", "--format", format, "--output", output,
        says: "run \"b\" was imported: it has weights, but no epochs to export")
    }
  }
}
