import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasGenerate

/// Ingest and generate where the power fails after any change, by the model of a disk that `DiskModel` is: the old
/// thing is there or the new one, whole, and once the command has said that it is done, the new one.
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

  /// What is left of an unfinished thing does not matter.
  private func isLeftover(_ path: String) -> Bool { path.contains(".partial-") }

  // MARK: Ingest

  private func columns(_ folder: String) throws -> FolderContents { try FolderContents("\(folder)/out.store/columns") }

  private func ingest() throws {
    try inputs.ingest(inputs.path("new.tsv")) {
      $0.output = "\(disk)/out.store"
      $0.replacesExisting = true
      $0.features = inputs.path("features.npy")
      $0.labels = inputs.path("labels.npy")
      $0.partitionCount = 2
    }
  }

  private struct IngestRecord {
    var record: DiskRecord
    let old: FolderContents?
    let new: FolderContents
    let hasExchange: Bool
  }

  private func recordIngest(replaces: Bool, lacking lacks: Set<DiskSeam.Operation> = []) throws -> IngestRecord {
    if replaces { try inputs.ingest(inputs.path("old.tsv")) { $0.output = "\(disk)/out.store" } }
    let old = replaces ? try columns(disk) : nil
    let record = try DiskRecord(below: disk)
    try record.record(lacking: lacks) {
      try ingest()
      record.mark()
    }
    return IngestRecord(
      record: record, old: old, new: try columns(disk), hasExchange: !lacks.contains(.exchange))
  }

  private func replay(_ ingest: IngestRecord, endsEarly: Bool = false) throws -> DiskRecord.Replay {
    try ingest.record.replay(ignoring: isLeftover, endsEarly: endsEarly) { lost in
      let store = lost.path + "/out.store"
      // Where names cannot be exchanged, the old store may have to get its name back, as the next command sees to.
      if !ingest.hasExchange { Leftovers.sweep(beside: store) }
      guard FileManager.default.fileExists(atPath: store) else {
        return ingest.old == nil && lost.markCount == 0 ? nil : "no store is there"
      }
      _ = try StoreVerifier(Store(opening: store)).verify()
      let found = try columns(lost.path)
      return found == ingest.new || (found == ingest.old && lost.markCount == 0) ? nil : "another store is there"
    }
  }

  func testIngest() throws {
    let result = try replay(recordIngest(replaces: false))
    XCTAssertEqual(result.problems, [])
    XCTAssertGreaterThan(result.diskCount, 2)
  }

  func testReplacingAStore() throws {
    let result = try replay(recordIngest(replaces: true))
    XCTAssertEqual(result.problems, [])
    XCTAssertGreaterThan(result.diskCount, 2)
  }

  func testReplacingAStoreWithoutExchangeAndNamelessFiles() throws {
    let result = try replay(recordIngest(replaces: true, lacking: [.exchange, .createNameless]))
    XCTAssertEqual(result.problems, [])
    XCTAssertGreaterThan(result.diskCount, 3)
  }

  func testNeglectIsFound() throws {
    let ingest = try recordIngest(replaces: true)
    for neglect in [DiskRecord.Neglect.contents, .names] {
      var neglected = ingest
      neglected.record = ingest.record.neglecting(neglect)
      XCTAssertNotEqual(try replay(neglected, endsEarly: true).problems, [], "\(neglect)")
    }
  }

  // MARK: Generated files

  private func generate(_ seed: UInt64) throws {
    var options = GeneratorOptions(nodeCount: 30, edgeCount: 60, featureWidth: 2, classCount: 2)
    options.seed = seed
    try Generator(options, folder: "\(disk)/data", parallel: Parallel(threadCount: 1)).run(replacesExisting: true)
  }

  private func recordGenerate(_ seed: UInt64, lacking lacks: Set<DiskSeam.Operation> = []) throws -> DiskRecord {
    let record = try DiskRecord(below: disk)
    try record.record(lacking: lacks) {
      try generate(seed)
      record.mark()
    }
    return record
  }

  /// With their folder: all or none.
  func testGeneratingAFolder() throws {
    let record = try recordGenerate(1)
    let new = try FolderContents("\(disk)/data")
    let result = try record.replay(ignoring: isLeftover) { lost in
      let found = try? FolderContents("\(lost.path)/data")
      return found == new || (found == nil && lost.markCount == 0) ? nil : "others are there, or none"
    }
    XCTAssertEqual(result.problems, [])
    XCTAssertGreaterThan(result.diskCount, 2)
  }

  /// Over files that are there: each by itself.
  func testReplacingGeneratedFiles() throws {
    try generate(1)
    let old = try FolderContents("\(disk)/data")
    for lacks in [[], [.createNameless]] as [Set<DiskSeam.Operation>] {
      try generate(1)
      let record = try recordGenerate(2, lacking: lacks)
      let new = try FolderContents("\(disk)/data")
      XCTAssertEqual(new.differences(from: old).count, 7)
      func replay(_ record: DiskRecord, endsEarly: Bool) throws -> DiskRecord.Replay {
        try record.replay(ignoring: isLeftover, endsEarly: endsEarly) { lost in
          let found = try FolderContents("\(lost.path)/data").files
          return new.names.first { name in
            found[name] != new.files[name] && (found[name] != old.files[name] || lost.markCount > 0)
          }
        }
      }
      XCTAssertEqual(try replay(record, endsEarly: false).problems, [])
      for neglect in DiskRecord.Neglect.allCases {
        XCTAssertNotEqual(try replay(record.neglecting(neglect), endsEarly: true).problems, [], "\(neglect)")
      }
    }
  }
}
