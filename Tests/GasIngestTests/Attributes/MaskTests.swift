import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// A list of 0 and 1 for each node is a mask, in whatever type and format it comes.
final class MaskTests: MaskCase {
  func testEveryType() throws {
    let inputs = try Inputs()
    for type in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"] {
      for order in ["<", ">"] {
        let (parts, notes) = try train(inputs, write(inputs, ForeignArray(mask, nil, order + type)))
        XCTAssertEqual(parts, marked, order + type)
        XCTAssertEqual(notes, [], order + type)
      }
      let column = try write(inputs, ForeignArray(mask, [6, 1], "<" + type, fortran: true))
      XCTAssertEqual(try train(inputs, column).parts, marked, type)
    }
    let none = try write(inputs, ForeignArray([0, 0, 0, 0, 0, 0], nil, "<i8"))
    XCTAssertEqual(try train(inputs, none).parts, [0, 0, 0, 0, 0, 0])
    let all = try write(inputs, ForeignArray([1, 1, 1, 1, 1, 1], nil, "<i8"))
    XCTAssertEqual(try train(inputs, all).parts, [1, 1, 1, 1, 1, 1])
  }

  func testText() throws {
    let inputs = try Inputs()
    for (name, text) in [
      ("lines.txt", "0\n1\n1\n0\n1\n0\n"), ("windows.csv", "0\r\n1\r\n1\r\n0\r\n1\r\n0"),
      ("words.txt", "False\nTrue\nTrue\nFalse\nTrue\nFalse\n"),
      ("lower.txt", "false\ntrue\ntrue\nfalse\ntrue\nfalse\n"),
      ("savetxt.txt", "# mask\n" + mask.map { "\($0)00000e+00\n" }.joined()),
      ("points.txt", "0.\n1.\n1\n0.0\n1.0\n0\n"),
    ] {
      let (parts, notes) = try train(inputs, inputs.text(text, name))
      XCTAssertEqual(parts, marked, name)
      XCTAssertEqual(notes, [], name)
    }
    let packed = try inputs.bytes(inputs.gzip(Array("0\n1\n1\n0\n1\n0\n".utf8)), "mask.txt.gz")
    XCTAssertEqual(try train(inputs, packed).parts, marked)
  }

  func testArchives() throws {
    let inputs = try Inputs()
    let path = inputs.path("mask.npz")
    try inputs.bytes(StoredZip.bytes([("arr_0.npy", ForeignArray(mask, nil, ">i4").bytes)]), "mask.npz")
    XCTAssertEqual(try train(inputs, path).parts, marked)
    let others: [Double] = [1, 0, 0, 0, 0, 1]
    try inputs.bytes(
      StoredZip.bytes([
        ("train_0.npy", ForeignArray(mask, nil, "<i8").bytes), ("val_0.npy", ForeignArray(others, nil, "<f8").bytes),
        ("test_0.npy", ForeignArray([3], nil, "<u2").bytes),
        ("train_1.npy", ForeignArray(others, [6, 1], "|u1").bytes),
      ]), "mask.npz")
    try _ = ingest(inputs) { $0.splits = path }
    XCTAssertEqual(try inputs.contents().splits(), [[2, 1], [1, 0], [1, 0], [3, 0], [1, 0], [2, 1]])
    assertRefused("mask.npz: expected one array, found train_0, val_0, test_0, train_1; pass a file with all parts") {
      _ = try train(inputs, path)
    }
  }

  func testAColumnOrARowForEachSplit() throws {
    let inputs = try Inputs()
    let columns: [Double] = [1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1]
    let expected: [[UInt8]] = [[1, 0], [0, 1], [0, 0], [1, 1], [0, 0], [0, 1]]
    for array in [
      ForeignArray(columns, [6, 2], "<i8"), ForeignArray(columns, [6, 2], ">f4", fortran: true),
      ForeignArray([1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1], [2, 6], "|b1"),
    ] {
      let path = try write(inputs, array)
      let report = try ingest(inputs) { $0.splitParts = [.train: path] }
      XCTAssertEqual(try inputs.contents().splits(), expected, "\(array)")
      let isTurned = array.shape == [2, 6]
      XCTAssertEqual(
        report.notes, isTurned ? ["\(path): of shape (2, 6), taken as a mask with a row for each split"] : [])
    }
    let square = try write(inputs, ForeignArray([Double](repeating: 1, count: 36), [6, 6], "|b1"))
    assertRefused("mask.npy: of shape (6, 6): splits could be rows or columns", "save each split as a vector") {
      _ = try train(inputs, square)
    }
    let path = try write(inputs, ForeignArray([0, 1, 2, 0, 0, 0], [6, 1], "<i8"))
    assertRefused("mask.npy: expected a mask of 0 and 1, found 2 in row 2, column 0; save node ids as a vector") {
      _ = try train(inputs, path)
    }
    for shape in [[3, 2], [6, 1, 1], [3, 1]] {
      let path = try write(inputs, ForeignArray([Double](repeating: 0, count: shape.reduce(1, *)), shape, "<i8"))
      assertRefused("mask.npy: expected a vector of node ids, or a mask of 6 rows, found <i8 of shape (") {
        _ = try train(inputs, path)
      }
    }
  }

  func testOtherLengthsAreRefused() throws {
    let inputs = try Inputs()
    let says = "expected a mask of 6 values, or node ids, each of them once, found "
    for type in ["<i8", "|b1", "|u1", ">f4"] {
      for count in [5, 7, 3] {
        let values = (0..<count).map { Double($0 % 2) }
        assertRefused("mask.npy: \(says)\(count) values, all of them 0 or 1") {
          _ = try train(inputs, write(inputs, ForeignArray(values, nil, type)))
        }
      }
    }
    assertRefused("\(says)2 values, all of them 0 or 1, node id 1 twice") {
      _ = try train(inputs, write(inputs, ForeignArray([1, 1], nil, "<i8")))
    }
    assertRefused("\(says)1 value,") { _ = try train(inputs, write(inputs, ForeignArray([1], nil, "|b1"))) }
    assertRefused("short.txt: \(says)5 values") { _ = try train(inputs, inputs.text("0\n1\n1\n0\n1\n", "short.txt")) }
    assertRefused("words.txt: \(says)2 values") { _ = try train(inputs, inputs.text("True\nFalse\n", "words.txt")) }
  }
}
