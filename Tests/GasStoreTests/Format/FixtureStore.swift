import Foundation
import TestSupport

@testable import GasColumns
@testable import GasStore

/// The committed stores of each format version, and how they are made.
enum FixtureStore {
  /// Stores of a version are never changed: later releases must go on reading them.
  static func folder(ofVersion version: Int) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures/stores/v\(version)"
  }

  static let versions = 1...3
  /// Stores of classes and multiple labels without gaps are written in this version.
  static let folder = folder(ofVersion: 2)

  /// Of the LZ4 library that compressed them. Another release of it may compress otherwise.
  static let lz4Version = "1.9.4"

  /// What the stores of a version are made of: version 3 has those that versions 1 and 2 cannot say.
  static func graphs(ofVersion version: Int) -> [(name: String, graph: TinyGraph)] {
    if version == 3 { return [("prices", FixtureGraphs.prices), ("assays", FixtureGraphs.assays)] }
    return [("names", FixtureGraphs.names), ("integers", FixtureGraphs.integers), ("bonds", FixtureGraphs.bonds)]
  }

  /// The stores of version 2 that were cut into two shards each, which have version 4.
  static let cutStores = ["names", "bonds"]

  static func make(version: Int, in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if version == 4 {
      for name in cutStores {
        try ShardCut(Store(opening: "\(Self.folder)/\(name)"), ranks: 2, output: "\(folder)/\(name)").run()
      }
      return
    }
    for (name, graph) in graphs(ofVersion: version) { try graph.write(to: "\(folder)/\(name)") }
    if version < 3 { try makeRun("\(folder)/integers/runs/first", rowCount: 6) }
  }

  /// The histories of a run with two stages: row r holds r and r + 0.5, and was last pushed at step 10 · r.
  private static func makeRun(_ run: String, rowCount: Int) throws {
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    try MutableColumn.create(run + "/history-1.gascol", type: .float32, rowCount: rowCount, width: 2)
    try MutableColumn.create(run + "/pushed-1.gascol", type: .uint32, rowCount: rowCount, width: nil)
    let history = try MutableColumn(opening: run + "/history-1.gascol").values
    let pushed = try MutableColumn(opening: run + "/pushed-1.gascol").values
    for row in 0..<rowCount {
      _ = history.mutableRows(row..<row + 1).update(from: [Float(row), Float(row) + 0.5])
      pushed.mutableRows(row..<row + 1)[0] = UInt32(10 * row)
    }
  }
}
