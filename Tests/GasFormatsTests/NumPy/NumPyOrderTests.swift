import GasBase
import TestSupport
import XCTest

@testable import GasFormats

/// Arrays in Fortran order and big-endian ones, as elements in C order.
final class NumPyOrderTests: XCTestCase {
  private static let types = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "b1"]

  private func reader(_ array: ForeignArray, _ folder: TemporaryFolder) throws -> NpyReader {
    let path = folder.file("a.npy")
    try array.write(to: path)
    return try NpyReader(opening: path)
  }

  func testFilesOfNumPy() throws {
    let files = try NumPyFiles()
    for name in ["fortran.npy", "big-endian.npy"] {
      let array = try NpyReader(opening: files.path(name))
      XCTAssertEqual(array.shape, [2, 2], name)
      XCTAssertEqual(array.floats(0..<4), [1, 2, 3, 4], name)
      XCTAssertEqual(try array.integers(1..<3), [2, 3], name)
    }
  }

  func testEveryTypeInEveryOrder() throws {
    let folder = try TemporaryFolder()
    for type in Self.types {
      let values = (0..<24).map { type == "b1" ? Double($0 % 2) : Double(($0 * 37) % 101) }
      for shape in [[24], [4, 6], [24, 1], [1, 24], [2, 3, 4], [12, 2]] {
        for order in ["<", ">"] {
          for isFortran in [false, true] {
            let array = try reader(ForeignArray(values, shape, order + type, fortran: isFortran), folder)
            let name = "\(order)\(type) \(shape) \(isFortran)"
            XCTAssertEqual(array.shape, shape, name)
            for range in [0..<24, 0..<1, 23..<24, 5..<17, 6..<12, 7..<8, 3..<3] {
              XCTAssertEqual(array.floats(range), values[range].map { Float($0) }, "\(name) \(range)")
              XCTAssertEqual(try array.integers(range), values[range].map { Int64($0) }, "\(name) \(range)")
            }
          }
        }
      }
    }
  }

  /// Rows without columns and columns without rows, also transposed.
  func testArraysWithoutElements() throws {
    let folder = try TemporaryFolder()
    for shape in [[0, 5], [5, 0], [0, 0], [0], [2, 0, 3]] {
      for isFortran in [false, true] {
        let array = try reader(ForeignArray([], shape, "<u8", fortran: isFortran), folder)
        for array in [array, array.transposed()] {
          XCTAssertEqual(array.elementCount, 0, "\(shape)")
          XCTAssertEqual(array.floats(0..<0), [], "\(shape)")
          XCTAssertEqual(try array.integers(0..<0), [], "\(shape)")
        }
      }
    }
  }

  func testVersionsOfTheFormat() throws {
    let folder = try TemporaryFolder()
    for version in UInt8(1)...3 {
      var array = ForeignArray([1, 2, 3, 4, 5, 6], [3, 2], ">i4", fortran: true)
      array.version = version
      XCTAssertEqual(try reader(array, folder).integers(0..<6), [1, 2, 3, 4, 5, 6], "version \(version)")
    }
  }

  func testTransposed() throws {
    let folder = try TemporaryFolder()
    for isFortran in [false, true] {
      let array = try reader(ForeignArray([1, 2, 3, 4, 5, 6], [2, 3], fortran: isFortran), folder).transposed()
      XCTAssertEqual(array.shape, [3, 2])
      XCTAssertEqual(array.floats(0..<6), [1, 4, 2, 5, 3, 6])
      XCTAssertEqual(array.transposed().floats(1..<4), [2, 3, 4])
    }
  }

  /// What is wrong is named by its place in C order, and where it stands in the file.
  func testPlacesOfElements() throws {
    let folder = try TemporaryFolder()
    let values = [0, 1, 2, 3, 4, 5.5, 6, 7]
    for order in ["<", ">"] {
      let array = try reader(ForeignArray(values, [2, 4], order + "f8", fortran: true), folder)
      let start = array.header.dataOffset
      XCTAssertEqual(array.offset(of: 5), start + 3 * 8, "second row, second column")
      assertRefused("a.npy at offset \(start + 24): expected whole numbers, found 5.5 (element 5)") {
        _ = try array.integers(0..<8)
      }
    }
    let holes = try reader(ForeignArray([1, .nan, 3, 4], [2, 2], ">f4", fortran: true), folder)
    var read = [Int64](repeating: 0, count: 4)
    try read.withUnsafeMutableBufferPointer { try holes.read(0..<4, into: $0, nan: -1) }
    XCTAssertEqual(read, [1, -1, 3, 4])
    assertRefused("found nan (element 1)") { _ = try holes.integers(0..<4) }
  }

  func testText() throws {
    let folder = try TemporaryFolder()
    func text(_ descr: String, _ elements: [[UInt8]]) throws -> [String] {
      let header = "{'descr': '\(descr)', 'fortran_order': True, 'shape': (\(elements.count),)}"
      let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      let path = folder.file("t.npy")
      try FileBytes.write(bytes + elements.flatMap { $0 }, to: path)
      let array = try NpyReader(opening: path)
      return try elements.indices.map { try array.string(at: $0) }
    }
    XCTAssertEqual(try text(">U2", [[0, 0, 0, 0x61, 0, 0, 0, 0xe9], [0, 0, 0, 0x62, 0, 0, 0, 0]]), ["aé", "b"])
    XCTAssertEqual(try text("<U2", [[0x61, 0, 0, 0, 0xe9, 0, 0, 0], [0x62, 0, 0, 0, 0, 0, 0, 0]]), ["aé", "b"])
    XCTAssertEqual(try text("|S2", [[0x61, 0x62], [0x63, 0]]), ["ab", "c"])
  }

  /// Memory is given back page by page from all over a file in Fortran order, and what is read again is still right.
  func testReleasedElementsAreReadAgain() throws {
    let folder = try TemporaryFolder()
    let (rows, columns) = (40_000, 9)
    let values = (0..<rows * columns).map { Double($0 % 60_013) }
    let array = try reader(ForeignArray(values, [rows, columns], ">i4", fortran: true), folder)
    let step = 7_777 * columns
    for _ in 0..<2 {
      for start in stride(from: 0, to: values.count, by: step) {
        let range = start..<min(values.count, start + step)
        array.advise(.willNeed, range)
        XCTAssertEqual(try array.integers(range), values[range].map { Int64($0) })
        array.release(range)
      }
    }
  }

  func testHeadersOfArchives() throws {
    let files = try NumPyFiles()
    for name in ["csr-stored.npz", "csr-compressed.npz"] {
      let archive = try NpzReader(opening: files.path(name))
      for part in archive.names { XCTAssertEqual(try archive.header(part), try archive.array(part).header, part) }
      assertRefused("expected an array \"rows\"") { _ = try archive.header("rows") }
    }
  }
}
