import Foundation
import GasBase
import GasFiles
import GasGraph
import TestSupport
import XCTest

@testable import GasTables

final class SharedRelationTests: XCTestCase {
  /// Rows of edges go to the disk where memory does not hold them: one without room for them is refused before.
  func testADiskWithoutRoom() throws {
    let folder = try TemporaryFolder()
    let disk = folder.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try XCTSkipIf(mount("tmpfs", disk, "tmpfs", 0, "size=1m") != 0, "only root may mount a disk")
    defer { umount(disk) }
    let count = 8000
    func find(memoryBytes: Int) throws {
      let space = Workspace(scratch: try ScratchFolder(at: disk + "/scratch"), memoryBytes: memoryBytes)
      let edges = try EdgeLog<UInt32>(in: space, isWeighted: false)
      try edges.append(
        EdgeChunk(sources: (0..<UInt32(count)).map { $0 }, targets: Array(repeating: 0, count: count)))
      _ = try SharedRelations(of: edges, in: [(0, count / 2), (1, count)], isDirected: true, space)
    }
    // The edges take 64 kB of the disk, and their rows would take 128 kB.
    try find(memoryBytes: 1 << 16)
    _ = FileManager.default.createFile(atPath: disk + "/filler", contents: Data(count: 870_000))
    assertRefused("expected 125.0 KiB of free disk to find which of 8000 edges stand in several relations", "--scratch")
    {
      try find(memoryBytes: 1 << 16)
    }
    try find(memoryBytes: 1 << 20)
  }
}
