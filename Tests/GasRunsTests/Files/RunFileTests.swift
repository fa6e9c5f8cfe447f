import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// What a run's files say of each other and of the store, and in which order they come to be.
final class RunFileTests: RunFileCase {
  // MARK: metrics.jsonl

  /// Whatever follows the checkpoint's lines, cut or not, is computed again; the lines before it stay to the bit.
  func testLinesAfterTheCheckpointAreWrittenAnew() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings()
    try fixture.train("run", settings)
    let run = try run(fixture)
    let good = try Data(contentsOf: URL(fileURLWithPath: run.metrics))
    for rest in ["", "{\"epoch\":5", "{\"epoch\":5}\n", "\0\0\0\0\n\n", "nonsense\n{"] {
      try (good + Data(rest.utf8)).write(to: URL(fileURLWithPath: run.metrics))
      XCTAssertEqual(try epochs(run), [0, 1, 2, 3, 4])
      _ = try RunStatistics(fixture.store, run)
      _ = try RunVerifier(fixture.store).verify()
      _ = try fixture.resume("run", settings)
      XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: run.metrics)), good)
    }
    _ = try fixture.resume("run", RunFixture.settings { $0.epochs = 6 })
    XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: run.metrics)).prefix(good.count), good)
    XCTAssertEqual(try epochs(run), [0, 1, 2, 3, 4, 5, 6])
  }

  func testDamagedLinesAreRefusedAndMissingOnesAreSaid() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings()
    try fixture.train("run", settings)
    let run = try run(fixture)
    let good = try Data(contentsOf: URL(fileURLWithPath: run.metrics))
    var changed = good
    changed[20] ^= 1
    let withoutFirst = good[(good.firstIndex(of: 10)! + 1)...]
    let first = good[...good.firstIndex(of: 10)!]
    for bad in [changed, good.dropLast(1), good.dropLast(300), Data(), first + first + withoutFirst] as [Data] {
      try bad.write(to: URL(fileURLWithPath: run.metrics))
      let bytes = try FolderContents(run.path)
      for body in [
        { _ = try fixture.resume("run", settings) }, { _ = try RunStatistics(fixture.store, run) },
        { _ = try RunVerifier(fixture.store).verify() },
        { _ = try RunResult(reading: run, of: fixture.store) },
      ] as [() throws -> Void] {
        assertSays(message(body), run.metrics, "put it back, or remove it")
      }
      XCTAssertEqual(try FolderContents(run.path).differences(from: bytes).filter { !$0.hasSuffix(".gascol") }, [])
    }
    try FileManager.default.removeItem(atPath: run.metrics)
    _ = try RunStatistics(fixture.store, run)
    assertSays(try RunVerifier(fixture.store).verify().notes.joined(), "metrics.jsonl is gone")
    let trainer = try Trainer(
      store: fixture.store, folder: run, settings: RunFixture.settings { $0.epochs = 6 },
      model: ModelFactory.make(settings, for: fixture.store), resuming: true)
    assertSays(trainer.notes.joined(), run.metrics, "is gone, and what it said of epochs 0 to 4")
    _ = try trainer.train()
    XCTAssertEqual(try epochs(run), [5, 6])
    assertSays(try RunVerifier(fixture.store).verify().notes.joined(), "lacks the lines of 5 of 7 epochs")
    let resumed = try Data(contentsOf: URL(fileURLWithPath: run.metrics))
    try resumed.dropLast(1).write(to: URL(fileURLWithPath: run.metrics))
    assertSays(message { _ = try RunVerifier(fixture.store).verify() }, "expected the line of epoch 6, found the end")
  }

  func testMetricsThatGoAwayDuringTrainingAreNoticed() throws {
    for change in ["remove", "replace", "cut", "append"] {
      let fixture = try RunFixture()
      let message = message {
        let path = fixture.folder.file("store/runs/run/metrics.jsonl")
        _ = try fixture.start("run", RunFixture.settings()).train(report: { record in
          guard record.epoch == 2 else { return }
          switch change {
          case "remove": unlink(path)
          case "replace":
            try? Data(contentsOf: URL(fileURLWithPath: path)).write(to: URL(fileURLWithPath: path), options: .atomic)
          case "cut": truncate(path, 10)
          default:
            let handle = FileHandle(forWritingAtPath: path)
            _ = try? handle?.seekToEnd()
            try? handle?.write(contentsOf: Data("x".utf8))
          }
        })
      }
      assertSays(message, "metrics.jsonl: was removed or changed while the run was trained", "gas-run resume")
      if change == "cut" { continue }
      XCTAssertEqual(try fixture.resume("run", RunFixture.settings()).epochs, 4, change)
    }
  }

  // MARK: The order of writes

  /// The line of an epoch is there before a checkpoint that counts on it.
  func testEpochZeroIsThereBeforeTheFirstCheckpoint() throws {
    let fixture = try RunFixture()
    let folder = try RunFolder.create(
      in: fixture.store, name: "run", settings: RunFixture.settings(), replaceExisting: false)
    // A checkpoint cannot be written where a folder has its name.
    try FileManager.default.createDirectory(atPath: folder.checkpoint + "/x", withIntermediateDirectories: true)
    XCTAssertThrowsError(
      try Trainer(
        store: fixture.store, folder: folder, settings: RunFixture.settings(),
        model: ModelFactory.make(RunFixture.settings(), for: fixture.store)
      ).train())
    let lines = try String(contentsOfFile: folder.metrics, encoding: .utf8).split(separator: "\n")
    XCTAssertEqual(lines.count, 1)
    XCTAssertTrue(lines[0].contains("\"epoch\":0"))
  }

  func testACheckpointIsWrittenOnceAnEpoch() throws {
    let fixture = try RunFixture()
    for (seconds, count) in [(0.0, 5), (1000, 2)] {
      let settings = RunFixture.settings { $0.checkpointSeconds = seconds }
      var nodes: [UInt64] = []
      let trainer = try fixture.start("run-\(count)", settings)
      let checkpoint = fixture.folder.file("store/runs/run-\(count)/checkpoint.safetensors")
      func note() {
        var status = stat()
        XCTAssertEqual(stat(checkpoint, &status), 0)
        // Kept, so that its number is not given to another file.
        link(checkpoint, fixture.folder.file("kept-\(count)-\(status.st_ino)"))
        if nodes.last != UInt64(status.st_ino) { nodes.append(UInt64(status.st_ino)) }
      }
      _ = try trainer.train(report: { _ in note() })
      note()
      XCTAssertEqual(nodes.count, count, "\(seconds)")
    }
  }

  /// A change of settings is kept when something was trained with it.
  func testSettingsOfAnAttemptThatFailsAreNotKept() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings { $0.epochs = 2 }
    try fixture.train("run", settings)
    let run = try run(fixture)
    let kept = try Data(contentsOf: URL(fileURLWithPath: run.config))
    XCTAssertThrowsError(
      try fixture.resume("run", RunFixture.settings { ($0.epochs, $0.learningRate) = (6, 1e30) }))
    XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: run.config)), kept)
    let lower = RunFixture.settings { ($0.epochs, $0.learningRate) = (6, 1e-3) }
    _ = try fixture.resume("run", lower)
    XCTAssertEqual(try run.settings(), lower)
    XCTAssertEqual(try RunVerifier(fixture.store).verify().notes, [])
  }
}
