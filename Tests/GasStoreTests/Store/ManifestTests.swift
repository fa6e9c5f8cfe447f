import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasColumns
@testable import GasStore

final class ManifestTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var store = ""
  private var path: String { store + "/manifest.json" }

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    store = folder.file("store")
    try FixtureGraphs.names.write(to: store)
  }

  override func tearDown() { folder = nil }

  private func text() throws -> String { String(decoding: try ColumnFile.bytes(path), as: UTF8.self) }

  /// Writes a changed text under a right checksum.
  private func write(rechecked text: String) throws {
    let stated = text.firstRange(of: #/"checksum" : "[0-9a-f]{8}"/#)!
    let blank = text.replacingCharacters(in: stated, with: #""checksum" : "00000000""#)
    let checksum = Checksum.text(Checksum.crc32(Array(blank.utf8)))
    let place = blank.firstRange(of: #""checksum" : "00000000""#)!
    try ColumnFile.write(
      Array(blank.replacingCharacters(in: place, with: "\"checksum\" : \"\(checksum)\"").utf8), to: path)
  }

  private func assertRefused(
    _ texts: String, line: UInt = #line, _ change: (inout Manifest) -> Void
  ) throws {
    var manifest = try Manifest(reading: path)
    change(&manifest)
    try manifest.forge(in: store)
    TestSupport.assertRefused(path, texts, line: line) { _ = try Store(opening: store) }
    try FileTree.remove(store)
    try FixtureGraphs.names.write(to: store)
  }

  func testRoundTrip() throws {
    let manifest = try Manifest(reading: path)
    XCTAssertEqual(try manifest.encoded(), try text())
    let absent: [ColumnName] = [.ids, .features, .edgeFeatures, .sampleWeights, .selfLoops]
    XCTAssertEqual(manifest.columns.map(\.name), ColumnName.allCases.filter { !absent.contains($0) })
  }

  func testEveryChangedByteIsDetected() throws {
    let bytes = try ColumnFile.bytes(path)
    for (offset, byte) in bytes.enumerated() {
      for mask in [UInt8(1), 0x80, 0x20] {
        try ColumnFile.patch(path, at: offset, [byte ^ mask])
        TestSupport.assertRefused(path) { _ = try Manifest(reading: path) }
      }
      try ColumnFile.patch(path, at: offset, [byte])
    }
    _ = try Manifest(reading: path)
  }

  func testEveryTruncationIsDetected() throws {
    let bytes = try ColumnFile.bytes(path)
    for length in (0..<bytes.count).reversed() {
      truncate(path, off_t(length))
      TestSupport.assertRefused(path) { _ = try Manifest(reading: path) }
    }
  }

  func testEditedManifestSaysSo() throws {
    let edited = try text().replacing("\"nodeCount\" : 8", with: "\"nodeCount\" : 9")
    try ColumnFile.write(Array(edited.utf8), to: path)
    TestSupport.assertRefused("\(path) at offset 0: expected manifest checksum", "damaged or edited") {
      _ = try Manifest(reading: path)
    }
  }

  func testOtherVersions() throws {
    let good = try text()
    try write(rechecked: good.replacing("\"formatVersion\" : 2", with: "\"formatVersion\" : 5"))
    TestSupport.assertRefused(path, "expected format version 1 to 4, found 5; use a newer release") {
      _ = try Manifest(reading: path)
    }
    // Whatever else a newer version has.
    try ColumnFile.write(Array(#"{"formatVersion": 7, "checksum": "sha256:abc", "tables": []}"#.utf8), to: path)
    TestSupport.assertRefused(path, "expected format version 1 to 4, found 7; use a newer release") {
      _ = try Manifest(reading: path)
    }
    try write(rechecked: good.replacing("\"formatVersion\" : 2", with: "\"formatVersion\" : 0"))
    TestSupport.assertRefused(path, "expected format version 1 to 4, found 0") { _ = try Manifest(reading: path) }
  }

  /// What older programs cannot read has a version that they refuse by name; all else keeps the version that they know.
  func testVersionIsTheOldestThatHasAllOfAStore() throws {
    for (graph, version) in [
      (FixtureGraphs.names, 2), (FixtureGraphs.integers, 2), (FixtureGraphs.prices, 3), (FixtureGraphs.assays, 3),
    ] {
      try graph.write(to: folder.file("other"), replaceExisting: true)
      XCTAssertEqual(try Store(opening: folder.file("other")).manifest.formatVersion, version)
    }
    var weighted = FixtureGraphs.names
    weighted.sampleWeights = [Float](repeating: 1, count: 8)
    try weighted.write(to: folder.file("other"), replaceExisting: true)
    XCTAssertEqual(try Store(opening: folder.file("other")).manifest.formatVersion, 3)
    let text = "format version 2 with labels or sample weights of version 3"
    try assertRefused(text) { $0.sampleWeighted = true }
    try assertRefused(text) { $0.labels = .init(kind: .values, classCount: 3) }
    try assertRefused(text) { $0.labels = .init(kind: .multi, classCount: 3, missing: true) }
  }

  func testUnknownKeysAreIgnored() throws {
    try write(rechecked: try text().replacing("\"nodeCount\" : 8", with: "\"nodeCount\" : 8,\n  \"colour\" : \"blue\""))
    XCTAssertEqual(try Store(opening: store).nodeCount, 8)
  }

  func testMissingKeysAndWrongTypes() throws {
    let good = try text()
    try write(rechecked: good.replacing("\"nodeCount\" : 8", with: "\"nodes\" : 8"))
    TestSupport.assertRefused(path, "no \"nodeCount\"") { _ = try Manifest(reading: path) }
    try write(rechecked: good.replacing("\"nodeCount\" : 8", with: "\"nodeCount\" : \"8\""))
    TestSupport.assertRefused(path, "not a manifest") { _ = try Manifest(reading: path) }
    try write(rechecked: good.replacing("\"nodeCount\" : 8", with: "\"nodeCount\" : 18446744073709551616"))
    TestSupport.assertRefused(path, "not a manifest") { _ = try Manifest(reading: path) }
    try ColumnFile.write(Array("hello".utf8), to: path)
    TestSupport.assertRefused(path, "not a manifest") { _ = try Manifest(reading: path) }
    TestSupport.assertRefused("none/manifest.json", "is this a store?") {
      _ = try Store(opening: folder.file("none"))
    }
  }

  /// `JSONDecoder` takes 8e0 for a whole number; other readers of the format do not.
  func testNumbersAreWhole() throws {
    let good = try text()
    for (old, new) in [
      ("\"nodeCount\" : 8", "\"nodeCount\" : 8e0"), ("\"nodeCount\" : 8", "\"nodeCount\" : 8.0"),
      ("\"nodeCount\" : 8", "\"nodeCount\" : 80E-1"), ("\"classCount\" : 3", "\"classCount\" : 0.3e1"),
      ("\"seed\" : ", "\"seed\" : 1e0"),
    ] {
      let changed = good.replacing(old, with: new)
      XCTAssertNotEqual(changed, good, new)
      try write(rechecked: changed)
      let number = new.split(separator: " ").last!
      TestSupport.assertRefused(path, "expected whole numbers, written with digits alone, found \(number)") {
        _ = try Manifest(reading: path)
      }
    }
    // What stands in a text is no number.
    try write(rechecked: good.replacing("\"nodeCount\" : 8", with: "\"nodeCount\" : 8,\n  \"x\" : \"a \\\" 1e3 \\\\\""))
    XCTAssertEqual(try Manifest(reading: path).nodeCount, 8)
  }

  /// Numbers that readers compute with; the checksum is right, so only these checks stand between them and a crash.
  func testImpossibleNumbers() throws {
    try assertRefused("expected 1 to 2^32-2 nodes, found 0") { $0.nodeCount = 0 }
    try assertRefused("expected 1 to 2^32-2 nodes, found -8") { $0.nodeCount = -8 }
    try assertRefused("expected 1 to 2^32-2 nodes, found 4294967295") { $0.nodeCount = 0xffff_ffff }
    try assertRefused("expected 0 to 8 self-loops, found 9") { $0.selfLoopCount = 9 }
    try assertRefused("expected 0 to 8 self-loops, found -1") { $0.selfLoopCount = -1 }
    try assertRefused("splits, found -1") { $0.splitCount = -1 }
    try assertRefused("from 1 to 2147483647 features, found 0") { $0.features!.width = 0 }
    try assertRefused("from 1 to 2147483647 edge features, found 0") { $0.edgeFeatures = .init(width: 0) }
    try assertRefused("from 1 to 2147483647 classes, found 0") { $0.labels!.classCount = 0 }
    try assertRefused("from 1 to 2147483647 classes, found \(Int.min)") { $0.labels!.classCount = .min }
    try assertRefused("from 1 to 2147483647 classes, found \(Int.max)") { $0.labels!.classCount = .max }
    try assertRefused("bad partition table: partitions of 16 edges in all") { $0.edgeCount -= 2 }
  }
}
