import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFormats

final class NumPyArchiveTests: XCTestCase {
  func testReadsWhatSciPyWrites() throws {
    let files = try NumPyFiles()
    for name in ["csr-compressed.npz", "csr-stored.npz"] {
      let matrix = try ScipyMatrix(opening: files.path(name))
      XCTAssertEqual([matrix.rowCount, matrix.width, matrix.entryCount], [3, 3, 3])
      var cursor = ScipyMatrix.Cursor(matrix)
      let rows = try (0..<3).map { row in
        try cursor.read(row)
        return zip(cursor.indices, cursor.values).map { [Float($0), $1] }
      }
      XCTAssertEqual(rows, [[[1, 1.5]], [], [[0, 2], [2, -3]]], name)
    }
  }

  func testOtherFormatsAreRefusedWithAdvice() throws {
    let files = try NumPyFiles()
    assertRefused("expected a CSR matrix, found format \"csc\"; save it with", "tocsr()") {
      _ = try ScipyMatrix(opening: files.path("csc.npz"))
    }
    assertRefused("found format \"coo\"") { _ = try ScipyMatrix(opening: files.path("coo.npz")) }
    assertRefused("expected a SciPy CSR matrix", "found a, b") {
      _ = try ScipyMatrix(opening: files.path("arrays.npz"))
    }
    assertRefused("expected an array \"c\", found a, b") {
      _ = try NpzReader(opening: files.path("arrays.npz")).array("c")
    }
    assertRefused("int8.npy at offset 0: expected the directory of a zip archive") {
      _ = try NpzReader(opening: files.path("int8.npy"))
    }
  }

  /// Whatever byte is damaged, the reader either says so or gives the same matrix: some bytes mean nothing.
  func testDamageIsNeverReadAsData() throws {
    let files = try NumPyFiles()
    for name in ["csr-compressed.npz", "csr-stored.npz"] {
      let whole = try files.bytes(name)
      let expected = try Self.contents(files.path(name))
      for place in whole.indices {
        var damaged = whole
        damaged[place] ^= 0x41
        let path = try files.write(damaged, as: "damaged.npz")
        do {
          let found = try Self.contents(path)
          XCTAssertEqual(found, expected, "\(name), byte \(place)")
        } catch let error as GasError {
          XCTAssertEqual(error.file?.hasPrefix(path), true, "\(error)")
        }
      }
    }
  }

  func testEveryTruncationIsRefused() throws {
    let files = try NumPyFiles()
    let whole = try files.bytes("csr-compressed.npz")
    for count in stride(from: 0, to: whole.count, by: 3) {
      let path = try files.write(Array(whole[..<count]), as: "cut.npz")
      assertRefused("cut.npz at offset") { _ = try NpzReader(opening: path) }
    }
  }

  private static func contents(_ path: String) throws -> [[Float]] {
    let matrix = try ScipyMatrix(opening: path)
    var cursor = ScipyMatrix.Cursor(matrix)
    return try (0..<matrix.rowCount).map { row in
      try cursor.read(row)
      return cursor.indices.map { Float($0) } + cursor.values
    }
  }

  func testWrittenMatricesAreReadBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.npz")
    // Unsorted, with a column that stands twice.
    try ScipyMatrix.write(starts: [0, 3, 3, 4], indices: [5, 1, 5, 0], values: [1, 2, 4, 8], width: 6, to: path)
    XCTAssertEqual(try Self.contents(path), [[1, 5, 2, 5], [], [0, 8]])
  }

  func testInconsistentMatricesAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("m.npz")
    func refused(
      _ text: String, starts: [Int32] = [0, 1, 2], indices: [Int32] = [0, 1], values: [Float] = [1, 2],
      shape: [Int64] = [2, 3], line: UInt = #line
    ) throws {
      let writer = try NpzWriter(creating: path)
      try writer.add("indptr", starts)
      try writer.add("indices", indices)
      try writer.add("data", values)
      try writer.add("shape", shape)
      try writer.finish()
      assertRefused(text, line: line) { _ = try Self.contents(path) }
    }
    try refused("expected 3 row starts, found 2", starts: [0, 2])
    try refused("expected row starts from 0 to 2, found 0 to 1", starts: [0, 1, 1])
    try refused("expected 2 values, one for each index, found 1", values: [1])
    try refused("expected a column below 3, found 3 in row 1", indices: [0, 3])
    try refused("expected a column below 3, found -1 in row 0", indices: [-1, 1])
    try refused("expected row starts that ascend up to 2, found 0, 3 at row 0", starts: [0, 3, 2])
    try refused("expected a shape below 2^32, found [-2, 3]", shape: [-2, 3])
    try refused("expected a matrix, found 1 dimensions", shape: [2])
  }

  func testAShapeOfTextIsRefused() throws {
    let folder = try TemporaryFolder()
    let writer = try NpzWriter(creating: folder.file("m.npz"))
    try writer.add("format", text: "csr")
    try Array("12".utf8).withUnsafeBytes {
      try writer.add("shape", header: NpyHeader(type: .bytes(count: 1), shape: [2]), $0)
    }
    try writer.finish()
    assertRefused("m.npz[shape]: expected whole numbers, found text (|S1)") {
      _ = try ScipyMatrix(opening: folder.file("m.npz"))
    }
  }

  /// Headers of archives above 4 GiB, parsed without writing one.
  func testZip64SizesSurviveTheDirectory() throws {
    let entry = ZipDirectory.Entry(
      name: "data.npy", method: ZipDirectory.stored, checksum: 0x1234_5678, storedBytes: 5 << 32, byteCount: 5 << 32,
      headerOffset: 0)
    let far = ZipDirectory.Entry(
      name: "more.npy", method: ZipDirectory.deflated, checksum: 9, storedBytes: 10, byteCount: 20,
      headerOffset: 0xffff_ffff)
    let central = NpzWriter.centralHeader(of: entry) + NpzWriter.centralHeader(of: far)
    // The directory says that it starts above 4 GiB, so the end record must be of the wide kind; here it starts at 0.
    var bytes = central + NpzWriter.end(entryCount: 2, directory: (6 << 32)..<(6 << 32) + central.count)
    let start = central.count + 48
    for place in start..<start + 8 { bytes[place] = 0 }
    let locator = central.count + ZipDirectory.end64Bytes + 8
    bytes.replaceSubrange(
      locator..<locator + 8, with: withUnsafeBytes(of: UInt64(central.count).littleEndian) { Array($0) })
    let directory = try bytes.withUnsafeBytes { try ZipDirectory(parsing: $0, file: "wide.npz") }
    XCTAssertEqual(directory.entries, [entry, far])
  }

  func testStoredArraysAreMappedNotCopied() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npz")
    let writer = try NpzWriter(creating: path)
    try writer.add("x", [Float](repeating: 2, count: 3), shape: [1, 3])
    try writer.add("name", text: "csr")
    try writer.finish()
    let archive = try NpzReader(opening: path)
    XCTAssertEqual(archive.names, ["x", "name"])
    let array = try archive.array("x")
    archive.withFileBytes { whole in
      array.withFileBytes { part in
        XCTAssertTrue(part.baseAddress! > whole.baseAddress! && part.baseAddress! < whole.baseAddress! + whole.count)
      }
    }
    XCTAssertEqual(array.floats(0..<3), [2, 2, 2])
    XCTAssertEqual(array.path, "\(path)[x]")
    XCTAssertEqual(try archive.array("name").string(at: 0), "csr")
  }
}
