import Foundation
import TestSupport
import XCTest

@testable import GasIngest

final class PartitionFileTests: XCTestCase {
  private func ingest(_ inputs: Inputs, _ file: String, count: Int? = nil) throws {
    try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n")) {
      $0.partitioner = .file(file)
      $0.partitionCount = count
      $0.replacesExisting = true
    }
  }

  func testPartitionsAreThoseOfTheFile() throws {
    let inputs = try Inputs()
    for file in [
      try inputs.text("# mine\n1\n0\n1\n2\n", "parts.txt"), try inputs.array([1, 0, 1, 2] as [UInt8], "parts.npy"),
    ] {
      try ingest(inputs, file)
      XCTAssertEqual(try inputs.contents().partitionOfNode, [1, 0, 1, 2])
      try ingest(inputs, file, count: 3)
    }
    XCTAssertEqual(try inputs.contents().store.manifest.provenance.partitioner, "file:\(inputs.path("parts.npy"))")
  }

  func testWrongFilesAreRefused() throws {
    let inputs = try Inputs()
    func refused(_ text: String, _ file: String, count: Int? = nil) {
      assertRefused(text) { try ingest(inputs, file, count: count) }
    }
    refused("expected 4 partition numbers, one for each node, found 3", try inputs.text("0\n1\n1\n", "a.txt"))
    refused("b.txt:2: expected a partition number, found \"x\"", try inputs.text("0\nx\n", "b.txt"))
    refused("partition 1 of 3 is empty; number them without gaps", try inputs.text("0\n2\n2\n0\n", "c.txt"))
    refused("found -1 for node 2", try inputs.text("0\n0\n-1\n0\n", "d.txt"))
    refused("expected partition numbers from 0 to at most 3, found 4", try inputs.text("0\n4\n1\n2\n", "e.txt"))
    refused("expected a vector of integers, found <f4 of shape (4,)", try inputs.array([0, 1, 0, 1 as Float], "f.npy"))
    refused("expected 3 partitions (--partitions), found 2", try inputs.text("0\n1\n1\n0\n", "g.txt"), count: 3)
    refused("missing.txt: cannot open", inputs.path("missing.txt"))
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: inputs.folder.path).filter { $0.contains("store") }, [])
  }
}
