import Foundation
import GasBase
import TestSupport
import XCTest

/// A training that is ended again and again, however, and resumed each time, ends with the bits of one that was never
/// ended.
final class KilledTrainingTests: ToolTestCase {
  private static let signals = [SIGKILL, SIGKILL, SIGTERM, SIGINT, SIGHUP]
  private static let bits = ["model.safetensors", "checkpoint.safetensors", "refresh.json"]
  /// What is written at different moments of training, and with state beside the weights.
  private static let models = [
    ["--model", "gcn", "--layers", "3", "--dropout", "0.6", "--batch-norm"],
    ["--model", "gat", "--hidden", "4", "--heads", "2", "--schedule", "plateau", "--schedule-patience", "1"],
    ["--model", "sage", "--halo-windows", "mail", "--history-type", "int8", "--evaluate-every", "3"],
    ["--model", "gcnii", "--layers", "4", "--history-type", "float16", "--schedule", "cosine"],
  ]

  private var random = SeededRandom(seed: 17 + Rounds.seed)

  private func run(_ name: String) -> String { file("g.store/runs/\(name)") }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private func bytes(_ run: String, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: self.run(run) + "/" + name))
  }

  /// Metrics without what depends on the moment.
  private static let measured = ["checksum", "edgesPerSecond", "residentBytes"]

  private func metrics(_ run: String) throws -> [NSDictionary] {
    try bytes(run, "metrics.jsonl").split(separator: UInt8(ascii: "\n")).map { line in
      var object = try XCTUnwrap(JSONSerialization.jsonObject(with: line) as? [String: Any])
      for key in object.keys where key.hasSuffix("Seconds") || Self.measured.contains(key) { object[key] = nil }
      return object as NSDictionary
    }
  }

  /// Ends the command after a while.
  ///
  /// - Returns: whether it came to its end before.
  private func end(_ command: [String], after microseconds: Int) throws -> Bool {
    let running = try Tool.run.start(command, in: folder.path)
    usleep(UInt32(random.below(microseconds)))
    let number = Self.signals[random.below(Self.signals.count)]
    running.signal(number)
    let result = try running.wait()
    XCTAssertTrue([0, 128 + number].contains(result.status), "\(result.status): \(result.errors)")
    let verified = try Tool.stat.run(["verify", "g.store"], in: folder.path)
    XCTAssertEqual(verified.status, 0, verified.errors)
    return result.status == 0 && !result.output.contains("stopped early")
  }

  func testSameBits() throws {
    try makeStore()
    let common = ["--epochs", "12", "--seed", "3", "--batch-partitions", "1", "--checkpoint-seconds", "0"]
    var ended = 0
    for flags in Self.models {
      let train = ["train", "g.store"] + common + flags
      let start = ContinuousClock.now
      let whole = try Tool.run.run(train + ["--run", "whole", "--overwrite"], in: folder.path)
      XCTAssertEqual(whole.status, 0, whole.errors)
      let microseconds = max(1000, Int((ContinuousClock.now - start) / .microseconds(1)))
      for _ in 0..<Rounds.count(2) {
        try? FileManager.default.removeItem(atPath: run("ended"))
        for _ in 0...random.below(3) {
          ended += 1
          if try end(next(train), after: microseconds) { break }
        }
        let last = try Tool.run.run(next(train), in: folder.path)
        XCTAssertEqual(last.status, 0, last.errors)
        for name in Self.bits {
          XCTAssertEqual(try bytes("ended", name), try bytes("whole", name), "\(name) of \(flags)")
        }
        XCTAssertEqual(try metrics("ended"), try metrics("whole"), "\(flags)")
        XCTAssertEqual(try leftovers(), [])
      }
    }
    Rounds.tell(ended, "trainings ended at a random moment and resumed")
  }

  /// What somebody would do next: resume from the checkpoint, or begin where there is none.
  private func next(_ train: [String]) -> [String] {
    if exists(run("ended") + "/checkpoint.safetensors") { return ["resume", "g.store", "--run", "ended"] }
    return train + ["--run", "ended"] + (exists(run("ended")) ? ["--overwrite"] : [])
  }
}
