import GasBase
import TestSupport
import XCTest

@testable import GasStore

/// Stores whose columns are not what their manifest says.
final class StoreTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var store = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    store = folder.file("store")
  }

  override func tearDown() { folder = nil }

  private func file(_ name: String) -> String { "\(store)/columns/\(name).gascol" }

  func testMissingColumnFile() throws {
    try FixtureGraphs.names.write(to: store)
    try FileManager.default.removeItem(atPath: file("halo"))
    assertRefused(file("halo"), "cannot open: No such file") { _ = try Store(opening: store) }
  }

  func testFailureOfAReplacedStore() throws {
    try FixtureGraphs.names.write(to: store)
    let opened = try Store(opening: store)
    let failure = GasError("the run is gone", file: store)
    assertRefused("the run is gone") { try opened.whileInPlace { throw failure } }
    try FixtureGraphs.names.write(to: store, replaceExisting: true)
    assertRefused(store, "has replaced the store", "run the command again") {
      try opened.whileInPlace { throw failure }
    }
    try FileManager.default.removeItem(atPath: store)
    assertRefused(store, "has replaced the store") { try opened.whileInPlace { throw failure } }
    XCTAssertEqual(try opened.whileInPlace { 7 }, 7, "what could be done is done")
  }

  /// Whole columns of another store: each right in itself.
  func testColumnOfAnotherStore() throws {
    try FixtureGraphs.names.write(to: store)
    var other = FixtureGraphs.names
    other.labels[0] = 1
    try other.write(to: folder.file("other"))
    try FileManager.default.removeItem(atPath: file("labels"))
    try FileManager.default.copyItem(atPath: folder.file("other/columns/labels.gascol"), toPath: file("labels"))
    assertRefused("\(file("labels")) at offset 84: expected the column of the manifest") {
      _ = try Store(opening: store)
    }
  }

  func testManifestThatDescribesAColumnWrongly() throws {
    let changes: [(inout Manifest.ColumnEntry) -> Void] = [
      { $0.type = .int32 }, { $0.encoding = .raw }, { $0.shape = [7] }, { $0.shape = [8, 1] }, { $0.fileBytes += 1 },
      { $0.headerChecksum = "00000000" },
    ]
    for change in changes {
      try FixtureGraphs.names.write(to: store, replaceExisting: true)
      var manifest = try Manifest(reading: store + "/manifest.json")
      XCTAssertEqual(manifest.columns[0].name, .order)
      change(&manifest.columns[0])
      try manifest.forge(in: store)
      assertRefused(file("order"), "expected the column of the manifest") { _ = try Store(opening: store) }
    }
  }

  func testEveryColumnOfTheFormatIsNeeded() throws {
    for (graph, count) in [(FixtureGraphs.names, 14), (FixtureGraphs.integers, 9)] {
      try graph.write(to: store, replaceExisting: true)
      let names = try Store(opening: store).columnNames
      XCTAssertEqual(names.count, count)
      for name in names {
        var parts = try StoreParts(store)
        parts.remove(name)
        assertRefused("manifest.json: column \"\(name.rawValue)\" is missing") {
          try parts.write(to: folder.file("bad"))
        }
      }
      XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["store"])
    }
  }

  private func assertShapeRefused(
    _ graph: TinyGraph, _ name: ColumnName, _ expected: String, line: UInt = #line,
    _ change: (inout StoreParts) throws -> Void
  ) throws {
    var parts = try StoreParts(graph, in: folder)
    try change(&parts)
    assertRefused("columns/\(name.rawValue).gascol: expected \(expected), found", line: line) {
      try parts.write(to: folder.file("bad"))
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: folder.file("bad")))
  }

  func testWrongLengths() throws {
    let names: [(ColumnName, String)] = [
      (.order, "uint32 [8, 1], lz4"), (.degrees, "uint32 [8, 1], raw"), (.neighbours, "uint32 [16, 1], packed"),
      (.halo, "uint32 [7, 1], packed"),
    ]
    for (name, expected) in names {
      try assertShapeRefused(FixtureGraphs.names, name, expected) {
        try $0.change(name, as: UInt32.self) { $0.append(1) }
      }
    }
    let numbers: [(ColumnName, String)] = [
      (.weightedDegrees, "float32 [8, 1], raw"), (.edgeWeights, "float32 [16, 1], lz4"),
      (.haloDegrees, "float32 [7, 1], lz4"),
    ]
    for (name, expected) in numbers {
      try assertShapeRefused(FixtureGraphs.names, name, expected) {
        try $0.change(name, as: Float.self) { $0.removeLast() }
      }
    }
    try assertShapeRefused(FixtureGraphs.bonds, .edgeFeatures, "float32 [11, 3], lz4") {
      try $0.change(.edgeFeatures, as: Float.self) { $0.removeLast(3) }
    }
    var parts = try StoreParts(FixtureGraphs.names, in: folder)
    try parts.change(.featureValues, as: Float.self) { $0.append(1) }
    assertRefused("feature-values.gascol at offset 32: expected 11 values, found 12") {
      try parts.write(to: folder.file("bad"))
    }
    for (name, encoding) in [(ColumnName.idOffsets, "lz4"), (.featureOffsets, "raw")] {
      try assertShapeRefused(FixtureGraphs.names, name, "uint64 [9, 1], \(encoding)") {
        try $0.change(name, as: UInt64.self) { $0.removeLast() }
      }
    }
    try assertShapeRefused(FixtureGraphs.integers, .ids, "int64 [6, 1], lz4") {
      try $0.change(.ids, as: Int64.self) { $0.append(1) }
    }
    try assertShapeRefused(FixtureGraphs.integers, .features, "float32 or float16 or bfloat16 [6, 3], raw") {
      try $0.change(.features, as: Float.self) { $0.removeLast(3) }
    }
    try assertShapeRefused(FixtureGraphs.integers, .labels, "uint8 [6, 4], raw") {
      try $0.change(.labels, as: UInt8.self) { $0.removeLast(4) }
    }
  }

  func testWrongWidthsTypesAndEncodings() throws {
    try assertShapeRefused(FixtureGraphs.integers, .splits, "uint8 [6, 2], raw") {
      $0.replace(.splits, type: .uint8, width: 1, encoding: .raw, [UInt8](repeating: 0, count: 6))
    }
    try assertShapeRefused(FixtureGraphs.integers, .features, "float32 or float16 or bfloat16 [6, 3], raw") {
      $0.replace(.features, type: .float64, width: 3, encoding: .raw, [Double](repeating: 0, count: 18))
    }
    try assertShapeRefused(FixtureGraphs.integers, .labels, "uint8 [6, 4], raw") {
      $0.replace(.labels, type: .int32, encoding: .raw, [Int32](repeating: 0, count: 6))
    }
    try assertShapeRefused(FixtureGraphs.bonds, .edgeFeatures, "float32 [11, 3], lz4") {
      $0.replace(.edgeFeatures, type: .float32, width: 1, encoding: .lz4, [Float](repeating: 0, count: 11))
    }
    try assertShapeRefused(FixtureGraphs.names, .neighbours, "uint32 [16, 1], packed") {
      $0.replace(.neighbours, type: .uint32, encoding: .raw, [UInt32](repeating: 0, count: 16))
    }
    try assertShapeRefused(FixtureGraphs.names, .degrees, "uint32 [8, 1], raw") {
      $0.replace(.degrees, type: .uint32, encoding: .lz4, [UInt32](repeating: 2, count: 8))
    }
  }

  func testWhatAGoodStoreSays() throws {
    try FixtureGraphs.names.write(to: store)
    let opened = try Store(opening: store)
    XCTAssertEqual(opened.nodeCount, 8)
    XCTAssertEqual(opened.partitions.count, 3)
    XCTAssertTrue(opened.has(.edgeWeights))
    XCTAssertFalse(opened.has(.ids))
    XCTAssertEqual(try opened.column(.order).array(0..<8, as: UInt32.self), [0, 1, 7, 2, 3, 6, 4, 5])
    opened.release()
    XCTAssertEqual(try opened.column(.labels).array(0..<8, as: Int32.self), [0, 1, 1, 2, -1, 2, 0, 1])
  }
}
