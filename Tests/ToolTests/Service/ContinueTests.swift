import TestSupport
import XCTest

/// `train --continue`: the same command starts, goes on or does nothing.
final class ContinueTests: ToolTestCase {
  private let command = [
    "train", "g.store", "--run", "a", "--continue", "--epochs", "6", "--hidden", "4", "--batch-partitions", "1",
    "--checkpoint-seconds", "0",
  ]

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  private func bytes(_ run: String, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/\(run)/\(name)")))
  }

  func testStartsGoesOnAndDoesNothing() throws {
    try succeed(
      .run, "train", "g.store", "--run", "whole", "--epochs", "6", "--hidden", "4", "--batch-partitions", "1")
    // It is killed wherever it is, until it is complete.
    var ended = 0
    for _ in 0..<3 {
      let running = try Tool.run.start(command, in: folder.path)
      usleep(UInt32(20_000 + 40_000 * ended))
      running.signal(SIGKILL)
      _ = try running.wait()
      ended += 1
    }
    let last = try Tool.run.run(command, in: folder.path)
    XCTAssertEqual(last.status, 0, last.errors)
    XCTAssertEqual(try bytes("a", "model.safetensors"), try bytes("whole", "model.safetensors"))
    let before = try FolderContents(file("g.store/runs/a"))
    let again = try Tool.run.run(command + ["--json"], in: folder.path)
    XCTAssertEqual(again.status, 0, again.errors)
    XCTAssertEqual(again.errors, "note: run \"a\" is complete: nothing is to be done\n")
    XCTAssertTrue(again.output.contains("\"isComplete\" : true"), again.output)
    XCTAssertEqual(try FolderContents(file("g.store/runs/a")).differences(from: before), [])
  }

  func testStoppedAndGoesOn() throws {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", "b", "--continue", "--epochs", "1000000"], in: folder.path)
    try running.wait { FileManager.default.fileExists(atPath: file("g.store/runs/b/model.safetensors")) }
    running.signal(SIGTERM)
    XCTAssertEqual(try running.wait().status, 128 + SIGTERM)
    let epochs = try XCTUnwrap(try json(.run, "show", "g.store", "--run", "b")["epochs"] as? Int)
    // Settings that are not given are the run's, and a time may end it again.
    let more = try json(
      .run, "train", "g.store", "--run", "b", "--continue", "--threads", "1", "--time", "1s")
    XCTAssertGreaterThan(try XCTUnwrap(more["epochs"] as? Int), epochs)
    XCTAssertEqual(more["isComplete"] as? Bool, false)
  }

  func testOtherSettingsAreNamed() throws {
    XCTAssertEqual(try Tool.run.run(command, in: folder.path).status, 0)
    try assertRefused(
      .run, "train", "g.store", "--run", "a", "--continue", "--epochs", "9", "--hidden", "8", "--threads", "1",
      says: "run \"a\" has other settings: hidden 4, given 8; epochs 6, given 9; leave them out, or name another --run")
    try write("hidden: 16\n", to: "settings.yaml")
    try assertRefused(
      .run, "train", "g.store", "--run", "a", "--continue", "--config", "settings.yaml", says: "hidden 4, given 16")
    try assertRefused(
      .run, "train", "g.store", "--run", "a", "--continue", "--preset", "cora-gcn", says: "has other settings: preset")
    // What the run has, and what the store or a plan has chosen, is no difference.
    let same = try Tool.run.run(
      [
        "train", "g.store", "--run", "a", "--continue", "--hidden", "4", "--batch-partitions", "auto", "--memory",
        "1GiB",
      ],
      in: folder.path)
    XCTAssertEqual(same.status, 0, same.errors)
  }

  func testFlagsThatDoNotGoTogether() throws {
    try assertUsage(.run, "train", "g.store", "--continue", says: "pass --run")
    try assertUsage(
      .run, "train", "g.store", "--continue", "--run", "a", "--overwrite", says: "--overwrite replaces it")
    try assertUsage(
      .run, "train", "g.store", "--continue", "--run", "a", "--repeats", "2", says: "--repeats goes on by itself")
    try assertRefused(
      .run, "train", "g.store", "--continue", "--run", "a", "--model", "auto", says: "--continue are of one")
  }

  /// A plan neither trains nor takes the run's lock.
  func testPlan() throws {
    XCTAssertEqual(try Tool.run.run(command, in: folder.path).status, 0)
    let before = try FolderContents(file("g.store/runs/a"))
    let complete = "run \"a\" is complete: nothing is to be done; the plan is that of going on with gas-run resume"
    let planned = try Tool.run.run(command + ["--plan", "--histories", "drop"], in: folder.path)
    XCTAssertEqual(planned.status, 0, planned.errors)
    XCTAssertEqual(planned.errors, "note: \(complete)\n")
    XCTAssertTrue(planned.output.contains("\nmemory       up to "), planned.output)
    let object = try Tool.run.run(command + ["--plan", "--json"], in: folder.path)
    let plan = try XCTUnwrap(try JSONSerialization.jsonObject(with: Data(object.output.utf8)) as? [String: Any])
    XCTAssertEqual(plan["schema"] as? String, "plan")
    XCTAssertEqual(plan["notes"] as? [String], [complete])
    XCTAssertEqual(try FolderContents(file("g.store/runs/a")).differences(from: before), [])
  }
}
