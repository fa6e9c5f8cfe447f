import TestSupport
import XCTest

/// The committed shards, byte by byte, against docs/format.md and the stores of version 2 that they were cut from.
final class ShardFormatTests: XCTestCase {
  private func shards(_ body: (_ shard: PlainStore, _ whole: PlainStore, _ own: Range<Int>) throws -> Void) throws {
    for name in FixtureStore.cutStores {
      let whole = try PlainStore("\(FixtureStore.folder)/\(name)")
      for rank in 0..<2 {
        let shard = try PlainStore("\(FixtureStore.folder(ofVersion: 4))/\(name)/rank-\(rank)")
        let entry = try XCTUnwrap(shard.manifest["shard"] as? [String: Any])
        let own = try XCTUnwrap(entry["partitionStart"] as? Int)..<XCTUnwrap(entry["partitionEnd"] as? Int)
        XCTAssertEqual(entry["rank"] as? Int, rank)
        XCTAssertEqual(entry["ranks"] as? Int, 2)
        XCTAssertEqual(entry["source"] as? String, whole.manifest["checksum"] as? String)
        XCTAssertEqual(entry["ghostCount"] as? Int, try rows(of: own, in: whole).ghosts.count)
        XCTAssertEqual(entry.count, 6)
        try body(shard, whole, own)
      }
    }
  }

  /// The rows of partitions, and those of others that their lists name.
  private func rows(of own: Range<Int>, in whole: PlainStore) throws -> (own: Range<Int>, ghosts: Set<Int>) {
    let rows = whole.nodeStarts[own.lowerBound]..<whole.nodeStarts[own.upperBound]
    let read = try whole.entries().filter { rows.contains($0.target) }.map(\.source)
    return (rows, Set(read).filter { !rows.contains($0) })
  }

  func testManifest() throws {
    try shards { shard, whole, _ in
      XCTAssertEqual(try shard.count("formatVersion"), 4)
      let changed = ["checksum", "columns", "formatVersion", "shard"]
      XCTAssertEqual(shard.manifest.keys.sorted(), (whole.manifest.keys + ["shard"]).sorted())
      for (key, value) in whole.manifest where !changed.contains(key) {
        XCTAssertEqual(shard.manifest[key] as? NSObject, value as? NSObject, key)
      }
      XCTAssertEqual(shard.columns.keys.sorted(), (whole.columns.keys + ["self-loops"]).sorted())
    }
  }

  func testColumns() throws {
    try shards { shard, whole, own in
      let (rows, ghosts) = try rows(of: own, in: whole)
      let edges = whole.edgeStarts[own.lowerBound]..<whole.edgeStarts[own.upperBound]
      let halo = whole.haloStarts[own.lowerBound]..<whole.haloStarts[own.upperBound]
      let loops = Set(try whole.entries().filter { $0.source == $0.target }.map(\.source))
      for (name, column) in shard.columns {
        let all = whole.columns[name]
        let kept: (Int) -> Bool
        switch name {
        case "self-loops":
          XCTAssertEqual(column.integers, (0..<whole.nodeStarts.last!).map { loops.contains($0) ? 1 : 0 })
          XCTAssertEqual([column.typeCode, column.encoding], [1, 1])
          continue
        case "feature-offsets", "feature-indices", "feature-values": continue
        case "neighbours", "edge-weights", "edge-features": kept = { edges.contains($0) }
        case "halo", "halo-degrees": kept = { halo.contains($0) }
        case "features": kept = { rows.contains($0) || ghosts.contains($0) }
        default: kept = { _ in true }
        }
        let expected = try XCTUnwrap(all)
        XCTAssertEqual(column.shape, expected.shape, name)
        XCTAssertEqual(column.typeCode, expected.typeCode, name)
        XCTAssertEqual(column.encoding, expected.encoding, name)
        let rowBytes = max(1, expected.data.count / max(1, expected.shape[0]))
        XCTAssertEqual(column.data, expected.data.enumerated().map { kept($0 / rowBytes) ? $1 : 0 }, name)
      }
    }
  }

  func testSparseFeatures() throws {
    let path = FixtureStore.folder(ofVersion: 4) + "/names"
    XCTAssertNotNil(try PlainStore(path + "/rank-0").columns["feature-offsets"])
    try shards { shard, whole, own in
      guard shard.columns["feature-offsets"] != nil else { return }
      let (rows, ghosts) = try rows(of: own, in: whole)
      let lists = try [shard, whole].map { store in
        let offsets = try store.column("feature-offsets").integers
        let entries = zip(try store.column("feature-indices").integers, try store.column("feature-values").floats)
        let texts = entries.map { "\($0): \($1)" }
        return zip(offsets, offsets.dropFirst()).map { Array(texts[$0..<$1]) }
      }
      for (row, list) in lists[1].enumerated() {
        XCTAssertEqual(lists[0][row], rows.contains(row) || ghosts.contains(row) ? list : [], "row \(row)")
      }
    }
  }
}
