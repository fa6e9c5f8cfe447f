import GasBase
import TestSupport
import XCTest

@testable import GasFormats

final class NumPyHeaderTests: XCTestCase {
  func testReadsEveryNumericTypeThatNumPyWrites() throws {
    let files = try NumPyFiles()
    for name in [
      "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
    ] {
      let array = try NpyReader(opening: files.path("\(name).npy"))
      XCTAssertEqual(array.shape, [3], name)
      let last: Float = name == "bool" ? 1 : 100
      XCTAssertEqual(array.floats(0..<3), [0, 1, last], name)
      XCTAssertEqual(try array.integers(1..<3), [1, Int64(last)], name)
      XCTAssertEqual(array.type.isFloat, name.hasPrefix("float"), name)
      XCTAssertEqual(array.type.isInteger, name.contains("int"), name)
    }
  }

  func testReadsVersions2And3() throws {
    let files = try NumPyFiles()
    let halves = try NpyReader(opening: files.path("version-2.npy"))
    XCTAssertEqual(halves.type, .float16)
    XCTAssertEqual(halves.floats(0..<4), [1, 2, 3, 4])
    let shorts = try NpyReader(opening: files.path("version-3.npy"))
    XCTAssertEqual(shorts.shape, [2, 2])
    XCTAssertEqual(try shorts.integers(0..<4), [1, 2, 3, 4])
  }

  func testReadsStrings() throws {
    let files = try NumPyFiles()
    let bytes = try NpyReader(opening: files.path("bytes.npy"))
    XCTAssertEqual(try [bytes.string(at: 0), bytes.string(at: 1)], ["a", "bcd"])
    let unicode = try NpzReader(opening: files.path("arrays.npz")).array("b")
    XCTAssertEqual(try [unicode.string(at: 0), unicode.string(at: 1)], ["x", "yé"])
  }

  /// The bytes that a file has bound how many elements it may claim, unless these have none.
  func testRefusesTextOfNoBytes() throws {
    let files = try NumPyFiles()
    let header = NpyHeader(type: .bytes(count: 0), shape: [1 << 50]).encoded()
    let many = try files.write(header, as: "many.npy")
    assertRefused("many.npy at offset 10: expected text of at least one letter") { _ = try NpyReader(opening: many) }
    let none = try files.write(NpyHeader(type: .unicode(count: 0), shape: [0]).encoded(), as: "none.npy")
    XCTAssertEqual(try NpyReader(opening: none).elementCount, 0)
  }

  func testTextIsNoNumber() throws {
    let files = try NumPyFiles()
    assertRefused("bytes.npy: expected whole numbers, found text (|S3)") {
      _ = try NpyReader(opening: files.path("bytes.npy")).integers(0..<2)
    }
  }

  func testRefusesWhatItCannotRead() throws {
    let files = try NumPyFiles()
    func refused(_ name: String, _ texts: String) {
      assertRefused("\(name) at offset ", texts) { _ = try NpyReader(opening: files.path(name)) }
    }
    refused("records.npy", "found records with named fields")
    refused("objects.npy", "found descr '|O'")
    refused("complex.npy", "found descr '<c8'")
  }

  func testRefusesEveryTruncation() throws {
    let files = try NumPyFiles()
    let whole = try files.bytes("version-2.npy")
    for count in 0..<whole.count {
      let path = try files.write(Array(whole[..<count]), as: "cut.npy")
      assertRefused("cut.npy") { _ = try NpyReader(opening: path) }
    }
    let longer = try files.write(whole + [0], as: "longer.npy")
    assertRefused("longer.npy at offset 128: expected 8 bytes of elements for shape (2, 2), found 9") {
      _ = try NpyReader(opening: longer)
    }
  }

  func testRefusesDamagedHeaders() throws {
    let files = try NumPyFiles()
    func refused(_ header: String, _ texts: String...) throws {
      var bytes = NpyHeader.magic + [1, 0]
      bytes.append(littleEndian: UInt16(header.utf8.count))
      let path = try files.write(bytes + Array(header.utf8) + [UInt8](repeating: 0, count: 8), as: "bad.npy")
      for text in texts { assertRefused("bad.npy at offset", text) { _ = try NpyReader(opening: path) } }
    }
    try refused("", "expected \"{\" in the header, found the end of the header")
    try refused("{'descr': '<f4', 'shape': (2,)}", "not all of them")
    try refused(
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "expected True or False, found \"0, 'shape': (2,)\"")
    try refused("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "expected a length, found \"-2,)}\"")
    try refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,", "expected a length, found the end")
    try refused("{'descr': '<f4, 'fortran_order'", "expected \"}\" in the header")
    try refused("{'descr': '<f4", "expected the end of a string")
    try refused("{'colour': 'red'}", "found 'colour'")
    try refused("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "a shape of under 2^56")
    try refused(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "expected 12 bytes of elements for shape (3,)")
  }

  func testAcceptsOtherSpellingsOfTheSameHeader() throws {
    let files = try NumPyFiles()
    for header in [
      "{'shape':(2L,1),\"descr\":'=f4','fortran_order':False}",
      " { 'descr' : '<f4' , 'fortran_order' : True , 'shape' : (2,) } \n",
    ] {
      var bytes = NpyHeader.magic + [1, 0]
      bytes.append(littleEndian: UInt16(header.utf8.count))
      let path = try files.write(bytes + Array(header.utf8) + [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40], as: "other.npy")
      XCTAssertEqual(try NpyReader(opening: path).floats(0..<2), [1, 2], header)
    }
  }

  func testWhatIsNoNumPyFileIsSaidSo() throws {
    let files = try NumPyFiles()
    let path = try files.write(Array("1 2\n3 4\n".utf8), as: "text.npy")
    assertRefused("text.npy at offset 0: expected the magic bytes of a .npy file") { _ = try NpyReader(opening: path) }
    assertRefused("missing.npy: cannot open") { _ = try NpyReader(opening: files.path("missing.npy")) }
  }
}
