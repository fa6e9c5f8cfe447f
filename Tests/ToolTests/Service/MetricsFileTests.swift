import TestSupport
import XCTest

/// `--metrics-file`: gauges for node_exporter.
final class MetricsFileTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  /// The samples of a file, by what stands before the value, read as the text format of Prometheus demands.
  private func samples(_ name: String, line: UInt = #line) throws -> [String: Double] {
    let text = try String(contentsOfFile: file(name), encoding: .utf8)
    XCTAssertTrue(text.hasSuffix("\n"), line: line)
    var (found, helped, typed) = ([String: Double](), Set<String>(), Set<String>())
    for row in text.split(separator: "\n") {
      if let match = row.wholeMatch(of: /# HELP (gas_[a-z_]+) .+/) {
        XCTAssertTrue(helped.insert(String(match.1)).inserted, "\(row)", line: line)
      } else if let match = row.wholeMatch(of: /# TYPE (gas_[a-z_]+) gauge/) {
        XCTAssertTrue(typed.insert(String(match.1)).inserted, "\(row)", line: line)
      } else {
        let label = #"[a-z_]+="([^"\\\n]|\\["\\n])*""#
        let sample = try Regex("(gas_[a-z_]+)\\{\(label)(,\(label))*\\} (\\S+)")
        let match = try XCTUnwrap(row.wholeMatch(of: sample), "\(row)", line: line)
        XCTAssertTrue(typed.contains(String(match.output[1].substring ?? "")), "\(row)", line: line)
        let value = try XCTUnwrap(row.split(separator: " ").last.flatMap { Double($0) }, "\(row)", line: line)
        found[String(row.prefix(upTo: row.lastIndex(of: " ")!))] = value
      }
    }
    XCTAssertEqual(helped, typed, line: line)
    return found
  }

  func testComplete() throws {
    let result = try json(
      .run, "train", "g.store", "--run", "a", "--epochs", "3", "--batch-partitions", "1", "--metrics-file", "gas.prom")
    let found = try samples("gas.prom")
    let labels = "{store=\"g.store\",run=\"a\"}"
    XCTAssertEqual(found["gas_run_epoch\(labels)"], 3)
    XCTAssertEqual(found["gas_run_epochs\(labels)"], 3)
    XCTAssertEqual(found["gas_run_complete\(labels)"], 1)
    XCTAssertEqual(found["gas_run_training\(labels)"], 0)
    XCTAssertEqual(found["gas_run_remaining_seconds\(labels)"], 0)
    // JSONSerialization, which has read the result, rounds the last digit.
    func assertSame(_ sample: String, _ value: Double?, line: UInt = #line) throws {
      XCTAssertEqual(try XCTUnwrap(found[sample]), try XCTUnwrap(value), accuracy: 1e-14, line: line)
    }
    try assertSame("gas_run_loss\(labels)", result["loss"] as? Double)
    let last = ((result["lastScores"] as? [String: Any])?["val"] as? [String: Double])?["accuracy"]
    try assertSame("gas_run_score{store=\"g.store\",run=\"a\",part=\"val\",score=\"accuracy\"}", last)
    XCTAssertNotNil(found["gas_run_history_drift_ratio{store=\"g.store\",run=\"a\",layer=\"1\"}"])
    let updated = try XCTUnwrap(found["gas_run_updated_timestamp_seconds\(labels)"])
    XCTAssertLessThan(abs(updated - Date().timeIntervalSince1970), 60)
    // It is replaced without being asked for; whatever else has the name is not.
    try succeed(.run, "resume", "g.store", "--run", "a", "--epochs", "4", "--metrics-file", "gas.prom")
    XCTAssertEqual(try samples("gas.prom")["gas_run_epoch\(labels)"], 4)
    XCTAssertEqual(try leftovers(), [])
  }

  func testRefused() throws {
    try write("mine\n", to: "other.prom")
    try assertRefused(
      .run, "train", "g.store", "--metrics-file", "other.prom",
      says: "other.prom: holds other things than what --metrics-file writes, so it is not replaced")
    try assertRefused(.run, "train", "g.store", "--metrics-file", "gas.txt", says: "gas.txt", ".prom")
    try assertRefused(.run, "train", "g.store", "--metrics-file", "none/gas.prom", says: "none/gas.prom")
    try assertRefused(.run, "train", "g.store", "--metrics-file", "g.store/gas.prom", says: "is in a store")
  }

  /// Whoever reads the file finds all of it, however often it is replaced, and how training has ended.
  func testReplacedAsAWhole() throws {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", "a", "--epochs", "1000000", "--metrics-file", "gas.prom"], in: folder.path)
    let labels = "{store=\"g.store\",run=\"a\"}"
    try running.wait { FileManager.default.fileExists(atPath: file("gas.prom")) }
    let end = Date(timeIntervalSinceNow: 2.5)
    var epochs = Set<Double>()
    while Date() < end {
      let found = try samples("gas.prom")
      XCTAssertNotNil(found["gas_run_updated_timestamp_seconds\(labels)"])
      XCTAssertEqual(found["gas_run_training\(labels)"], 1)
      epochs.insert(found["gas_run_epoch\(labels)"] ?? -1)
      usleep(20_000)
    }
    XCTAssertGreaterThan(epochs.count, 1)
    running.signal(SIGTERM)
    XCTAssertEqual(try running.wait().status, 128 + SIGTERM)
    let stopped = try samples("gas.prom")
    XCTAssertEqual(stopped["gas_run_training\(labels)"], 0)
    XCTAssertEqual(stopped["gas_run_complete\(labels)"], 0)
  }

  /// A disk that takes no more of the file does not end the training.
  func testLostFile() throws {
    try FileManager.default.createDirectory(atPath: file("gone"), withIntermediateDirectories: false)
    let running = try Tool.run.start(
      ["train", "g.store", "--run", "a", "--epochs", "1000000", "--metrics-file", "gone/gas.prom"], in: folder.path)
    try running.wait { FileManager.default.fileExists(atPath: file("gone/gas.prom")) }
    try FileManager.default.removeItem(atPath: file("gone"))
    usleep(1_500_000)
    running.signal(SIGINT)
    let result = try running.wait()
    XCTAssertEqual(result.status, 128 + SIGINT, result.errors)
    let notes = result.errors.split(separator: "\n").filter { $0.hasSuffix("the run goes on without --metrics-file") }
    XCTAssertEqual(notes.count, 1, result.errors)
  }
}
