import Foundation
import GasBase
import GasFiles
import GasFormats
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasTrain

/// Every bit of a run's files is checked by whoever reads them, and what they say is checked where the checksum is
/// right.
final class RunDamageTests: XCTestCase {
  private var fixture: RunFixture!
  private var run: RunFolder!
  private var state: Checkpoint!

  override func setUpWithError() throws {
    fixture = try RunFixture()
    try fixture.train("run", RunFixture.settings { ($0.epochs, $0.hidden) = (2, 3) })
    run = try RunFolder.open(in: fixture.store, name: "run")
    state = try Checkpoint(reading: run.checkpoint)
  }

  /// The files, and what reads them.
  private var readers: [(path: String, read: () throws -> Void)] {
    let (run, state, store) = (run!, state!, fixture.store)
    return [
      (run.checkpoint, { _ = try Checkpoint(reading: run.checkpoint) }),
      (run.model, { _ = try Safetensors(reading: run.model) }),
      (run.config, { _ = try run.settings() }),
      (run.refresh, { _ = try run.latestRefresh() }),
      (run.seal, { _ = try HistoryCheck(run, store) }),
      (run.metrics, { _ = try MetricsFile(run.metrics, of: state) }),
    ]
  }

  private func message(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return error is GasError ? "\(error)" : "not a GasError: \(error)"
    }
  }

  /// Demands that a file is refused which `change` has damaged.
  private func assertRefused(
    _ path: String, _ read: () throws -> Void, _ what: String, line: UInt = #line, _ change: (inout Data) -> Void
  ) throws {
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    var bad = good
    change(&bad)
    try bad.write(to: URL(fileURLWithPath: path))
    let message = message(read) ?? "read"
    XCTAssertTrue(message.hasPrefix(path), "\(what) of \(path): \(message)", line: line)
    XCTAssertLessThan(message.utf8.count, path.utf8.count + 400, line: line)
    try good.write(to: URL(fileURLWithPath: path))
  }

  func testEveryByteIsChecked() throws {
    var random = SeededRandom(seed: 5 + Rounds.seed)
    var tried = 0
    for (path, read) in readers {
      XCTAssertNil(message(read))
      let count = try Data(contentsOf: URL(fileURLWithPath: path)).count
      for round in 0..<Rounds.count(1) {
        for place in 0..<count where (place + round) % 3 == 0 || place < 150 || place > count - 50 {
          let bit = UInt8(1) << UInt8(random.next() % 8)
          try assertRefused(path, read, "bit \(bit) at \(place)") { $0[place] ^= bit }
          tried += 1
        }
      }
    }
    Rounds.tell(tried, "bits of runs' files flipped")
  }

  func testEveryTruncationIsNoticed() throws {
    for (path, read) in readers {
      let count = try Data(contentsOf: URL(fileURLWithPath: path)).count
      for length in 0..<count where length % 7 == 0 || length < 100 || length > count - 100 {
        try assertRefused(path, read, "cut at \(length)") { $0 = $0.prefix(length) }
      }
    }
  }

  /// A run whose files were damaged one after the other is found by verify, and is whole again when they are.
  func testVerifierNamesEachFile() throws {
    let verifier = RunVerifier(fixture.store)
    let report = try verifier.verify()
    XCTAssertEqual(report.runCount, 1)
    XCTAssertEqual(report.notes, [])
    for (path, _) in readers {
      let verify = { _ = try verifier.verify() }
      for place in [9, 200] { try assertRefused(path, verify, "bit at \(place)") { $0[place] ^= 4 } }
      guard path != run.refresh else { continue }
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      try FileManager.default.removeItem(atPath: path)
      // A run may have no checkpoint yet, nor a seal; metrics may have been removed on purpose, which is said.
      let isRefused = ![run.checkpoint, run.metrics, run.seal].contains(path)
      XCTAssertEqual(message { _ = try verifier.verify() } != nil, isRefused, "without \(path)")
      try good.write(to: URL(fileURLWithPath: path))
    }
    XCTAssertEqual(try verifier.verify().notes, [])
  }

  /// Damage with the checksum made right again: a `GasError`, or contents that can be.
  func testDamageUnderARightChecksumNeverTraps() throws {
    var random = SeededRandom(seed: 6 + Rounds.seed)
    var (tried, refused) = (0, 0)
    for (path, read) in readers where path != run.metrics {
      let good = try Data(contentsOf: URL(fileURLWithPath: path))
      let isTensors = path.hasSuffix(".safetensors")
      let textCount = isTensors ? 8 + Int(good[0]) + Int(good[1]) << 8 : good.count
      let places = (0..<Rounds.count(1)).flatMap { _ in Array((isTensors ? 8 : 0)..<textCount) }
      for place in places {
        var bytes = [UInt8](good)
        bytes[place] ^= UInt8(1) << UInt8(random.next() % 8)
        guard let digits = EmbeddedChecksum.digits(in: bytes) else { continue }
        bytes.replaceSubrange(digits, with: Array("00000000".utf8))
        bytes.replaceSubrange(digits, with: Checksum.text(Checksum.crc32(bytes)).utf8)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let message = message(read)
        XCTAssertFalse(message?.hasPrefix("not a GasError") ?? false, "\(place) of \(path): \(message ?? "")")
        tried += 1
        refused += message == nil ? 0 : 1
      }
      try good.write(to: URL(fileURLWithPath: path))
    }
    Rounds.tell(tried, "bits of runs' files flipped under right checksums")
    XCTAssertGreaterThan(refused, 100)
  }

  /// A key without quotes that is no text, of which Foundation makes a trap.
  func testKeysThatAreNotText() throws {
    for (path, read) in readers where path.hasSuffix(".json") || path == run.metrics {
      try assertRefused(path, read, "a key of other bytes") { data in
        let quote = data.dropFirst().firstIndex(of: UInt8(ascii: "\""))!
        data.replaceSubrange(quote...quote, with: [0xff, UInt8(ascii: "k")])
      }
    }
  }

  private static func plateau(_ change: (inout ScheduledRate.Plateau) -> Void) -> ScheduledRate.Plateau {
    var plateau = ScheduledRate(.constant, initialRate: 1).plateau
    change(&plateau)
    return plateau
  }

  func testNumbersOutOfRangeInACheckpoint() throws {
    let changes: [(String, (inout Checkpoint) -> Void)] = [
      ("step", { $0.step = -1 }), ("step", { $0.step = 1 << 32 }), ("step", { $0.step = .max }),
      ("epoch", { $0.epoch = -5 }), ("epoch", { $0.epoch = .max }), ("adamStep", { $0.adamStep = -1 }),
      ("adamStep", { $0.adamStep = .min }), ("best.epoch", { $0.best.epoch = -1 }),
      ("best.epoch", { $0.best.epoch = 1 << 62 }), ("evaluationsSinceBest", { $0.evaluationsSinceBest = .max }),
      ("plateau.badCount", { $0.plateau = Self.plateau { $0.badCount = .max } }),
      ("plateau.rate", { $0.plateau = Self.plateau { $0.rate = -1 } }),
      ("finite numbers", { $0.weights[$0.weights.keys.sorted()[0]]!.values[0] = .nan }),
      ("finite numbers", { $0.bestWeights[$0.weights.keys.sorted()[0]]!.values[1] = .infinity }),
      ("finite numbers", { $0.moments[$0.moments.keys.sorted()[0]]!.values[1] = -.infinity }),
      ("tensors best/", { $0.bestWeights.removeValue(forKey: $0.bestWeights.keys.sorted()[0]) }),
      ("adam/", { $0.moments["x"] = .init(shape: [1], values: [1]) }),
      ("adam/", { $0.moments["x.adam-m"] = .init(shape: [1], values: [1]) }),
    ]
    for (says, change) in changes {
      var other = state!
      change(&other)
      try other.write(to: run.checkpoint)
      let message = message { _ = try Checkpoint(reading: run.checkpoint) } ?? "read"
      XCTAssertTrue(message.hasPrefix(run.checkpoint) && message.contains(says), "\(says): \(message)")
    }
    // As many steps as the histories can count: the next one is refused, not wrapped.
    var last = state!
    last.step = Checkpoint.mostSteps
    try last.write(to: run.checkpoint)
    let settings = RunFixture.settings { ($0.epochs, $0.hidden) = (5, 3) }
    XCTAssertTrue(message { _ = try fixture.resume("run", settings) }?.contains("steps") ?? false)
  }
}
