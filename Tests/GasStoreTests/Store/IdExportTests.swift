import GasBase
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasStore

final class IdExportTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  private func export(_ graph: TinyGraph, to name: String) throws -> String {
    try graph.write(to: folder.file("store"), replaceExisting: true)
    try IdExport(Store(opening: folder.file("store"))).write(to: folder.file(name))
    return folder.file(name)
  }

  func testNamesInOriginalOrder() throws {
    let path = try export(FixtureGraphs.names, to: "ids.txt")
    XCTAssertEqual(try String(contentsOfFile: path, encoding: .utf8), "ant\nbee\ncat\ndög\neel\nfox\ngnu\nhen\n")
  }

  func testIntegersInOriginalOrder() throws {
    let ids = try NpyReader(opening: export(FixtureGraphs.integers, to: "ids.npy"))
    XCTAssertEqual(ids.shape, [6])
    XCTAssertEqual(try ids.integers(0..<6), [100, -5, 7, 1 << 40, 42, 0])
  }

  func testSequentialIds() throws {
    let ids = try NpyReader(opening: export(TinyGraph.random(nodes: 50), to: "ids.npy"))
    XCTAssertEqual(try ids.integers(0..<50), Array(0..<50))
  }

  func testDamagedOffsets() throws {
    var parts = try StoreParts(FixtureGraphs.names, in: folder)
    try parts.change(.idOffsets, as: UInt64.self) { $0[3] = 99 }
    let store = try Store(opening: parts.write(to: folder.file("bad")))
    assertRefused("id-offsets.gascol: id offsets are damaged") { try IdExport(store).write(to: folder.file("ids.txt")) }
    XCTAssertFalse(FileManager.default.fileExists(atPath: folder.file("ids.txt")))
  }

  func testDamagedOrder() throws {
    for (graph, place, says) in [
      (FixtureGraphs.names, 8, "expected a place below 8, found 8"),
      (FixtureGraphs.names, 0, "expected each place once, found 0 twice"),
      (FixtureGraphs.integers, 6, "expected a place below 6, found 6"),
    ] {
      var parts = try StoreParts(graph, in: folder)
      try parts.change(.order, as: UInt32.self) { $0[3] = UInt32(place) }
      let store = try Store(opening: parts.write(to: folder.file("bad")))
      assertRefused("order.gascol: \(says)") { try IdExport(store).write(to: folder.file("ids")) }
      XCTAssertFalse(FileManager.default.fileExists(atPath: folder.file("ids")))
    }
  }
}
