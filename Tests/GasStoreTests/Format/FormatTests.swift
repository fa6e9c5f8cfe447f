import TestSupport
import XCTest

/// The committed stores, byte by byte, against docs/format.md and the graphs that they were made of.
final class FormatTests: XCTestCase {
  private func stores(_ body: (PlainStore, TinyGraph) throws -> Void) throws {
    for version in FixtureStore.versions {
      for (name, graph) in FixtureStore.graphs(ofVersion: version) {
        let store = try PlainStore("\(FixtureStore.folder(ofVersion: version))/\(name)")
        XCTAssertEqual(try store.count("formatVersion"), version)
        try body(store, graph)
      }
    }
  }

  func testManifest() throws {
    try stores { store, graph in
      let text = try String(contentsOfFile: store.path + "/manifest.json", encoding: .utf8)
      let stated = try XCTUnwrap(store.manifest["checksum"] as? String)
      let blank = text.replacing(
        "\"checksum\" : \"\(stated)\"", with: "\"checksum\" : \"00000000\"", maxReplacements: 1)
      let checksum = String(PlainColumn.crc32(Array(blank.utf8)[...]), radix: 16)
      XCTAssertEqual(stated, String(repeating: "0", count: 8 - checksum.count) + checksum)
      let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map { $0.split(separator: "\"")[1] }
      XCTAssertEqual(keys, keys.sorted(), "keys are sorted")
      XCTAssertEqual(keys.count, store.manifest.count)
      XCTAssertEqual(try store.count("nodeCount"), graph.nodeCount)
      XCTAssertEqual(try store.count("edgeCount"), graph.edges.count)
      XCTAssertEqual(try store.count("splitCount"), graph.splitCount)
      XCTAssertEqual(try store.count("selfLoopCount"), graph.edges.count { $0.source == $0.target })
      XCTAssertEqual(store.manifest["directed"] as? Bool, graph.directed)
      XCTAssertEqual(store.manifest["weighted"] as? Bool, graph.weights != nil)
    }
  }

  func testManifestSaysWhatKindOfStoreItIs() throws {
    let names = try PlainStore(FixtureStore.folder + "/names").manifest
    XCTAssertEqual(names["features"] as? NSDictionary, ["storage": "sparse", "width": 6, "normalisation": "none"])
    XCTAssertEqual(names["labels"] as? NSDictionary, ["kind": "single", "classCount": 3])
    XCTAssertEqual(names["idKind"] as? String, "string")
    let integers = try PlainStore(FixtureStore.folder + "/integers").manifest
    XCTAssertEqual(integers["features"] as? NSDictionary, ["storage": "dense", "width": 3, "normalisation": "none"])
    XCTAssertEqual(integers["labels"] as? NSDictionary, ["kind": "multi", "classCount": 4])
    XCTAssertEqual(integers["idKind"] as? String, "integer")
    let bonds = try PlainStore(FixtureStore.folder + "/bonds").manifest
    XCTAssertEqual(bonds["edgeFeatures"] as? NSDictionary, ["width": 3])
    XCTAssertEqual(bonds["idKind"] as? String, "sequential")
    for other in [names, integers] { XCTAssertNil(other["edgeFeatures"]) }
    let prices = try PlainStore(FixtureStore.folder(ofVersion: 3) + "/prices").manifest
    XCTAssertEqual(prices["labels"] as? NSDictionary, ["kind": "values", "classCount": 2])
    XCTAssertEqual(prices["sampleWeighted"] as? Bool, true)
    let assays = try PlainStore(FixtureStore.folder(ofVersion: 3) + "/assays").manifest
    XCTAssertEqual(assays["labels"] as? NSDictionary, ["kind": "multi", "classCount": 3, "missing": true])
    for other in [names, integers, assays] { XCTAssertNil(other["sampleWeighted"]) }
  }

  /// Every column of the document's table, with its type, encoding and shape, and as the manifest lists it.
  func testColumns() throws {
    let common: [(String, Int, Bool, (PlainStore) throws -> [Int])] = [
      ("order", 3, true, { [try $0.count("nodeCount")] }), ("degrees", 3, false, { [try $0.count("nodeCount")] }),
      ("neighbours", 3, true, { [try $0.count("edgeCount")] }), ("halo", 3, true, { [$0.haloStarts.last!] }),
      ("halo-degrees", 8, true, { [$0.haloStarts.last!] }),
    ]
    let own: [String: [(String, Int, Bool, [Int])]] = [
      "names": [
        ("id-offsets", 5, true, [9]), ("id-bytes", 1, true, [25]), ("weighted-degrees", 8, false, [8]),
        ("edge-weights", 8, true, [16]), ("feature-offsets", 5, false, [9]), ("feature-indices", 3, false, [11]),
        ("feature-values", 8, false, [11]), ("labels", 2, false, [8]), ("splits", 1, false, [8, 1]),
      ],
      "integers": [
        ("ids", 4, true, [6]), ("features", 8, false, [6, 3]), ("labels", 1, false, [6, 4]),
        ("splits", 1, false, [6, 2]),
      ],
      "bonds": [
        ("edge-features", 8, true, [11, 3]), ("features", 8, false, [5, 1]), ("labels", 2, false, [5]),
        ("splits", 1, false, [5, 1]),
      ],
      "prices": [
        ("features", 8, false, [5, 1]), ("labels", 8, false, [5, 2]), ("splits", 1, false, [5, 1]),
        ("sample-weights", 8, false, [5]),
      ],
      "assays": [("features", 8, false, [4, 1]), ("labels", 1, false, [4, 3]), ("splits", 1, false, [4, 1])],
    ]
    let typeNames = [1: "uint8", 2: "int32", 3: "uint32", 4: "int64", 5: "uint64", 8: "float32"]
    for (version, name) in FixtureStore.versions.flatMap({ version in
      FixtureStore.graphs(ofVersion: version).map { (version, $0.name) }
    }) {
      let store = try PlainStore("\(FixtureStore.folder(ofVersion: version))/\(name)")
      let expected = try common.map { ($0, $1, $2, try $3(store)) } + own[name]!
      XCTAssertEqual(store.columns.keys.sorted(), expected.map(\.0).sorted())
      let entries = try XCTUnwrap(store.manifest["columns"] as? [[String: Any]])
      XCTAssertEqual(entries.count, expected.count)
      for (column, type, isCompressed, shape) in expected {
        let found = try store.column(column)
        XCTAssertEqual(found.typeCode, type, column)
        let isPacked = version > 1 && ["neighbours", "halo"].contains(column)
        XCTAssertEqual(found.encoding, isPacked ? 2 : isCompressed ? 1 : 0, column)
        XCTAssertEqual(found.shape, shape, column)
        XCTAssertFalse(found.isMutable, column)
        let entry = try XCTUnwrap(entries.first { $0["name"] as? String == column })
        XCTAssertEqual(entry["type"] as? String, typeNames[type], column)
        XCTAssertEqual(entry["encoding"] as? String, ["raw", "lz4", "packed"][found.encoding], column)
        XCTAssertEqual(entry["shape"] as? [Int], shape, column)
        let bytes = try PlainStore.bytes("\(store.path)/columns/\(column).gascol")
        XCTAssertEqual(entry["fileBytes"] as? Int, bytes.count, column)
        XCTAssertEqual((entry["headerChecksum"] as? String).flatMap { UInt32($0, radix: 16) }, found.headerChecksum)
      }
    }
  }

  /// Blocks that LZ4 makes smaller are compressed, others stored as they are: the fixtures have both.
  func testCompressedAndStoredBlocks() throws {
    var (smaller, asTheyAre) = (0, 0)
    try stores { store, _ in
      for column in store.columns.values where column.isCompressed {
        let stored = column.blocks.reduce(0) { $0 + $1.storedBytes }
        if stored < column.data.count { smaller += 1 } else { asTheyAre += 1 }
      }
    }
    XCTAssertGreaterThan(smaller, 0)
    XCTAssertGreaterThan(asTheyAre, 0)
  }

  /// The partitions own contiguous rows; `order` and the ids say which node stands where.
  func testRows() throws {
    let names = try PlainStore(FixtureStore.folder + "/names")
    XCTAssertEqual(names.nodeStarts, [0, 3, 6, 8])
    XCTAssertEqual(try names.column("order").integers, [0, 1, 7, 2, 3, 6, 4, 5])
    let offsets = try names.column("id-offsets").integers
    let bytes = try names.column("id-bytes").data
    let texts = zip(offsets, offsets.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
    XCTAssertEqual(texts, ["ant", "bee", "hen", "cat", "dög", "gnu", "eel", "fox"])
    let integers = try PlainStore(FixtureStore.folder + "/integers")
    XCTAssertEqual(integers.nodeStarts, [0, 3, 6])
    XCTAssertEqual(try integers.column("order").integers, [0, 2, 5, 1, 3, 4])
    XCTAssertEqual(try integers.column("ids").integers, [100, 7, 0, -5, 1 << 40, 42])
  }

  func testAdjacency() throws {
    try stores { store, graph in
      let order = try store.column("order").integers
      let entries = try store.entries()
      let found = entries.map { "\(order[$0.source]) → \(order[$0.target]): \($0.weight) \($0.features)" }
      let expected = graph.edges.enumerated().map {
        "\($1.source) → \($1.target): \(graph.weights?[$0] ?? 1) \(graph.edgeFeatureRow($0))"
      }
      XCTAssertEqual(found.sorted(), expected.sorted())
      let owner = order.map { graph.partition[$0] }
      XCTAssertTrue(entries.allSatisfy { $0.isInner == (owner[$0.source] == owner[$0.target]) })
      let table = try XCTUnwrap(store.manifest["partitions"] as? [String: [Int]])
      let inner = (0..<store.nodeStarts.count - 1).map { p in entries.count { $0.isInner && owner[$0.target] == p } }
      XCTAssertEqual(table["innerEdgeCounts"], inner)
      try checkHalos(store, owner, entries)
      try checkDegrees(store, entries)
    }
  }

  private func checkHalos(_ store: PlainStore, _ owner: [Int], _ entries: [PlainStore.Entry]) throws {
    let halo = try store.column("halo").integers
    for partition in 0..<store.nodeStarts.count - 1 {
      let read = entries.filter { owner[$0.target] == partition && !$0.isInner }.map(\.source)
      let found = Array(halo[store.haloStarts[partition]..<store.haloStarts[partition + 1]])
      XCTAssertEqual(found, Set(read).sorted(), "the halo of partition \(partition)")
    }
  }

  private func checkDegrees(_ store: PlainStore, _ entries: [PlainStore.Entry]) throws {
    let rows = 0..<(try store.count("nodeCount"))
    let lists = rows.map { row in entries.filter { $0.target == row } }
    XCTAssertEqual(try store.column("degrees").integers, lists.map(\.count))
    let weighted = lists.map { $0.reduce(Float(0)) { $0 + $1.weight } }
    if let found = store.columns["weighted-degrees"] { XCTAssertEqual(found.floats, weighted) }
    let expected = try store.column("halo").integers.map { row in
      weighted[row] + (lists[row].contains { $0.source == row } ? 0 : 1)
    }
    XCTAssertEqual(try store.column("halo-degrees").floats, expected)
  }

  func testFeaturesLabelsAndSplits() throws {
    try stores { store, graph in
      let order = try store.column("order").integers
      func rows<T>(_ values: [T], width: Int) -> [T] { order.flatMap { values[$0 * width..<($0 + 1) * width] } }
      XCTAssertEqual(try features(store, width: graph.featureWidth), rows(graph.features, width: graph.featureWidth))
      let labels = try store.column("labels")
      if let values = graph.values {
        XCTAssertEqual(labels.floats.map(\.bitPattern), rows(values.map(\.bitPattern), width: graph.classCount))
      } else if let multiLabels = graph.multiLabels {
        XCTAssertEqual(labels.integers, rows(multiLabels.map(Int.init), width: graph.classCount))
      } else {
        XCTAssertEqual(labels.integers, rows(graph.labels.map(Int.init), width: 1))
        XCTAssertTrue(labels.integers.contains(-1), "the fixture has a node without a class")
      }
      XCTAssertEqual(store.columns["sample-weights"]?.floats, graph.sampleWeights.map { rows($0, width: 1) })
      let splits = rows(graph.splits.map(Int.init), width: graph.splitCount)
      XCTAssertEqual(try store.column("splits").integers, splits)
      XCTAssertEqual(Set(splits), [0, 1, 2, 3])
    }
  }

  /// Dense rows, written out where they are sparse.
  private func features(_ store: PlainStore, width: Int) throws -> [Float] {
    guard let offsets = store.columns["feature-offsets"]?.integers else { return try store.column("features").floats }
    let indices = try store.column("feature-indices").integers
    let values = try store.column("feature-values").floats
    return zip(offsets, offsets.dropFirst()).flatMap { start, end in
      var row = [Float](repeating: 0, count: width)
      XCTAssertEqual(Array(indices[start..<end]), Set(indices[start..<end]).sorted(), "ascending in a row")
      for place in start..<end { row[indices[place]] = values[place] }
      return row
    }
  }

  func testHistories() throws {
    let run = FixtureStore.folder + "/integers/runs/first"
    let history = try PlainColumn(PlainStore.bytes(run + "/history-1.gascol"), "history-1")
    XCTAssertTrue(history.isMutable)
    XCTAssertFalse(history.isCompressed)
    XCTAssertEqual(history.shape, [6, 2])
    XCTAssertEqual(history.floats, (0..<6).flatMap { [Float($0), Float($0) + 0.5] })
    let pushed = try PlainColumn(PlainStore.bytes(run + "/pushed-1.gascol"), "pushed-1")
    XCTAssertTrue(pushed.isMutable)
    XCTAssertEqual(pushed.typeCode, 3)
    XCTAssertEqual(pushed.integers, [0, 10, 20, 30, 40, 50])
  }
}
