import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// Files of runs of other stores, of earlier versions, and such as people have edited.
final class OtherRunFileTests: RunFileCase {
  // MARK: The store that a run belongs to

  func testRunsOfAnotherStoreAreRefused() throws {
    let (own, other) = (try RunFixture(), try RunFixture(.random(nodes: 90, partitions: 5)))
    let settings = RunFixture.settings()
    try own.train("run", settings)
    try FileManager.default.createDirectory(atPath: other.folder.file("store/runs"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: own.folder.file("store/runs/run"), toPath: other.folder.file("store/runs/run"))
    let copied = try run(other)
    for body in [
      { _ = try other.resume("run", settings) }, { _ = try Exporter(other.store, copied) },
      { _ = try RunStatistics(other.store, copied) }, { _ = try RunVerifier(other.store).verify() },
    ] as [() throws -> Void] {
      assertSays(
        message(body), copied.config, "run \"run\" was trained on another store", own.store.manifest.checksum,
        other.store.manifest.checksum, "--from")
    }
    // Inductive use is another matter: the run is that of its own store.
    _ = try Exporter(other.store, run(own), trainedOn: own.store).export(.init(), threads: 1)
  }

  func testEditedSettingsAreRefused() throws {
    let fixture = try RunFixture()
    try fixture.train("run", RunFixture.settings())
    let run = try run(fixture)
    let text = try String(contentsOfFile: run.config, encoding: .utf8)
    for (old, new) in [("\"epochs\" : 4", "\"epochs\" : 9"), ("\"checksum\" :", "\"checksim\" :"), ("\n}", "}")] {
      try text.replacing(old, with: new).write(toFile: run.config, atomically: true, encoding: .utf8)
      assertSays(message { _ = try run.settings() }, run.config, "checksum", "the file was damaged or edited")
    }
    // Without both of its keys, it still says which store it belongs to, which only files with a checksum do.
    let bare = text.split(separator: "\n").filter { !$0.contains("\"checksum") }.joined(separator: "\n")
    try bare.write(toFile: run.config, atomically: true, encoding: .utf8)
    assertSays(message { _ = try run.settings() }, run.config, "expected a checksum, found none")
  }

  // MARK: Runs of before

  /// A run of before run files had checksums: it opens, goes on, and verify says what it cannot know.
  func testRunsOfBefore() throws {
    let folder = try TemporaryFolder()
    let fixtures = Repository.root.appendingPathComponent("Fixtures").path
    try FileManager.default.copyItem(atPath: fixtures + "/stores/v2/integers", toPath: folder.file("store"))
    try FileManager.default.copyItem(
      atPath: fixtures + "/runs/before-checksums", toPath: folder.file("store/runs/old"))
    let store = try Store(opening: folder.file("store"))
    let run = try RunFolder.open(in: store, name: "old")
    let notes = try RunVerifier(store).verify().notes
    assertSays(
      notes.joined(separator: "\n"),
      "run old: an earlier version kept no checksum of config.json, checkpoint.safetensors, model.safetensors, refresh.json, metrics.jsonl",
      "run old: it is not known which store it was trained on", "run old: its histories are not sealed")
    XCTAssertEqual(try RunStatistics(store, run).epoch, 3)
    _ = try Exporter(store, run).export(.init(), threads: 1)
    var settings = try run.settings()
    let before = try Data(contentsOf: URL(fileURLWithPath: run.metrics))
    settings.epochs = 5
    let trainer = try Trainer(
      store: store, folder: run, settings: settings, model: ModelFactory.make(settings, for: store), resuming: true)
    XCTAssertEqual(trainer.notes, [])
    _ = try trainer.train()
    XCTAssertEqual(try epochs(run), [0, 1, 2, 3, 4, 5])
    XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: run.metrics)).prefix(before.count), before)
    let later = try RunVerifier(store).verify().notes
    XCTAssertEqual(later.count, 2, "\(later)")
    assertSays(
      later.joined(), "no checksum of metrics.jsonl, so", "not known which store it was trained on")
  }

  /// Lines that earlier versions may have lost are said; lines that are damaged are refused, and one that a kill has
  /// cut goes.
  func testMetricsOfBefore() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("metrics.jsonl")
    var state = Checkpoint()
    state.epoch = 2
    func line(_ epoch: Int) throws -> String {
      let record = EpochRecord(epoch: epoch, step: 3, scores: nil, staleness: [])
      return String(decoding: try JSONEncoder().encode(record), as: UTF8.self) + "\n"
    }
    try (line(0) + line(1) + line(2) + line(3) + "{\"epoch\":4,\"st").write(
      toFile: path, atomically: true, encoding: .utf8)
    XCTAssertEqual(try MetricsFile(path, of: state).records.map(\.epoch), [0, 1, 2])
    XCTAssertNil(try MetricsLog(path, resuming: state).note)
    XCTAssertEqual(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count, 3)
    try (line(1) + line(2)).write(toFile: path, atomically: true, encoding: .utf8)
    assertSays(try XCTUnwrap(MetricsLog(path, resuming: state).note), "lacks the lines of 1 of 3 epochs")
    try (line(0) + "{\"epoch\":1,\"st\n" + line(2)).write(toFile: path, atomically: true, encoding: .utf8)
    assertSays(message { _ = try MetricsLog(path, resuming: state) }, "\(path):2: expected what gas-run writes")
  }
}
