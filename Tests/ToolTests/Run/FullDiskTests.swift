import Foundation
import TestSupport
import XCTest

/// A store and its run on a disk that is too small for what a command makes.
final class FullDiskTests: ToolTestCase {
  func testResumingLeavesTheRunAsItWas() throws {
    try makeStore(nodes: 20_000)
    let disk = file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try XCTSkipIf(mount("tmpfs", disk, "tmpfs", 0, "size=16m") != 0, "only root may mount a disk")
    defer { umount(disk) }
    try FileManager.default.copyItem(atPath: file("g.store"), toPath: disk + "/g.store")
    try succeed(
      .run, "train", "disk/g.store", "--run", "a", "--model", "gcn", "--hidden", "16", "--epochs", "2",
      "--batch-partitions", "1")
    let free = try XCTUnwrap(
      FileManager.default.attributesOfFileSystem(forPath: disk)[.systemFreeSize] as? NSNumber
    ).intValue
    // Histories take 20 000 × 16 numbers and a step each: 1.4 MB.
    for left in [0, 64 << 10, 1280 << 10] {
      XCTAssertTrue(FileManager.default.createFile(atPath: disk + "/filler", contents: Data(count: free - left)))
      try assertRefused(
        .run, "resume", "disk/g.store", "--run", "a", "--epochs", "3",
        says: "new histories take", "gas-run clean with the run's name does that", status: .refusedBudget)
      try FileManager.default.removeItem(atPath: disk + "/filler")
    }
    try succeed(.stat, "verify", "disk/g.store")
    // What the message says helps.
    XCTAssertTrue(FileManager.default.createFile(atPath: disk + "/filler", contents: Data(count: free - (1280 << 10))))
    try succeed(.run, "clean", "disk/g.store", "a")
    try succeed(.run, "resume", "disk/g.store", "--run", "a", "--epochs", "3")
  }
}
