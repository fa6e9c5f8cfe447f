import Foundation
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// Runs side by side; runs that go, and histories that can be made again.
final class RunRemovalTests: XCTestCase {
  private func fixture() throws -> RunFixture {
    let fixture = try RunFixture()
    try fixture.train("wide", RunFixture.settings { $0.hidden = 12 })
    try fixture.train("small", RunFixture.settings { ($0.hidden, $0.model) = (6, "sage") })
    return fixture
  }

  func testRunsAreCompared() throws {
    let fixture = try fixture()
    let trainer = try fixture.start("begun", RunFixture.settings { $0.epochs = 50 })
    let stopped = try trainer.train(shouldStop: { true })
    XCTAssertFalse(stopped.isComplete)
    let all = try RunComparison(allIn: fixture.store)
    XCTAssertEqual(all.runs.map(\.run), ["begun", "small", "wide"])
    XCTAssertEqual(all.runs.map(\.state), [.inUse, .complete, .complete], "this process still trains the first")
    XCTAssertEqual(all.differences.map(\.key), ["model", "hidden", "epochs"])
    XCTAssertEqual(all.differences[0].values, ["gcn", "sage", "gcn"])
    let result = try RunResult(reading: RunFolder.open(in: fixture.store, name: "wide"), of: fixture.store)
    let wide = all.runs[2]
    XCTAssertEqual(wide.valAccuracy, result.valAccuracy)
    XCTAssertEqual(wide.testAccuracy, result.testAccuracy)
    XCTAssertEqual(wide.bestEpoch, result.bestEpoch)
    XCTAssertEqual(wide.epochs, 4)
    XCTAssertGreaterThan(wide.seconds ?? 0, 0)
    XCTAssertGreaterThan(wide.historyBytes ?? 0, 0)
    XCTAssertGreaterThan(try XCTUnwrap(wide.bytes), try XCTUnwrap(wide.historyBytes))
    XCTAssertEqual(try RunComparison(["wide"], in: fixture.store).differences.count, 0)
    assertRefused("run \"wide\" stands twice") { _ = try RunComparison(["wide", "small", "wide"], in: fixture.store) }
    assertRefused("there is no run \"none\"", "there are \"begun\", \"small\", \"wide\"") {
      _ = try RunComparison(["wide", "none"], in: fixture.store)
    }
  }

  /// One damaged run hides no other.
  func testDamagedRunsAreShown() throws {
    let fixture = try fixture()
    try Data("{".utf8).write(to: URL(fileURLWithPath: fixture.folder.file("store/runs/wide/config.json")))
    try Data("?".utf8).write(to: URL(fileURLWithPath: fixture.folder.file("store/runs/small/checkpoint.safetensors")))
    let all = try RunSummary.all(in: fixture.store)
    XCTAssertEqual(all.map(\.state), [.damaged, .damaged])
    XCTAssertTrue(all.allSatisfy { $0.problem != nil && $0.bytes ?? 0 > 0 })
    XCTAssertEqual(RunComparison(all).differences.count, 0)
  }

  func testAllOrNoneAreRemoved() throws {
    let fixture = try fixture()
    let before = try FolderContents(fixture.folder.path)
    func refuse(_ names: [String], _ says: String, line: UInt = #line) throws {
      assertRefused(says, line: line) { _ = try RunFolder.remove(names, from: fixture.store) }
      XCTAssertEqual(try FolderContents(fixture.folder.path).differences(from: before), [], line: line)
    }
    try refuse(["wide", "none"], "there is no run \"none\"")
    try refuse(["wide", "wide"], "stands twice")
    try refuse(["wide", "../store"], "expected a run name")
    let used = try RunFolder.open(in: fixture.store, name: "small").locked()
    try refuse(["wide", "small"], "is in use by another process; wait until it ends, or stop it")
    withExtendedLifetime(used) {}
  }

  func testRunsAreRemoved() throws {
    let fixture = try fixture()
    let note = fixture.folder.file("store/runs/small/notes.txt")
    try Data("mine".utf8).write(to: URL(fileURLWithPath: note))
    assertRefused("holds \"notes.txt\", which is no file of a run") {
      _ = try RunFolder.remove(["small"], from: fixture.store)
    }
    try FileManager.default.removeItem(atPath: note)
    try FileManager.default.removeItem(atPath: fixture.folder.file("store/runs/small/config.json"))
    XCTAssertGreaterThan(try RunFolder.remove(["small", "wide"], from: fixture.store), 0)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.file("store/runs")), [])
  }

  /// Histories are made again from the weights: a run that goes on without them ends with the same bits.
  func testFreedHistoriesAreMadeAgain() throws {
    let fixture = try fixture()
    let settings = RunFixture.settings()
    try fixture.train("straight", RunFixture.settings { $0.epochs = 7 })
    try fixture.train("freed", settings)
    let freed = try RunFolder.freeHistories(in: fixture.store)
    XCTAssertEqual(freed.map(\.run), ["freed", "small", "straight", "wide"])
    XCTAssertTrue(freed.allSatisfy { $0.kept == nil && $0.bytes > 0 })
    XCTAssertEqual(try RunFolder.freeHistories(in: fixture.store).map(\.bytes), [0, 0, 0, 0])
    let files = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.file("store/runs/freed")).sorted()
    XCTAssertEqual(
      files, ["checkpoint.safetensors", "config.json", "metrics.jsonl", "model.safetensors", "refresh.json"])
    XCTAssertEqual(try RunVerifier(fixture.store).verify().notes, [])
    let folder = try RunFolder.open(in: fixture.store, name: "freed")
    let statistics = try RunStatistics(fixture.store, folder)
    XCTAssertTrue(statistics.historiesAreFreed)
    XCTAssertFalse(statistics.atLastRefresh.isEmpty)
    _ = try Exporter(fixture.store, folder).export(.init(logits: fixture.folder.file("l.npy")), threads: 1)
    var longer = settings
    longer.epochs = 7
    _ = try fixture.resume("freed", longer)
    try fixture.train("straight", RunFixture.settings { $0.epochs = 7 })
    try fixture.assertSameBits("freed", "straight")
  }

  func testHistoriesOfOtherRunsAreKept() throws {
    let fixture = try fixture()
    let trainer = try fixture.start("begun", RunFixture.settings { $0.epochs = 50 })
    _ = try trainer.train(shouldStop: { true })
    XCTAssertEqual(try RunFolder.freeHistories(in: fixture.store).map(\.kept), ["in use by another process", nil, nil])
    assertRefused("is in use") { _ = try RunFolder.freeHistories(of: ["begun"], in: fixture.store) }
    withExtendedLifetime(trainer) {}
  }

  /// A run that stopped is freed where it is named.
  func testStoppedRuns() throws {
    let fixture = try fixture()
    do { _ = try fixture.start("begun", RunFixture.settings { $0.epochs = 50 }).train(shouldStop: { true }) }
    XCTAssertEqual(try RunFolder.freeHistories(in: fixture.store).map(\.kept), ["not complete", nil, nil])
    XCTAssertGreaterThan(try RunFolder.freeHistories(of: ["begun"], in: fixture.store)[0].bytes, 0)
  }
}
