import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest
@testable import GasTables

/// What labels of other shapes, types and values mean, and what is said of them.
final class LabelShapeTests: XCTestCase {
  @discardableResult
  private func ingest(
    _ inputs: Inputs, _ path: String, kind: LabelKind? = nil, classes: Int? = nil, train: String? = nil
  ) throws -> IngestReport {
    try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n")) {
      $0.labels = path
      $0.labelKind = kind
      $0.classCount = classes
      $0.splitParts[.train] = train
      $0.replacesExisting = true
    }
  }

  private func write(_ inputs: Inputs, _ array: ForeignArray, _ name: String = "labels.npy") throws -> String {
    try array.write(to: inputs.path(name))
    return inputs.path(name)
  }

  func testClassRangesWithHoles() throws {
    let inputs = try Inputs()
    let path = inputs.path("labels.npy")
    func notes(_ values: [Double], _ type: String, classes: Int? = nil) throws -> [String] {
      let report = try ingest(inputs, write(inputs, ForeignArray(values, nil, type)), classes: classes)
      XCTAssertEqual(try inputs.contents().labels(), values.map { Int32($0) })
      XCTAssertEqual(report.classCount, classes ?? Int(values.max()!) + 1)
      XCTAssertEqual(report.classNodes, (0..<report.classCount!).map { label in values.count { $0 == Double(label) } })
      return report.notes
    }
    XCTAssertEqual(
      try notes([0, 1, 255, 255], "|u1"),
      [
        "\(path): 253 of 256 classes have no node (2 to 254); if 255, which 2 nodes have, means no label, save -1 in a signed type"
      ])
    XCTAssertEqual(
      try notes([0, 1, 5, 1], ">i8"),
      [
        "\(path): 3 of 6 classes have no node (2 to 4); if 5, which 1 node has, means no label, save -1 in a signed type"
      ])
    XCTAssertEqual(try notes([1, 2, 3, 1], "<i4"), ["\(path): 1 of 4 classes have no node (0)"])
    XCTAssertEqual(try notes([0, 1, 2, 0], "<i4"), [])
    XCTAssertEqual(try notes([0, 1, 5, 1], "<i4", classes: 8), [], "so many were asked for")
    let sparse = (0..<4).map { Double($0 * 10 + 1) }
    XCTAssertEqual(
      try notes(sparse, "<u2"),
      [
        "\(path): 28 of 32 classes have no node (0, 2 to 10, 12 to 20, 22 to 30); if 31, which 1 node has, means no label, save -1 in a signed type"
      ])
  }

  func testOneHotRowsAreClasses() throws {
    let inputs = try Inputs()
    let rows: [Double] = [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    let sparse = inputs.path("labels.npz")
    try ScipyMatrix.write(starts: [0, 1, 2, 3, 4], indices: [2, 0, 1, 2], values: [1, 1, 1, 1], width: 3, to: sparse)
    let text = try inputs.text("0,0,1\n1,0,0\n0,1,0\n0,0,1\n", "labels.csv")
    for (index, path) in [
      try write(inputs, ForeignArray(rows, [4, 3], "<f4"), "a.npy"),
      try write(inputs, ForeignArray(rows, [4, 3], ">i8", fortran: true), "b.npy"),
      try write(inputs, ForeignArray(rows, [4, 3], "|b1"), "c.npy"), sparse, text,
    ].enumerated() {
      var report = try ingest(inputs, path)
      XCTAssertEqual(report.labelKind, .single, path)
      XCTAssertEqual(report.classCount, 3, path)
      XCTAssertEqual(report.classNodes, [1, 1, 2], path)
      XCTAssertEqual(try inputs.contents().labels(), [2, 0, 1, 2], path)
      XCTAssertEqual(report.notes.count, 1, path)
      XCTAssertTrue(report.notes[0].contains("each row has exactly one 1, taken as one of 3 classes"), report.notes[0])
      if index < 4 { XCTAssertTrue(report.notes[0].hasPrefix(path), report.notes[0]) }
      report = try ingest(inputs, path, kind: .multiLabel)
      XCTAssertEqual(report.labelKind, .multi, path)
      XCTAssertEqual(try inputs.contents().multiLabels(), [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]], path)
      XCTAssertEqual(report.notes, [], path)
    }
  }

  func testRowsWithoutAnyAreNotGuessed() throws {
    let inputs = try Inputs()
    let path = try write(inputs, ForeignArray([0, 1, 0, 0, 1, 0, 0, 1], [4, 2], "<i4"))
    var report = try ingest(inputs, path)
    XCTAssertEqual(report.labelKind, .multi)
    XCTAssertEqual(report.unlabelledNodes, 0, "that no label applies is known")
    XCTAssertEqual(
      report.notes,
      [
        "\(path): no row has more than one 1, and 1 without any, taken as several labels a node (--label-kind classes: one class a node, none where there is no 1)"
      ])
    report = try ingest(inputs, path, kind: .classes)
    XCTAssertEqual(report.labelKind, .single)
    XCTAssertEqual(try inputs.contents().labels(), [1, -1, 0, 1])
    XCTAssertEqual(report.unlabelledNodes, 1)
    XCTAssertEqual(report.notes, [])
    let several = try write(inputs, ForeignArray([1, 0, 1, 1, 1, 0, 0, 1], [4, 2], "<i4"))
    assertRefused("labels.npy: expected one 1 in each row at most (--label-kind classes), found several in row 1") {
      try ingest(inputs, several, kind: .classes)
    }
    XCTAssertEqual(try ingest(inputs, several).notes, [])
  }

  /// A node has a label where one of its labels is known, whether it applies or not.
  func testNodesOfWhichSomeLabelsAreKnown() throws {
    let inputs = try Inputs()
    let path = try write(inputs, ForeignArray([1, 0, 0, 0, -1, 0, -1, -1], [4, 2], "<i4"))
    let train = try inputs.array([0, 1, 2, 3] as [Int64], "train.npy")
    let report = try ingest(inputs, path, train: train)
    XCTAssertEqual(report.unlabelledNodes, 1)
    XCTAssertEqual(report.missingLabels, 3)
    XCTAssertEqual(report.splits[0].unlabelledTrain, 1)
  }

  func testOneColumn() throws {
    let inputs = try Inputs()
    let path = try write(inputs, ForeignArray([0, 2, 1, 1], [4, 1], ">i2"))
    XCTAssertEqual(try ingest(inputs, path).notes, ["\(path): of shape (4, 1), taken as one class a node"])
    XCTAssertEqual(try inputs.contents().labels(), [0, 2, 1, 1])
    XCTAssertEqual(try ingest(inputs, path, kind: .classes).notes, [])
    assertRefused("expected labels of 0 and 1 in a matrix, found 2.0 in row 1, column 0") {
      try ingest(inputs, path, kind: .multiLabel)
    }
    let binary = try write(inputs, ForeignArray([0, 1, 1, 0], [4, 1], "|u1"))
    XCTAssertEqual(
      try ingest(inputs, binary).notes,
      [
        "\(binary): of shape (4, 1), taken as one class a node (--label-kind multi-label: one label that a node has or has not)"
      ])
    XCTAssertEqual(try ingest(inputs, binary, kind: .multiLabel).labelKind, .multi)
    XCTAssertEqual(try inputs.contents().multiLabels(), [[0], [1], [1], [0]])
  }

  func testText() throws {
    let inputs = try Inputs()
    for (name, text) in [
      ("labels.txt", "0\n2\nnan\n-1\n"), ("labels.csv", "# class\r\n0\r\n2\r\nNaN\r\n-1"),
      ("floats.txt", "0.0\n2.0e+00\nnan\n-1.0\n"),
    ] {
      let report = try ingest(inputs, inputs.text(text, name))
      XCTAssertEqual(try inputs.contents().labels(), [0, 2, -1, -1], name)
      XCTAssertEqual(report.unlabelledNodes, 2, name)
      XCTAssertEqual(
        report.notes,
        [
          "\(inputs.path(name)): 1 of 3 classes have no node (1); if 2, which 1 node has, means no label, save -1 in a signed type"
        ], name
      )
      XCTAssertEqual(try inputs.contents().store.manifest.provenance.inputs.map(\.path).last, inputs.path("edges.tsv"))
    }
    let packed = try inputs.bytes(inputs.gzip(Array("1\n0\n1\n0\n".utf8)), "labels.txt.gz")
    try ingest(inputs, packed)
    XCTAssertEqual(try inputs.contents().labels(), [1, 0, 1, 0])
    let several = try inputs.text("1 1\n0 1\n0 0\n1 0\n", "several.txt")
    XCTAssertEqual(try ingest(inputs, several).labelKind, .multi)
    XCTAssertEqual(try inputs.contents().multiLabels(), [[1, 1], [0, 1], [0, 0], [1, 0]])
    func refused(_ says: String..., text: String, line: UInt = #line) throws {
      let path = try inputs.text(text, "labels.txt")
      for words in says { assertRefused(words, line: line) { try ingest(inputs, path) } }
    }
    try refused("labels.txt:1: expected a finite number, found \"label\"", "take it away", text: "label\n0\n1\n0\n1\n")
    try refused("labels.txt:2: expected a finite number, found \"dog\"; classes are numbered", text: "0\ndog\n0\n1\n")
    try refused("labels.txt:3: expected 1 numbers, as in the first line, found 2", text: "0\n1\n1 0\n1\n")
    try refused("labels.txt:2: expected a finite number, found \"\"", text: "0\n\n0\n1\n")
    try refused("expected whole numbers, found 0.5 (element 1)", text: "0\n0.5\n0\n1\n")
    try refused("labels.txt:1: expected a label below 2^24", text: "16777217\n0\n0\n1\n")
    try refused("labels.txt: expected rows of numbers, found none", text: "# nothing\n")
  }

  func testAnArrayInAnArchive() throws {
    let inputs = try Inputs()
    let path = try inputs.bytes(
      StoredZip.bytes([("y.npy", ForeignArray([0, 1, 2, 1], nil, ">i4").bytes)]), "labels.npz")
    XCTAssertEqual(try ingest(inputs, path).classNodes, [1, 2, 1])
    XCTAssertEqual(try inputs.contents().labels(), [0, 1, 2, 1])
  }

  func testFloatsThatAreNoClassesAreRefusedWithWhatToDo() throws {
    let inputs = try Inputs()
    let advice = "labels are classes: number them 0, 1, 2 and so on, and -1 for none"
    for (value, type) in [(0.5, "<f4"), (.infinity, ">f8"), (-1.5, "<f2")] {
      assertRefused("expected whole numbers, found \(value) (element 2); \(advice)") {
        try ingest(inputs, write(inputs, ForeignArray([0, 1, value, 1], nil, type)))
      }
    }
    assertRefused("found label -100 out of range in row 1; save -1 where a node has no label") {
      try ingest(inputs, write(inputs, ForeignArray([0, -100, 1, 1], nil, "<i8")))
    }
    assertRefused("found label 4294967295 out of range in row 1; pass --classes with the number of classes, or save -1")
    {
      try ingest(inputs, write(inputs, ForeignArray([0, 4_294_967_295, 1, 1], nil, "<u4")))
    }
    assertRefused("--label-kind says what labels are, and there are none") {
      try inputs.ingest(inputs.text("0 1\n")) {
        $0.labelKind = .classes
        $0.replacesExisting = true
      }
    }
  }

  func testUnlabelledNodesOfASplitAreCounted() throws {
    let inputs = try Inputs()
    let labels = try write(inputs, ForeignArray([0, .nan, -1, 1], nil, "<f8"))
    let train = try inputs.array([0, 1, 2] as [Int64], "train.npy")
    let test = try inputs.array([3] as [Int64], "test.npy")
    let report = try inputs.ingest(inputs.text("0 1\n1 2\n2 3\n")) {
      $0.labels = labels
      $0.splitParts = [.train: train, .test: test]
      $0.replacesExisting = true
    }
    XCTAssertEqual(report.unlabelledNodes, 2)
    XCTAssertEqual([report.splits[0].train, report.splits[0].unlabelledTrain], [3, 2])
    XCTAssertEqual([report.splits[0].test, report.splits[0].unlabelledTest], [1, 0])
    let columns = try write(inputs, ForeignArray([1, 0, 1, 0, 0, 1, 0, 0], [4, 2], "<i8"), "train.npy")
    let two = try ingest(inputs, labels, train: columns)
    XCTAssertEqual(two.splits.map { [$0.train, $0.unlabelledTrain] }, [[2, 1], [1, 1]])
  }
}
