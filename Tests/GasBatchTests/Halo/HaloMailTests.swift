import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
@testable import GasTrain

/// Halo rows that come by mail are the same as those in the histories.
final class HaloMailTests: MailCase {
  func testEveryModelLearnsTheSame() throws { try assertEveryModelFindsTheSame() }

  func testLargeFilesHoldTheSame() throws { try assertLargeFilesHoldTheSame() }

  func testFewBatches() throws { try assertFewBatches() }

  /// Rows that an epoch does not push come from the histories when another epoch reads them.
  func testPartitionsThatAreNotVisited() throws {
    var graph = TinyGraph.random(nodes: 200, degree: 6, partitions: 14)
    for node in 0..<200 where graph.partition[node] % 3 == 0 { graph.splits[node] = 2 }
    for graph in [graph, .random(nodes: 200, degree: 6, partitions: 14)] {
      let fixture = try RunFixture(graph)
      for bytes in Self.windowBytes {
        try assertSameBits(fixture, windowBytes: bytes) {
          ($0.maxSteps, $0.batchPartitions, $0.epochs, $0.evaluateEvery) = (5, .partitions(1), 9, 8)
        }
      }
    }
  }

  func testResumedRunEqualsUninterruptedOne() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 6, partitions: 14))
    let settings = RunFixture.settings {
      ($0.haloWindows, $0.epochs, $0.evaluateEvery) = (.mail, 6, 2)
    }
    try fixture.train("straight", settings)
    let stopped = try start(fixture, "stopped", settings, windowBytes: 3000).train(shouldStop: { true })
    XCTAssertFalse(stopped.isComplete)
    XCTAssertTrue(try fixture.resume("stopped", settings).isComplete)
    try fixture.assertSameBits("straight", "stopped")
  }

  /// Between evaluations, what the next epoch pushes again is not written to the histories.
  func testHistoriesAreWrittenBeforeTheyAreRead() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 6, partitions: 14))
    let settings = RunFixture.settings { ($0.haloWindows, $0.epochs, $0.evaluateEvery) = (.mail, 4, 4) }
    let trainer = try start(fixture, "run", settings, windowBytes: 3000)
    var written: [Bool] = []
    _ = try trainer.train(report: { record in
      guard record.epoch > 0, record.epoch < 4 else { return }
      guard let ages = try? trainer.runner.histories[1].ages(0..<200, at: record.step) else { return }
      written.append(ages.keys.contains { $0 < record.step })
    })
    XCTAssertEqual(written, [false, false, false], "the first epoch's rows are those of the exact pass before it")
  }

  func testFilesGoWithTheirPass() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 30))
    let before = try fixture.namelessFileCount()
    let settings = RunFixture.settings {
      ($0.haloWindows, $0.hidden, $0.epochs, $0.evaluateEvery, $0.measureError) = (.mail, 64, 4, 2, false)
    }
    let trainer = try start(fixture, "run", settings, windowBytes: 200_000)
    var counts: [Int] = []
    _ = try trainer.train(report: { _ in counts.append((try? fixture.namelessFileCount()) ?? -1) })
    // The two histories, each with its steps, have no names before there is a checkpoint.
    let others = before + 4
    // These are the rows of three sources with their numbers and places, for the next epoch.
    XCTAssertEqual(counts, [others + 5, others + 5, others + 5, others + 5, others])
  }

  func testErrorsOfTheDiskReachTheCaller() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("column")
    try MutableColumn.create(path, type: .float32, rowCount: 1 << 20, width: 1)
    // This column cannot be written to.
    let column = try MutableColumn(opening: path, access: .read)
    let writer = MailWriter(bufferBytes: 4096, waitingBytes: 8192)
    writer.write(try writer.buffer(), count: 4096, to: 0..<1024, at: 0, of: column.values)
    XCTAssertThrowsError(try writer.drain()) { XCTAssertTrue("\($0)".contains("write"), "\($0)") }
    XCTAssertThrowsError(try writer.buffer())
  }

  /// Windows become as large as memory allows, then buffers do.
  func testMemoryFollowsTheRoom() throws {
    let halo = (all: 8_000_000, largestBatch: 30_000)
    for rowBytes in [[256, 256], [68, 68], [1024], [130, 256, 256]] {
      var last = 0
      for room in [128 << 20, 200 << 20, 500 << 20, 4 << 30, 64 << 30] {
        let memory = try XCTUnwrap(MailMemory(room: room, halo: halo, rowBytes: rowBytes), "\(rowBytes), \(room)")
        XCTAssertLessThanOrEqual(memory.byteCount, room)
        XCTAssertGreaterThanOrEqual(memory.windowBytes, last)
        XCTAssertGreaterThanOrEqual(memory.windowBytes, halo.largestBatch * rowBytes.reduce(0, +))
        XCTAssertLessThanOrEqual(memory.windowBytes, halo.all * rowBytes.reduce(0, +))
        XCTAssertGreaterThan(memory.bufferBytes, 4096 + rowBytes.max()!)
        last = memory.windowBytes
      }
    }
    XCTAssertNil(MailMemory(room: 10 << 20, halo: halo, rowBytes: [256, 256]), "no room for two batches")
    XCTAssertNil(MailMemory(room: 1 << 30, halo: (0, 0), rowBytes: [256]), "nothing to be sent")
  }
}
