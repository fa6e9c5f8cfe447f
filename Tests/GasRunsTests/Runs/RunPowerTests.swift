import Foundation
import GasBase
import GasFiles
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns

/// Training where the power fails after any change, by the model of a disk that `DiskModel` is: the store is whole, and
/// the run is as one of its checkpoints left it, never an earlier one than was said to be done, and goes on to the bits
/// of a run that was not interrupted. Or it has no checkpoint yet, and can be begun again.
final class RunPowerTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var disk: RunDisk!
  private let settings = RunDisk.settings()

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    disk = try RunDisk.make(in: folder)
  }

  override func tearDown() { (folder, disk) = (nil, nil) }

  /// Histories are not promised, and leftovers do not matter.
  private func isIgnored(_ path: String) -> Bool { path.hasSuffix(".gascol") || path.contains(".partial-") }

  /// Records what `body` does, with a mark at each epoch, which has its checkpoint then.
  private func record(
    lacking lacks: Set<DiskSeam.Operation> = [], _ body: ((EpochRecord) -> Void) throws -> Void
  ) throws -> DiskRecord {
    let record = try DiskRecord(below: disk.path)
    try record.record(lacking: lacks) { try body { _ in record.mark() } }
    return record
  }

  /// Fails the power after each change. `problem` tells what is wrong with a run that is at an epoch, or at `nil`: one
  /// that has no checkpoint.
  private func replay(
    _ record: DiskRecord, endsEarly: Bool = false, _ problem: (RunDisk, Int?, LostPower) throws -> String?
  ) throws -> DiskRecord.Replay {
    try record.replay(ignoring: isIgnored, endsEarly: endsEarly) { lost in
      let found = RunDisk(path: lost.path)
      return try problem(found, found.verifiedEpoch(), lost)
    }
  }

  func testTraining() throws {
    for lacks in [[], [.createNameless]] as [Set<DiskSeam.Operation>] {
      try FileTree.remove(disk.run)
      let record = try record(lacking: lacks) { try disk.train(settings, report: $0) }
      XCTAssertEqual(record.markCount, 3)
      let whole = try disk.contents()
      func replay(_ record: DiskRecord, endsEarly: Bool = false) throws -> DiskRecord.Replay {
        try self.replay(record, endsEarly: endsEarly) { found, epoch, lost in
          guard (epoch ?? -1) >= lost.markCount - 1 else { return "epoch \(lost.markCount - 1) is lost" }
          try epoch == nil ? found.train(settings) : found.resume(settings)
          try found.clean()
          return try found.contents() == whole && found.strangers() == [] ? nil : "other bits, or leftovers"
        }
      }
      let result = try replay(record)
      XCTAssertEqual(result.problems, [])
      XCTAssertGreaterThan(result.diskCount, 20)
      for neglect in DiskRecord.Neglect.allCases where lacks.isEmpty {
        XCTAssertNotEqual(try replay(record.neglecting(neglect), endsEarly: true).problems, [], "\(neglect)")
      }
    }
  }

  func testResuming() throws {
    let longer = RunDisk.settings(epochs: 4)
    try disk.train(longer)
    let whole = try disk.contents()
    try FileTree.remove(disk.run)
    try disk.train(settings)
    let record = try record { try disk.resume(longer, report: $0) }
    XCTAssertEqual(record.markCount, 2)
    let result = try replay(record) { found, epoch, lost in
      guard let epoch, epoch >= 2 + lost.markCount else { return "epoch \(2 + lost.markCount) is lost" }
      try found.resume(longer)
      return try found.contents() == whole ? nil : "other bits"
    }
    XCTAssertEqual(result.problems, [])
    XCTAssertGreaterThan(result.diskCount, 10)
  }

  /// The old run stays whole until the new one, which has nothing but its settings then, is in its place.
  func testReplacingARun() throws {
    let other = RunDisk.settings(epochs: 1, hidden: 3)
    for lacks in [[], [.exchange, .createNameless]] as [Set<DiskSeam.Operation>] {
      try FileTree.remove(disk.run)
      try disk.train(other)
      let old = try disk.contents()
      let record = try record(lacking: lacks) { try disk.train(settings, overwrite: true, report: $0) }
      let whole = try disk.contents()
      let result = try replay(record) { found, epoch, lost in
        let store = try Store(opening: found.store)
        // Where names cannot be exchanged, the old run may have to get its name back, as the next command sees to.
        if lacks.contains(.exchange) { Leftovers.sweep(beside: found.run) }
        let hidden = try RunFolder.open(in: store, name: "run").settings().hidden
        if hidden == other.hidden { return try lost.markCount == 0 && found.contents() == old ? nil : "the old run" }
        guard (epoch ?? -1) >= lost.markCount - 1 else { return "epoch \(lost.markCount - 1) is lost" }
        try epoch == nil ? found.train(settings) : found.resume(settings)
        let left = try found.contents()
        return left == whole ? nil : "other bits: \(left.keys.filter { left[$0] != whole[$0] }.sorted())"
      }
      XCTAssertEqual(result.problems, [])
      XCTAssertGreaterThan(result.diskCount, 20)
    }
  }
}
