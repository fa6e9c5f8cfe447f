import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasStore

final class NumPyArrayTests: XCTestCase {
  func testWrittenArraysAreReadBack() throws {
    let folder = try TemporaryFolder()
    func check<T: NpyElement & Equatable>(_ values: [T], _ shape: [Int], _ read: (NpyReader) throws -> [T]) throws {
      let path = folder.file("\(T.self).npy")
      try NpyWriter.write(values, shape: shape, to: path)
      let array = try NpyReader(opening: path)
      XCTAssertEqual(array.shape, shape)
      XCTAssertEqual(array.header.dataOffset % 64, 0)
      XCTAssertEqual(try read(array), values)
    }
    try check([Float(1.5), -2, .infinity, 0], [2, 2]) { $0.floats(0..<4) }
    try check([Int64.max, Int64.min, 0], [3]) { try $0.integers(0..<3) }
    try check([UInt32.max, 7], [2, 1]) { try $0.integers(0..<2).map { UInt32($0) } }
    try check([UInt8](0..<6), [1, 2, 3]) { try $0.integers(0..<6).map { UInt8($0) } }
    try check([Double](), [0, 4]) { _ in [] }
  }

  func testAFileIsThereOnlyWhenItIsWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("half.npy")
    var writer: NpyWriter? = try NpyWriter(creating: path, type: .float32, shape: [2])
    try writer?.append([Float(1)])
    XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    writer = nil
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), [])
  }

  func testRowsCanBeWrittenInAnyOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("rows.npy")
    let output = try NpyOutput<Float>(creating: path, rowCount: 3, width: 2)
    for row in [2, 0] { _ = output.row(row).update(from: [Float(row), 0.5]) }
    output.release()
    XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    try output.finish()
    let array = try NpyReader(opening: path)
    XCTAssertEqual(array.shape, [3, 2])
    XCTAssertEqual(array.floats(0..<6), [0, 0.5, 0, 0, 2, 0.5])
    let vector = try NpyOutput<Int64>(creating: folder.file("vector.npy"), rowCount: 2)
    vector.row(1)[0] = -7
    try vector.finish()
    XCTAssertEqual(try NpyReader(opening: folder.file("vector.npy")).shape, [2])
    XCTAssertEqual(try NpyReader(opening: folder.file("vector.npy")).integers(0..<2), [0, -7])
  }

  func testAnAbandonedOutputLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do { _ = try NpyOutput<Float>(creating: folder.file("rows.npy"), rowCount: 3, width: 2) }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), [])
  }

  func testAFailureNamesTheFolderThatIsMissing() throws {
    assertRefused("/nonexistent/a.npy", "cannot create") { try NpyWriter.write([1 as Float], to: "/nonexistent/a.npy") }
  }

  func testNumbersThatAreNotWholeAreRefusedAsIntegers() throws {
    let folder = try TemporaryFolder()
    func refused<T: NpyElement>(_ values: [T], _ text: String) throws {
      let path = folder.file("numbers.npy")
      try NpyWriter.write(values, to: path)
      let array = try NpyReader(opening: path)
      assertRefused(text) { _ = try array.integers(0..<values.count) }
    }
    try refused([Float(1), 2.5], "at offset 132: expected whole numbers, found 2.5 (element 1)")
    try refused([Double.nan], "found nan (element 0)")
    try refused([1e30 as Double], "found 1e+30 (element 0)")
    try refused([1, UInt64.max], "found a number above 2^63 − 1 (element 1)")
  }

  func testHalfPrecisionIsExact() throws {
    let folder = try TemporaryFolder()
    // float16: 1.5, the largest finite value, the smallest subnormal, minus zero.
    let header = NpyHeader(type: .float16, shape: [4])
    let bits: [UInt8] = [0x00, 0x3e, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80]
    try FileBytes.write(header.encoded() + bits, to: folder.file("half.npy"))
    let values = try NpyReader(opening: folder.file("half.npy")).floats(0..<4)
    XCTAssertEqual(values, [1.5, 65504, 0x1p-24, 0])
    XCTAssertEqual(values[3].sign, .minus)
  }

  func testColumnsRoundFloats() throws {
    let folder = try TemporaryFolder()
    let values: [Float] = [1, 1 + 0x1p-11, -2.5, 0.1]
    for (type, narrow) in [
      (ElementType.float16, { (x: Float) in Float16(x).bitPattern }),
      (
        .bfloat16,
        { (x: Float) in UInt16(truncatingIfNeeded: (x.bitPattern + 0x7fff + (x.bitPattern >> 16 & 1)) >> 16) }
      ),
    ] {
      let path = folder.file("\(type).gascol")
      let writer = try ColumnWriter(creating: path, type: type, width: nil, encoding: .raw)
      try values.withUnsafeBufferPointer { try writer.append(rounding: $0) }
      _ = try writer.finish()
      XCTAssertEqual(try Column(opening: path).array(0..<4, as: UInt16.self), values.map(narrow))
    }
  }

  func testNarrowingLimitsAreWhereRoundingOverflows() {
    let half = ElementType.float16.narrowingLimit!
    XCTAssertEqual(Float16(half), .infinity)
    XCTAssertEqual(Float16(half.nextDown), 65504)
    let brain = ElementType.bfloat16.narrowingLimit!
    XCTAssertEqual((brain.bitPattern + 0x7fff + (brain.bitPattern >> 16 & 1)) >> 16, 0x7f80)
    XCTAssertEqual((brain.nextDown.bitPattern + 0x7fff + (brain.nextDown.bitPattern >> 16 & 1)) >> 16, 0x7f7f)
  }
}
