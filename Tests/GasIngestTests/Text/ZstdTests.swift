import TestSupport
import XCTest

@testable import GasFormats

/// Text packed by zstd, wherever lines are read.
final class ZstdTests: XCTestCase {
  private let text = Array((0..<5000).map { "\($0) \($0 * 7919 % 1000)\n" }.joined().utf8)

  private func lines(_ path: String) throws -> [String] { try LineReader.lines(of: path) }

  /// Bytes that decoders pass over: a mark, a length and so many bytes.
  private func skippable(_ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0x50 | kind, 0x2a, 0x4d, 0x18, UInt8(content.count), 0, 0, 0] + content
  }

  func testFramesEndToEnd() throws {
    let inputs = try Inputs()
    let frames =
      skippable(0, [1, 2, 3]) + inputs.zstd(Array("1 2\n3".utf8)) + inputs.zstd([]) + skippable(15, [])
      + inputs.zstd(Array(" 4\n".utf8))
    XCTAssertEqual(try lines(inputs.bytes(frames, "packed")), ["1 2", "3 4"])
    XCTAssertEqual(try lines(inputs.bytes(frames + [UInt8](repeating: 0, count: 600_000), "packed")), ["1 2", "3 4"])
  }

  /// Far more text than a read asks for comes of input that fits into one: it has to be drawn out of the decoder.
  func testTextMuchLargerThanItsFile() throws {
    let inputs = try Inputs()
    let long = String(repeating: "x", count: 5 << 20)
    let packed = inputs.zstd(Array("\(long)\ny\n".utf8))
    XCTAssertLessThan(packed.count, 1 << 16)
    XCTAssertEqual(try lines(inputs.bytes(packed, "packed.zst")), [long, "y"])
  }

  func testTruncationIsRefusedWhereverItIs() throws {
    let inputs = try Inputs()
    let whole = inputs.zstd(text)
    for count in 4..<whole.count where count < 24 || count > whole.count - 24 || count % 1009 == 0 {
      let path = try inputs.bytes(Array(whole[..<count]), "cut.zst")
      assertRefused("cut.zst at offset \(count): the zstd data ends in the middle") { _ = try lines(path) }
    }
  }

  func testDamageIsRefused() throws {
    let inputs = try Inputs()
    let whole = inputs.zstd(text)
    for place in stride(from: 4, to: whole.count, by: whole.count / 60) {
      var damaged = whole
      damaged[place] ^= 0x20
      let path = try inputs.bytes(damaged, "damaged.zst")
      assertRefused("damaged.zst at offset", "zstd data") { _ = try lines(path) }
    }
    let longer = try inputs.bytes(whole + Array("more".utf8), "longer.zst")
    assertRefused("longer.zst at offset \(whole.count): expected the end of the zstd data or another frame") {
      _ = try lines(longer)
    }
    let other = try inputs.bytes(whole + Array("(not a frame)".utf8), "other.zst")
    assertRefused("other.zst at offset", "the zstd data is damaged: Unknown frame descriptor") { _ = try lines(other) }
  }

  func testIdsAndSplitsMayBePackedToo() throws {
    let inputs = try Inputs()
    let report = try inputs.ingest(inputs.bytes(inputs.zstd(Array("7 5\n".utf8)), "edges.tsv.zst")) {
      $0.ids = try! inputs.bytes(inputs.zstd(Array("5\n6\n7\n".utf8)), "ids.zst")
      $0.splitParts[.train] = try! inputs.bytes(inputs.zstd(Array("6\n".utf8)), "train.zst")
    }
    XCTAssertEqual(report.nodes, 3)
    XCTAssertEqual(report.splits.map(\.train), [1])
  }
}
