import XCTest

@testable import GasStore

final class HaloLayoutTests: XCTestCase {
  private func layout(_ halos: [[Int]], rowBytes: Int) -> HaloLayout {
    var layout = HaloLayout(rowBytes: rowBytes)
    for halo in halos {
      var latest: Int?
      for row in halo { layout.add(row, after: &latest) }
    }
    return layout
  }

  /// Pages by name, whatever the code does.
  private func pages(_ halos: [[Int]], rowBytes: Int) -> Int {
    halos.reduce(0) { sum, halo in
      sum + Set(halo.flatMap { Array($0 * rowBytes / 4096...($0 * rowBytes + rowBytes - 1) / 4096) }).count
    }
  }

  func testRunsAndPages() {
    let halos = [[0, 1, 2, 40, 41, 100, 2000], [], [5], [31, 32], [63, 65, 66, 67, 68]]
    for rowBytes in [1, 4, 128, 1000, 4096, 5000, 10_000] {
      let layout = layout(halos, rowBytes: rowBytes)
      XCTAssertEqual(layout.rows, 15)
      XCTAssertEqual(layout.runs, 8)
      XCTAssertEqual(layout.pages, pages(halos, rowBytes: rowBytes), "rows of \(rowBytes) bytes")
    }
    let layout = layout(halos, rowBytes: 128)
    XCTAssertEqual(layout.pages, 4 + 1 + 2 + 2)
    XCTAssertEqual(layout.usefulShare, 15 * 128 / (9 * 4096), accuracy: 1e-12)
    XCTAssertEqual(layout.rowsPerRun, 15.0 / 8)
    XCTAssertEqual(self.layout([[]], rowBytes: 128).text, "no rows")
  }

  func testStores() throws {
    for name in ["integers", "names", "bonds"] {
      let store = try Store(opening: "\(FixtureStore.folder)/\(name)")
      let rows = try store.column(.halo).array(0..<store.column(.halo).rowCount, as: UInt32.self).map { Int($0) }
      let halos = store.partitions.indices.map { Array(rows[store.partitions.halo($0)]) }
      let layout = try HaloLayout(store)
      let isDense = store.manifest.features?.storage == .dense
      let features = isDense ? store.column(.features) : nil
      XCTAssertEqual(layout.rowBytes, features.map { $0.width * $0.type.byteCount } ?? 128)
      XCTAssertEqual(layout.rows, rows.count)
      XCTAssertEqual(layout.runs, halos.reduce(0) { sum, halo in sum + halo.count { !halo.contains($0 - 1) } })
      XCTAssertEqual(layout.pages, pages(halos, rowBytes: layout.rowBytes))
    }
  }
}
