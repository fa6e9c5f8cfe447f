import Foundation
import GasBase
import GasFiles
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings

/// Going on with a run where the disk is full from some moment on: until there is a new checkpoint, the run is as it
/// was, to the byte.
final class FailedResumeTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var disk: RunDisk!

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    disk = try RunDisk.make(in: folder)
  }

  override func tearDown() { (folder, disk) = (nil, nil) }

  /// Fails at every change that takes room, after so many of them.
  private func withFullDisk<Result>(after count: Int, _ body: () throws -> Result) rethrows -> Result {
    let left = Locked(count)
    DiskSeam.observer = { change in
      // To cut a log takes no room.
      let isCut = change.operation == .extend && change.path.hasSuffix("metrics.jsonl")
      guard [.write, .extend, .create, .createNameless].contains(change.operation), !isCut else { return .happens }
      return left.withLock { left in
        left -= 1
        return left < 0 ? .fails(ENOSPC) : .happens
      }
    }
    defer { DiskSeam.observer = nil }
    return try body()
  }

  private func assertStaysWhole(resuming settings: RunSettings, line: UInt = #line) throws {
    let before = try FolderContents(disk.run)
    let kept = folder.file("kept")
    try? FileManager.default.removeItem(atPath: kept)
    try FileManager.default.copyItem(atPath: disk.run, toPath: kept)
    var (count, asBefore) = (0, 0)
    while true {
      try FileTree.remove(disk.run)
      try FileManager.default.copyItem(atPath: kept, toPath: disk.run)
      let result = Result { try withFullDisk(after: count) { try disk.resume(settings) } }
      guard case .failure(let error) = result else { break }
      XCTAssertTrue("\(error)".contains("No space left"), "after \(count): \(error)", line: line)
      let after = try FolderContents(disk.run)
      if after.files["checkpoint.safetensors"] == before.files["checkpoint.safetensors"] {
        XCTAssertEqual(after.differences(from: before), [], "after \(count): \(error)", line: line)
        asBefore += 1
      } else {
        XCTAssertGreaterThan(try disk.verifiedEpoch() ?? 0, 2, "after \(count)", line: line)
      }
      count += 1
    }
    XCTAssertGreaterThan(asBefore, 10, line: line)
    XCTAssertEqual(try disk.verifiedEpoch(), settings.epochs, line: line)
  }

  func testFullDisk() throws {
    try disk.train(RunDisk.settings())
    try assertStaysWhole(resuming: RunDisk.settings(epochs: 4))
  }

  /// Rows of another kind take files of other sizes.
  func testFullDiskWithOtherRows() throws {
    try disk.train(RunDisk.settings())
    var settings = RunDisk.settings(epochs: 4)
    settings.historyType = .int8
    try assertStaysWhole(resuming: settings)
  }

  /// A run that is complete makes its checkpoint again.
  func testFullDiskWithNothingToTrain() throws {
    try disk.train(RunDisk.settings())
    try assertStaysWhole(resuming: RunDisk.settings())
  }

  /// What goes wrong before the first checkpoint has nothing to do with the disk: the histories stay, and their seal.
  func testNumbersThatOverflow() throws {
    try disk.train(RunDisk.settings())
    let before = try FolderContents(disk.run)
    var settings = RunDisk.settings(epochs: 4)
    settings.learningRate = 1e30
    XCTAssertThrowsError(try disk.resume(settings))
    XCTAssertEqual(try disk.verifiedEpoch(), 2)
    let after = try FolderContents(disk.run)
    XCTAssertTrue(after.files.keys.contains("histories.json"))
    // Its lines show how the numbers grew.
    XCTAssertTrue(Set(after.differences(from: before)).isSubset(of: ["metrics.jsonl", "model.safetensors"]))
  }
}
