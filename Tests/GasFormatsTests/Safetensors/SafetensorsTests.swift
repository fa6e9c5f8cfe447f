import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFormats

/// Files that other programs made, or somebody who means harm.
final class SafetensorsTests: XCTestCase {
  private func read(_ header: String, data: Int = 0) throws -> Safetensors {
    let folder = try TemporaryFolder()
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes += Data(header.utf8) + Data(count: data)
    try bytes.write(to: URL(fileURLWithPath: folder.file("a.safetensors")))
    return try Safetensors(reading: folder.file("a.safetensors"))
  }

  private func assertRefused(_ header: String, data: Int = 0, says: String, line: UInt = #line) {
    XCTAssertThrowsError(try read(header, data: data), line: line) { error in
      XCTAssertTrue(error is GasError && "\(error)".contains(says), "\(error)", line: line)
      XCTAssertLessThan("\(error)".utf8.count, 600, line: line)
    }
  }

  private func entry(_ shape: String, _ start: Int, _ end: Int) -> String {
    #"{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(end)]}"#
  }

  func testFilesOfOthersAreRead() throws {
    let file = try read(
      #"{"__metadata__":{"format":"pt"},"b":\#(entry("[2,2]", 4, 20)),"a":\#(entry("[]", 0, 4)),"c":\#(entry("[0,3]", 20, 20))}   "#,
      data: 20)
    XCTAssertEqual(file.tensors.mapValues(\.shape), ["a": [], "b": [2, 2], "c": [0, 3]])
    XCTAssertEqual(file.metadata, ["format": "pt"])
    XCTAssertFalse(file.isSealed)
    XCTAssertEqual(try read("{}").tensors, [:])
  }

  func testWhatIsWrittenIsPlainAndAligned() throws {
    let folder = try TemporaryFolder()
    var file = Safetensors()
    file.tensors = ["checksum": .init(shape: [3], values: [1, 2, 3]), "b": .init(shape: [0, 4], values: [])]
    file.metadata = ["note": #""checksum":"12345678""#, "gas": "{}"]
    try file.write(to: folder.file("a"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("a")))
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    XCTAssertEqual(length % 8, 0)
    XCTAssertEqual(bytes.count, 8 + length + 12)
    let header = try XCTUnwrap(
      JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: [String: Any]])
    let texts = try XCTUnwrap(header["__metadata__"] as? [String: String])
    XCTAssertEqual(texts["checksum-kind"], "crc32")
    XCTAssertEqual(texts["note"], #""checksum":"12345678""#)
    // As docs/format.md says: over the file with the digits as zeros.
    let digits = Data("\"checksum\":\"\(try XCTUnwrap(texts["checksum"]))\"".utf8)
    var blank = bytes
    blank.replaceSubrange(try XCTUnwrap(bytes.range(of: digits)), with: Data(#""checksum":"00000000""#.utf8))
    var sum = UInt32.max
    for byte in blank {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    XCTAssertEqual(texts["checksum"], String(format: "%08x", ~sum))
    let back = try Safetensors(reading: folder.file("a"))
    XCTAssertTrue(back.isSealed)
    XCTAssertEqual(back.tensors, file.tensors)
    XCTAssertEqual(back.metadata, file.metadata)
  }

  /// Numbers of other programs, each at its type's limits, after a tensor that moves them off their alignment.
  func testOtherTypesAreConverted() throws {
    let folder = try TemporaryFolder()
    func write(_ tensors: [(name: String, type: String, shape: String, bytes: [UInt8])]) throws {
      var (entries, data) = ([String](), Data())
      for (name, type, shape, bytes) in tensors {
        entries.append(
          #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(data.count),\#(data.count + bytes.count)]}"#
        )
        data += bytes
      }
      let header = Data("{\(entries.joined(separator: ","))}".utf8)
      let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
      try (length + header + data).write(to: URL(fileURLWithPath: folder.file("a")))
    }
    func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }
    let doubles = [0.1, -1e-300, .infinity, 3.4e38]
    try write([
      ("half", "F16", "[3]", bytes([Float16(0.1), -65504, 6e-8])),
      ("brain", "BF16", "[1,2]", bytes([UInt16(0x3dcd), 0xff7f])), ("double", "F64", "[4]", bytes(doubles)),
      ("counter", "I64", "[]", bytes([Int64(7)])), ("plain", "F32", "[1]", bytes([Float(0.1)])),
    ])
    let path = folder.file("a")
    let file = try Safetensors(converting: path) { $0 == "counter" }
    XCTAssertEqual(file.converted, ["half": "F16", "brain": "BF16", "double": "F64"])
    XCTAssertEqual(file.tensors["half"]?.values, [Float(Float16(0.1)), -65504, Float(Float16(6e-8))])
    XCTAssertEqual(file.tensors["brain"]?.values, [Float(bitPattern: 0x3dcd_0000), Float(bitPattern: 0xff7f_0000)])
    XCTAssertEqual(file.tensors["double"]?.values, doubles.map { Float($0) })
    XCTAssertEqual(file.tensors["plain"]?.values, [0.1])
    XCTAssertNil(file.tensors["counter"])
    TestSupport.assertRefused("tensor \"counter\" to be float32, float16, bfloat16, float64", "I64") {
      _ = try Safetensors(converting: path)
    }
    TestSupport.assertRefused("to be float32, found") { _ = try Safetensors(reading: path) }
    try write([("d", "F64", "[1]", bytes([1e39]))])
    TestSupport.assertRefused("that float32 can hold", "1e+39 at place 0 of \"d\"") {
      _ = try Safetensors(converting: path)
    }
    try write([("h", "F16", "[2]", bytes([Float16(1)]))])
    TestSupport.assertRefused("tensor \"h\"") { _ = try Safetensors(converting: path) }
  }

  func testHostileShapesAndOffsets() {
    for shape in [
      "[1099511627776,1099511627776]", "[4611686018427387904]", "[9223372036854775807]", "[9223372036854775808]",
      "[-1]",
      "[-1,-1]", "[1e300]", "[1.5]", "[null]", "{}", "\"1\"", "[[1]]", "[3037000500,3037000500,4]", "[true,\"a\"]",
    ] {
      assertRefused(#"{"a":\#(entry(shape, 0, 4))}"#, data: 4, says: "tensor \"a\"")
    }
    assertRefused(#"{"a":\#(entry("[2]", 0, 4))}"#, data: 8, says: "tensor \"a\"")
    assertRefused(#"{"a":\#(entry("[1]", 4, 8))}"#, data: 8, says: "to begin at 0")
    assertRefused(#"{"a":\#(entry("[1]", -4, 0))}"#, data: 8, says: "tensor \"a\"")
    assertRefused(#"{"a":\#(entry("[2]", 0, 8))}"#, data: 4, says: "bytes of data")
    assertRefused(#"{"a":\#(entry("[1]", 0, 4))}"#, data: 8, says: "bytes of data")
    assertRefused(#"{"a":\#(entry("[2]", 0, 8)),"b":\#(entry("[1]", 4, 8))}"#, data: 8, says: "to begin at 8")
    assertRefused(#"{"a":\#(entry("[1]", 0, 4)),"b":\#(entry("[1]", 8, 12))}"#, data: 12, says: "to begin at 4")
    assertRefused(#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, data: 2, says: "float32")
    assertRefused(#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, data: 4, says: "float32")
    assertRefused(#"{"a":7}"#, says: "float32")
  }

  func testHostileHeaders() {
    let one = entry("[1]", 0, 4)
    assertRefused(#"{"a":\#(one),"a":\#(one)}"#, data: 4, says: "there twice")
    assertRefused(#"{"a":\#(one),"\u0061":\#(one)}"#, data: 4, says: "there twice")
    assertRefused(#"{"__metadata__":{"gas":"1","gas":"2"}}"#, says: "there twice")
    assertRefused(#"{"__metadata__":{"gas":1}}"#, says: "__metadata__ to be of texts")
    assertRefused(#"{"__metadata__":[]}"#, says: "__metadata__ to be of texts")
    assertRefused("[1]", says: "a JSON header")
    assertRefused("", says: "a JSON header")
    assertRefused("\u{feff}{", says: "a JSON header")
    assertRefused(String(repeating: "[", count: 200_000), says: "a JSON header")
    assertRefused(
      #"{"a":"# + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}",
      says: "expected ")
    assertRefused(#"{"\#(String(repeating: "n", count: 100_000))":0}"#, says: "float32")
    // One of the two alone, or what the file cannot have.
    assertRefused(#"{"__metadata__":{"checksum":"00000000"}}"#, says: "checksum-kind")
    assertRefused(#"{"__metadata__":{"checksum-kind":"crc32"}}"#, says: "a checksum of eight digits")
    assertRefused(#"{"__metadata__":{"checksum":"00000000","checksum-kind":"crc32"}}"#, says: "checksum 00000000")
    assertRefused(#"{"__metadata__":{"checksum":"0","checksum-kind":"crc32"}}"#, says: "eight digits")
    assertRefused(#"{"__metadata__":{"checksum":"00000000","checksum-kind":"md5"}}"#, says: "checksum-kind crc32")
  }

  func testHostileLengths() throws {
    let folder = try TemporaryFolder()
    for bytes in [
      [], [1], [UInt8](repeating: 255, count: 8), [0, 0, 0, 0, 0, 0, 0, 128], [9, 0, 0, 0, 0, 0, 0, 0, 123],
      [0, 0, 0, 2, 0, 0, 0, 0, 0],
    ] as [[UInt8]] {
      try Data(bytes).write(to: URL(fileURLWithPath: folder.file("a")))
      XCTAssertThrowsError(try Safetensors(reading: folder.file("a"))) { XCTAssertTrue($0 is GasError, "\($0)") }
    }
  }
}
