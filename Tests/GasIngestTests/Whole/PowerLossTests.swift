import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// Ingest and generate where the power fails after any change, by the model of a disk that `DiskModel` is: the old thing is there or the new one,
/// whole, and once the command has said that it is done, the new one.
final class PowerLossTests: XCTestCase {
  private var inputs: Inputs!
  private var disk = ""

  override func setUpWithError() throws {
    inputs = try Inputs()
    disk = inputs.path("disk")
    try FileTree.makeFolders(disk)
    try inputs.text("0 1\n1 2\n", "old.tsv")
    try inputs.text((0..<40).map { "\($0) \(($0 * 7 + 1) % 40)\n" }.joined(), "new.tsv")
    try inputs.array((0..<40).map { Int64($0 % 3) }, "labels.npy")
    try inputs.array((0..<80).map { Float($0) }, [40, 2], "features.npy")
  }

  override func tearDown() { inputs = nil }

  private func columns(_ folder: String) throws -> FolderContents { try FolderContents("\(folder)/out.store/columns") }

  private func ingest(_ folder: String) throws {
    try inputs.ingest(inputs.path("new.tsv")) {
      $0.output = "\(folder)/out.store"
      $0.replacesExisting = true
      $0.features = inputs.path("features.npy")
      $0.labels = inputs.path("labels.npy")
      $0.partitionCount = 2
    }
  }

  /// - Returns: how many disks were looked at.
  private func replayIngest(replaces: Bool, lacking lacks: Set<DiskSeam.Operation> = []) throws -> Int {
    var old: FolderContents?
    if replaces {
      try inputs.ingest(inputs.path("old.tsv")) { $0.output = "\(disk)/out.store" }
      old = try columns(disk)
    }
    let record = try DiskRecord(below: disk)
    try record.record(lacking: lacks) {
      try ingest(disk)
      record.mark()
    }
    let new = try columns(disk)
    return try record.replay { lost in
      // Where names cannot be exchanged, the old store may have to get its name back, as the next command sees to.
      if lacks.contains(.exchange) { Leftovers.sweep(beside: lost.path + "/out.store") }
      let store = lost.path + "/out.store"
      guard FileManager.default.fileExists(atPath: store) else {
        return XCTAssertTrue(old == nil && lost.markCount == 0, "\(lost.label): no store is there")
      }
      do { _ = try StoreVerifier(Store(opening: store)).verify() } catch { XCTFail("\(lost.label): \(error)") }
      let found = try columns(lost.path)
      XCTAssertTrue(found == new || (found == old && lost.markCount == 0), "\(lost.label): another store is there")
    }
  }

  func testIngest() throws {
    XCTAssertGreaterThan(try replayIngest(replaces: false), 100)
  }

  func testReplacingAStore() throws {
    XCTAssertGreaterThan(try replayIngest(replaces: true), 100)
  }

  func testReplacingAStoreWithoutExchangeAndNamelessFiles() throws {
    XCTAssertGreaterThan(try replayIngest(replaces: true, lacking: [.exchange, .createNameless]), 100)
  }

  // MARK: Generated files

  private func generate(_ seed: UInt64, _ folder: String) throws {
    var options = GeneratorOptions(nodeCount: 30, edgeCount: 60, featureWidth: 2, classCount: 2)
    options.seed = seed
    try Generator(options, folder: folder, parallel: Parallel(threadCount: 1)).run(replacesExisting: true)
  }

  /// With their folder: all or none.
  func testGeneratingAFolder() throws {
    let record = try DiskRecord(below: disk)
    try record.record {
      try generate(1, "\(disk)/data")
      record.mark()
    }
    let new = try FolderContents("\(disk)/data")
    let count = try record.replay { lost in
      let found = try? FolderContents("\(lost.path)/data")
      XCTAssertTrue(found == new || (found == nil && lost.markCount == 0), lost.label)
    }
    XCTAssertGreaterThan(count, 20)
  }

  /// Over files that are there: each by itself.
  func testReplacingGeneratedFiles() throws {
    try generate(1, "\(disk)/data")
    let old = try FolderContents("\(disk)/data")
    for lacks in [[], [.createNameless]] as [Set<DiskSeam.Operation>] {
      try generate(1, "\(disk)/data")
      let record = try DiskRecord(below: disk)
      try record.record(lacking: lacks) {
        try generate(2, "\(disk)/data")
        record.mark()
      }
      let new = try FolderContents("\(disk)/data")
      XCTAssertEqual(new.differences(from: old).count, 7)
      let count = try record.replay { lost in
        let found = try FolderContents("\(lost.path)/data")
        for name in new.names {
          let isRight = found.files[name] == new.files[name] || (found.files[name] == old.files[name] && lost.markCount == 0)
          XCTAssertTrue(isRight, "\(lost.label): \(name)")
        }
      }
      XCTAssertGreaterThan(count, 20)
    }
  }
}
