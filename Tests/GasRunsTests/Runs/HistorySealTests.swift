import Foundation
import GasBase
import GasFiles
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasHistories
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// A run that has stopped by itself leaves checksums of its histories, and whoever writes to these takes the checksums
/// away first.
final class HistorySealTests: XCTestCase {
  private static let settings = RunFixture.settings { ($0.epochs, $0.hidden) = (2, 3) }

  private func message(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func open(_ fixture: RunFixture) throws -> RunFolder { try RunFolder.open(in: fixture.store, name: "run") }

  private func notes(_ fixture: RunFixture) throws -> [String] { try RunVerifier(fixture.store).verify().notes }

  /// Demands that a file with a flipped bit is refused. The message contains `says`, besides the file's name at its
  /// start.
  private func assertRefused(
    _ path: String, byte: Int, says: String = "", _ read: () throws -> Void, line: UInt = #line
  ) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    defer { try? file.close() }
    func flip() throws {
      try file.seek(toOffset: UInt64(byte))
      let old = try XCTUnwrap(try file.read(upToCount: 1)?.first)
      try file.seek(toOffset: UInt64(byte))
      try file.write(contentsOf: Data([old ^ 16]))
    }
    try flip()
    let found = message(read) ?? "read"
    let isNamed = found.hasPrefix("\(path) at offset") && found.contains(": \(says)")
    XCTAssertTrue(isNamed, "byte \(byte) of \(path): \(found)", line: line)
    try flip()
  }

  /// Damages each part of each file of the histories.
  private func assertEveryPartIsChecked(_ fixture: RunFixture, line: UInt = #line) throws {
    let (run, table) = (try open(fixture), fixture.store.partitions)
    XCTAssertEqual(try notes(fixture), [], line: line)
    XCTAssertTrue(try RunStatistics(fixture.store, run).historiesAreSealed, line: line)
    let verify = { _ = try RunVerifier(fixture.store).verify() }
    for layer in [1, 2] {
      let names = History.fileNames(layer: layer)
      for path in [names.embeddings, names.pushedSteps].map({ "\(run.path)/\($0)" }) {
        let byteCount = try MutableColumn(opening: path, access: .read).fileBytes
        for byte in [3, 60, 86, 4095] { try assertRefused(path, byte: byte, verify, line: line) }
        let rowBytes = (byteCount - 4096) / fixture.store.nodeCount
        for row in [0, 1, fixture.store.nodeCount / 2, fixture.store.nodeCount - 1] {
          let says = "history of layer \(layer), partition \(table.owner(of: row)): expected"
          for byte in [0, rowBytes - 1] {
            try assertRefused(path, byte: 4096 + row * rowBytes + byte, says: says, verify, line: line)
          }
          let show = { _ = try RunStatistics(fixture.store, run) }
          try assertRefused(path, byte: 4096 + row * rowBytes, says: says, show, line: line)
        }
      }
    }
    XCTAssertEqual(try notes(fixture), [], line: line)
  }

  func testDamageIsNamed() throws {
    let fixture = try RunFixture()
    for encoding in RowEncoding.allCases {
      for windows in [RunSettings.HaloWindows.count(0), .count(2), .mail] {
        var settings = Self.settings
        (settings.historyType, settings.haloWindows) = (encoding, windows)
        try fixture.train("run", settings)
        try assertEveryPartIsChecked(fixture)
      }
    }
  }

  /// As Ctrl-C and SIGTERM ask for it, between evaluations.
  func testStoppedRunsAreSealed() throws {
    let fixture = try RunFixture()
    for windows in [RunSettings.HaloWindows.count(0), .mail] {
      var settings = Self.settings
      (settings.epochs, settings.evaluateEvery, settings.haloWindows) = (9, 2, windows)
      var seen = 0
      let stopped = try fixture.start("run", settings).train(shouldStop: {
        seen += 1
        return seen == 2
      })
      XCTAssertFalse(stopped.isComplete)
      try assertEveryPartIsChecked(fixture)
      XCTAssertTrue(try fixture.resume("run", settings).isComplete)
      XCTAssertEqual(try notes(fixture), [])
    }
  }

  /// Histories of more than a piece, written by several threads at once.
  func testChecksumsAreThoseOfWhatIsStored() throws {
    let folder = try TemporaryFolder()
    var random = SeededRandom(seed: 3)
    let (width, rows) = (40, 1234..<9777)
    let values = (0..<rows.count * width).map { _ in Float(random.uniform()) * 2 - 1 }
    for encoding in RowEncoding.allCases {
      try History.create(in: folder.path, layer: 1, nodeCount: 10_000, width: width, encoding)
      let history = try History(in: folder.path, layer: 1)
      XCTAssertGreaterThan(history.rows.pieces(rows).count, 1)
      for threads in 1...3 {
        let found = try history.push(rows, values, step: 1, parallel: Parallel(threadCount: threads), sums: true)
        let bytes = try history.embeddings.values.rowBytes(rows)
        XCTAssertEqual(found, Checksum.crc32(bytes), "\(encoding)")
        XCTAssertEqual(found, try history.embeddings.values.checksum(rows: rows), "\(encoding)")
      }
      XCTAssertNil(try history.push(rows, values, step: 1))
    }
  }

  func testJoinedChecksums() {
    let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
    for cut in [0, 1, 255, 256, 1999, 3000] {
      let (first, second) = (Array(bytes[..<cut]), Array(bytes[cut...]))
      let joined = Checksum.joined(Checksum.crc32(first), Checksum.crc32(second), byteCount: second.count)
      XCTAssertEqual(joined, Checksum.crc32(bytes), "\(cut)")
    }
  }

  /// Wherever a process that goes on with a sealed run dies, its histories are sealed and right, or not sealed.
  func testRunsThatDieAreNotCalledDamaged() throws {
    let fixture = try RunFixture()
    try fixture.train("run", Self.settings)
    var longer = Self.settings
    longer.epochs = 3
    let (run, kept) = (try open(fixture), fixture.folder.file("kept"))
    try FileManager.default.copyItem(atPath: run.path, toPath: kept)
    var (sealed, unsealed, index) = (0, 0, 0)
    while true {
      try FileManager.default.removeItem(atPath: run.path)
      try FileManager.default.copyItem(atPath: kept, toPath: run.path)
      let script = DiskScript(.dies, at: index)
      _ = script.run { message { _ = try fixture.resume("run", longer) } }
      let notes = try notes(fixture)
      XCTAssertLessThanOrEqual(notes.count, 1, "\(notes)")
      if notes.isEmpty { sealed += 1 } else { unsealed += 1 }
      XCTAssertTrue(notes.allSatisfy { $0.contains("its histories are not sealed") }, "\(notes)")
      XCTAssertEqual(notes.isEmpty, try RunStatistics(fixture.store, run).historiesAreSealed)
      guard script.operation != nil else { break }
      index += 1
    }
    XCTAssertEqual(try notes(fixture), [])
    // Before the seal goes, and when all is done.
    XCTAssertGreaterThan(sealed, 1)
    XCTAssertGreaterThan(unsealed, 10)
  }

  /// A failing disk while the seal is written: the run says so and keeps its checkpoint.
  func testSealThatCannotBeWritten() throws {
    let fixture = try RunFixture()
    let script = DiskScript(.fails(ENOSPC), at: 0) { $0.operation == .write && $0.path.hasSuffix("histories.json") }
    let found = script.run { message { try fixture.train("run", Self.settings) } }
    XCTAssertTrue(found?.contains("histories.json") ?? false, found ?? "trained")
    XCTAssertEqual(try notes(fixture).count, 1)
    XCTAssertTrue(try fixture.resume("run", Self.settings).isComplete)
    XCTAssertEqual(try notes(fixture), [])
  }

  /// Whoever reads while the run goes on finds no damage.
  func testRunThatGoesOnMeanwhile() throws {
    let fixture = try RunFixture()
    try fixture.train("run", Self.settings)
    let run = try open(fixture)
    let check = try XCTUnwrap(HistoryCheck(run, fixture.store))
    let before = try Checkpoint(reading: run.checkpoint)
    XCTAssertTrue(try check.check(before) && check.checkAll())
    var longer = Self.settings
    longer.epochs = 3
    let trainer = try Trainer(
      store: fixture.store, folder: run, settings: longer, model: ModelFactory.make(longer, for: fixture.store),
      resuming: true)
    // The new histories take the names of these with the first checkpoint.
    XCTAssertTrue(try check.check(before) && check.checkAll())
    XCTAssertEqual(try notes(fixture), [])
    var isSealed: [Bool] = []
    _ = try trainer.train(report: { _ in isSealed.append(FileManager.default.fileExists(atPath: run.seal)) })
    XCTAssertEqual(isSealed, [false])
    XCTAssertFalse(try check.checkAll())
    XCTAssertFalse(try check.check(Checkpoint(reading: run.checkpoint)))
    XCTAssertEqual(try notes(fixture), [])
    // Going on with the same trainer takes the seal away as well.
    _ = try trainer.train(report: { _ in XCTFail("the run is complete") })
    XCTAssertEqual(try notes(fixture), [])
  }

  /// A seal and a checkpoint that do not belong together, a seal of another store, a history that is gone.
  func testSealsOfSomethingElse() throws {
    let fixture = try RunFixture()
    try fixture.train("run", Self.settings)
    let run = try open(fixture)
    let seal = try Data(contentsOf: URL(fileURLWithPath: run.seal))
    func refusal() -> String { message { _ = try notes(fixture) } ?? "verified" }
    func rewrite(_ key: String, _ value: Any) throws {
      var object = try XCTUnwrap(JSONSerialization.jsonObject(with: seal) as? [String: Any])
      (object[key], object["checksum"]) = (value, "00000000")
      var bytes = [UInt8](try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
      EmbeddedChecksum.seal(&bytes)
      try Data(bytes).write(to: URL(fileURLWithPath: run.seal))
    }
    let changes: [(String, Any, says: String)] = [
      ("step", 1, "expected epoch 2 and step"), ("epoch", 1, "expected epoch 2 and step"),
      ("store-checksum", "00000001", "expected store-checksum"),
      ("layers", [["00000000"]], "expected checksums of partitions: 6"),
      ("layers", "none", "not what gas-run writes"),
    ]
    for (key, value, says) in changes {
      try rewrite(key, value)
      XCTAssertTrue(refusal().hasPrefix("\(run.seal): \(says)"), "\(key): \(refusal())")
    }
    try rewrite("layers", [])
    let missing = message { _ = try RunStatistics(fixture.store, run) } ?? "read"
    XCTAssertTrue(missing.hasPrefix("\(run.seal): expected checksums of layer 1"), missing)
    try seal.write(to: URL(fileURLWithPath: run.seal))
    XCTAssertEqual(try notes(fixture), [])
    try FileManager.default.removeItem(atPath: "\(run.path)/pushed-2.gascol")
    XCTAssertTrue(refusal().hasPrefix("\(run.path)/pushed-2.gascol"), refusal())
  }
}
