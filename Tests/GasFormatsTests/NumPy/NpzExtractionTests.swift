import Foundation
import TestSupport
import XCTest

@testable import GasFormats

/// Arrays unpacked into files of their own are those that are read in place.
final class NpzExtractionTests: XCTestCase {
  func testExtractedArraysAreTheSame() throws {
    let files = try NumPyFiles()
    for (name, array) in [("csr-compressed.npz", "data"), ("csr-stored.npz", "indices"), ("arrays.npz", "b")] {
      let archive = try NpzReader(opening: files.path(name))
      try archive.extract(array, to: files.path("out.npy"))
      let expected = try archive.array(array).withFileBytes { Array($0) }
      XCTAssertEqual(try files.bytes("out.npy"), expected, name)
    }
  }

  func testArraysUnpackedIntoFilesWithoutNamesAreTheSame() throws {
    let files = try NumPyFiles()
    let (archive, scratch) = (files.path("csr-compressed.npz"), files.path("scratch"))
    let inFile = try NpzReader(opening: archive, { scratch }, smallestFileBytes: 1)
    for array in ["data", "indices", "indptr"] {
      XCTAssertEqual(
        try inFile.array(array).withFileBytes { Array($0) },
        try NpzReader(opening: archive).array(array).withFileBytes { Array($0) }, array)
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: scratch))
  }

  /// More than is written at once.
  func testLargeArrays() throws {
    let folder = try TemporaryFolder()
    let values = (0..<500_000).map { Int64($0) }
    let writer = try NpzWriter(creating: folder.file("large.npz"))
    try writer.add("a", values)
    try writer.finish()
    try NpzReader(opening: folder.file("large.npz")).extract("a", to: folder.file("a.npy"))
    XCTAssertEqual(try NpyReader(opening: folder.file("a.npy")).integers(0..<values.count), values)
  }

  func testDamageIsRefusedAndNothingIsLeft() throws {
    let files = try NumPyFiles()
    let whole = try files.bytes("csr-compressed.npz")
    let archive = try NpzReader(opening: files.path("csr-compressed.npz"))
    let range = try ZipDirectory.dataRange(of: archive.entries["indptr"]!, in: archive.file.bytes, file: "")
    for place in range {
      var bytes = whole
      bytes[place] ^= 0x11
      let damaged = try NpzReader(opening: files.write(bytes, as: "damaged.npz"))
      XCTAssertThrowsError(try damaged.extract("indptr", to: files.path("out.npy"))) {
        XCTAssertTrue("\($0)".contains("damaged.npz at offset"), "\($0)")
      }
      XCTAssertFalse(FileManager.default.fileExists(atPath: files.path("out.npy")))
    }
    XCTAssertThrowsError(try archive.extract("none", to: files.path("out.npy")))
  }

  /// An entry that unpacks to more than it says ends before it fills the disk.
  func testEntriesDoNotGrow() throws {
    let files = try NumPyFiles()
    var bytes = try files.bytes("csr-compressed.npz")
    let entry = try XCTUnwrap(NpzReader(opening: files.path("csr-compressed.npz")).entries["data"])
    let directory = try XCTUnwrap(Self.place(of: "data.npy", behind: ZipDirectory.Signature.centralHeader, bytes))
    bytes[directory + 24] -= 1
    let path = try files.write(bytes, as: "grown.npz")
    assertRefused("expected \(entry.byteCount - 1) bytes in \"data.npy\", found more") {
      try NpzReader(opening: path).extract("data", to: files.path("out.npy"))
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: files.path("out.npy")))
  }

  /// Where the directory's entry of a name begins.
  private static func place(of name: String, behind signature: UInt32, _ bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count - ZipDirectory.centralHeaderBytes - name.utf8.count).first { place in
        bytes.littleEndian(at: place) == signature
          && bytes.dropFirst(place + ZipDirectory.centralHeaderBytes).starts(with: name.utf8)
      }
    }
  }
}
