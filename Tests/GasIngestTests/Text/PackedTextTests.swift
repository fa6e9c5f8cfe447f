import Foundation
import TestSupport
import XCTest

@testable import GasFormats

/// Text packed by bzip2 and xz (gzip and zstd: `LineReaderTests`, `ZstdTests`; archives: `TarTests`).
final class PackedTextTests: XCTestCase {
  private let text = (0..<5000).map { "\($0) \($0 * 7919 % 1000)\n" }.joined()
  private var bytes: [UInt8] { Array(text.utf8) }

  private func lines(_ path: String) throws -> [String] { try LineReader.lines(of: path) }
  private var expected: [String] { text.split(separator: "\n").map(String.init) }

  func testStreamsEndToEnd() throws {
    let inputs = try Inputs()
    for pack in [inputs.bzip2, inputs.xz] {
      let streams = pack(Array("1 2\n3".utf8)) + pack([]) + pack(Array(" 4\n".utf8))
      XCTAssertEqual(try lines(inputs.bytes(streams, "packed")), ["1 2", "3 4"])
      XCTAssertEqual(
        try lines(inputs.bytes(streams + [UInt8](repeating: 0, count: 600_000), "packed")), ["1 2", "3 4"])
      XCTAssertEqual(try lines(inputs.bytes(pack(bytes), "packed.txt")), expected)
    }
  }

  /// Far more text than a read asks for comes of a few bytes.
  func testTextMuchLargerThanItsFile() throws {
    let inputs = try Inputs()
    let long = String(repeating: "x", count: 5 << 20)
    for pack in [inputs.bzip2, inputs.xz] {
      let packed = pack(Array("\(long)\ny\n".utf8))
      XCTAssertLessThan(packed.count, 1 << 16)
      XCTAssertEqual(try lines(inputs.bytes(packed, "packed")), [long, "y"])
    }
  }

  /// Dictionaries and windows are memory too, of which a file may ask for gigabytes.
  func testMemoryThatUnpackingTakes() throws {
    let inputs = try Inputs()
    let packed: [(String, [UInt8], String)] = [
      ("xz", inputs.xz(bytes, preset: 9), "64.1 MiB"), ("zstd", inputs.zstd(bytes, windowLog: 27), "more"),
    ]
    for (name, bytes, needed) in packed {
      let path = try inputs.bytes(bytes, "edges.\(name)")
      XCTAssertEqual(try lines(path), expected, name)
      assertRefused(
        "edges.\(name)", "unpacking the \(name) data takes \(needed) of memory, and there are 16.0 MiB", "--memory",
        "\(name) -dc"
      ) {
        try inputs.ingest(path) { $0.memoryBytes = 64 << 20 }
      }
      XCTAssertEqual(try inputs.ingest(path) { $0.memoryBytes = 1 << 30 }.edges.read, expected.count)
      try FileManager.default.removeItem(atPath: inputs.store)
    }
    for usual in [inputs.xz(bytes, preset: 6), inputs.zstd(bytes, windowLog: 23), inputs.bzip2(bytes)] {
      try inputs.ingest(inputs.bytes(usual, "usual")) { ($0.memoryBytes, $0.replacesExisting) = (64 << 20, true) }
    }
  }

  func testTruncationAndDamageAreRefused() throws {
    let inputs = try Inputs()
    for (name, whole) in [("bzip2", inputs.bzip2(bytes)), ("xz", inputs.xz(bytes))] {
      for count in stride(from: 12, to: whole.count, by: 997) {
        assertRefused("at offset \(count): the \(name) data ends in the middle; the file is truncated") {
          _ = try lines(inputs.bytes(Array(whole[..<count]), "cut"))
        }
      }
      for place in stride(from: 12, to: whole.count - 12, by: whole.count / 20) {
        var damaged = whole
        damaged[place] ^= 0x20
        assertRefused("the \(name) data") { _ = try lines(inputs.bytes(damaged, "damaged")) }
      }
      assertRefused("expected the end of the \(name) data or another stream") {
        _ = try lines(inputs.bytes(whole + Array("more".utf8), "longer"))
      }
    }
  }

  /// What is packed is still told by its content.
  func testAMatrixInAnArchive() throws {
    let inputs = try Inputs()
    let text = Array("%MatrixMarket matrix coordinate pattern symmetric\n3 3 1\n2 1\n".utf8)
    let archive = inputs.tar(inputs.tarMember("a/", [], kind: "5"), inputs.tarMember("a/a.mtx", text))
    for packed in [archive, try inputs.gzip(archive), inputs.bzip2(archive), inputs.xz(archive), inputs.zstd(archive)] {
      let graph = try inputs.read(file: inputs.bytes(packed, "packed"))
      XCTAssertEqual(graph.edges, ["0-1"])
      XCTAssertEqual(graph.nodes.count, 3)
    }
  }

  func testNoStoreIsMadeOfAnArchiveOfTwo() throws {
    let inputs = try Inputs()
    let edges = Array("1 2\n".utf8)
    let two = inputs.tar(inputs.tarMember("a", edges), inputs.tarMember("b", edges))
    assertRefused("expected one file in the tar archive, found 2: a, b", "tar -xOf") {
      _ = try inputs.read(file: inputs.bytes(two, "two.tar"))
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: inputs.store))
  }
}
