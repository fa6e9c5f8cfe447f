import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasColumns
@testable import GasStore

/// Stores that nobody has checked beforehand, as large ones are opened: whatever is wrong with a column, a command
/// names it or comes to what the whole store gives. Where all checksums are right, numbers that would lead out of
/// bounds are refused where they are used.
final class DamagedColumnTests: XCTestCase {
  private typealias Command = StoreDamage.Command

  /// Graphs that have every column between them.
  private func stores() throws -> [StoreDamage] {
    var names = TinyGraph.random(nodes: 40, partitions: 4, selfLoops: 3, weighted: true, sparse: true)
    names.ids = .names((0..<40).map { "node \($0 * $0)" })
    var several = TinyGraph.random(nodes: 40, partitions: 4, seed: 2, directed: true).withEdgeFeatures(width: 2)
    several.ids = .integers((0..<40).map { Int64($0 * 7) })
    several.multiLabels = (0..<40 * 3).map { UInt8($0 % 5 == 0 ? 1 : 0) }
    var scaled = TinyGraph.random(nodes: 40, partitions: 4, seed: 3)
    scaled.classCount = 2
    scaled.values = (0..<80).map { $0 % 9 == 4 ? .nan : Float($0 % 7) }
    scaled.sampleWeights = (0..<40).map { Float($0 % 4) }
    return [
      try StoreDamage(names), try StoreDamage(several, model: "gat"), try StoreDamage(scaled, featureType: .uint8),
    ]
  }

  private func known(_ damage: StoreDamage) throws -> [Command: String] {
    try Dictionary(uniqueKeysWithValues: Command.allCases.map { ($0, try damage.outcome($0).get()) })
  }

  func testEachFlipIsNamedOrHarmless() throws {
    var random = SeededRandom(seed: 7 + Rounds.seed)
    var named: [ColumnName: Set<String>] = [:]
    var count = 0
    for damage in try stores() {
      let known = try known(damage)
      for name in try Store(opening: damage.path).columnNames {
        let path = damage.columnPath(name)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let data = try Column(opening: path).header.dataBytes
        let drawn = (0..<Rounds.count(1)).map { _ in random.below(whole.count) - ColumnHeader.byteCount }
        for place in [data / 3, data - 1] + drawn where data > 0 {
          let isData = 0..<data ~= place
          var bytes = whole
          bytes[ColumnHeader.byteCount + place] ^= 1 << UInt8(random.below(8))
          try Data(bytes).write(to: URL(fileURLWithPath: path))
          count += 1
          for command in Command.allCases {
            switch damage.outcome(command) {
            case .success(let found):
              XCTAssertEqual(found, known[command], "\(command), \(name) at \(place)")
              XCTAssertFalse(command == .verify, "\(name) at \(place)")
            case .failure(let error):
              let message = "\((error as? GasError).map { "\($0)" } ?? "not a GasError: \(error)")"
              let place = isData ? "\(name.fileName) at offset 4096: expected block checksum" : name.fileName
              XCTAssertTrue(message.contains(place), message)
              named[name, default: []].insert("\(command)")
            }
          }
        }
        try Data(whole).write(to: URL(fileURLWithPath: path))
      }
      for (command, outcome) in known { XCTAssertEqual(try damage.outcome(command).get(), outcome, "whole again") }
    }
    Rounds.tell(count, "bits of columns flipped, with five commands each")
    XCTAssertEqual(Set(named.keys), Set(ColumnName.allCases), "each column was there, and verify reads all of them")
    for (name, commands) in named { XCTAssertTrue(commands.contains("verify"), name.rawValue) }
    for name in [ColumnName.features, .featureOffsets, .featureIndices, .featureValues, .labels, .splits, .degrees] {
      XCTAssertTrue(named[name]!.isSuperset(of: ["train", "infer"]), "\(name.rawValue): \(named[name]!)")
    }
    XCTAssertTrue(named[.weightedDegrees]!.contains("train"))
  }

  func testEachTruncationIsNamed() throws {
    for damage in try stores() {
      for name in try Store(opening: damage.path).columnNames {
        let whole = try Data(contentsOf: URL(fileURLWithPath: damage.columnPath(name)))
        for length in [0, 4100, whole.count - 1] {
          try whole.prefix(length).write(to: URL(fileURLWithPath: damage.columnPath(name)))
          for command in Command.allCases {
            guard case .failure(let error) = damage.outcome(command) else {
              XCTFail("\(command) takes \(name) of \(length) bytes")
              continue
            }
            XCTAssertTrue("\(error)".contains(name.fileName), "\(error)")
          }
        }
        try whole.write(to: URL(fileURLWithPath: damage.columnPath(name)))
      }
    }
  }

  /// Rows of a halo that lie in blocks which no batch reads as its own are compared all the same before a result
  /// leaves.
  func testDamagedHaloRows() throws {
    // Five blocks of features, of which each partition has about one.
    let graph = TinyGraph.random(nodes: 100, degree: 20, features: 12_000, partitions: 5)
    let damage = try StoreDamage(graph)
    let path = damage.columnPath(.features)
    for block in 0..<4 {
      let offset = ColumnHeader.byteCount + block << 20 + 1234
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      var bytes = whole
      bytes[offset] ^= 1
      try bytes.write(to: URL(fileURLWithPath: path))
      let says = "features.gascol at offset \(ColumnHeader.byteCount + block << 20): expected block checksum"
      for command in [Command.train, .infer] {
        XCTAssertThrowsError(try damage.outcome(command).get()) { XCTAssertTrue("\($0)".contains(says), "\($0)") }
      }
      let store = try Store(opening: damage.path)
      let own = block == 0 ? 4 : 0
      let builder = BatchBuilder(store, form: .plain, histories: [])
      let batch = Batch()
      XCTAssertNoThrow(try builder.fill(batch, with: [own], .stage(0, labels: true)))
      XCTAssertThrowsError(try store.checkUsed()) { XCTAssertTrue("\($0)".contains(says), "\($0)") }
      try whole.write(to: URL(fileURLWithPath: path))
    }
    XCTAssertNoThrow(try damage.outcome(.train).get())
  }

  // MARK: Right checksums, wrong numbers

  func testNumbersOutOfRangeNeverTrap() throws {
    var random = SeededRandom(seed: 5 + Rounds.seed)
    var count = 0
    for damage in try stores() {
      for name in try Store(opening: damage.path).columnNames {
        for round in 0..<Rounds.count(3) {
          try spoil(damage, name, round % 3, &random)
          count += 1
          for command in Command.allCases {
            guard case .failure(let error) = damage.outcome(command) else { continue }
            XCTAssertTrue(error is GasError, "\(command), \(name): \(error)")
            XCTAssertFalse("\(error)".contains("\n"), "\(error)")
          }
          try damage.mend(name)
        }
      }
    }
    Rounds.tell(count, "wrong numbers under right checksums, with five commands each")
  }

  /// Puts a number into a column that does not belong there.
  private func spoil(_ damage: StoreDamage, _ name: ColumnName, _ wild: Int, _ random: inout SeededRandom) throws {
    let column = try Store(opening: damage.path).column(name)
    let place = random.below(column.header.elementCount)
    let choice = 2 * wild - random.below(2) * min(wild, 1)
    func put<T: ColumnElement>(_ values: [T]) throws {
      try damage.rewrite(name, as: T.self) { $0[place] = values[choice] }
    }
    switch column.type {
    case .uint8: try put([2, 4, 127, 128, 255] as [UInt8])
    case .int32: try put([.min, -2, 3, 1 << 30, .max] as [Int32])
    case .uint32: try put([0, 39, 40, 1 << 30, .max] as [UInt32])
    case .int64: try put([.min, -1, 0, 1 << 40, .max] as [Int64])
    case .uint64: try put([0, 1, 1 << 40, 1 << 63, .max] as [UInt64])
    case .float32: try put([.nan, .infinity, -3e38, 0, -1] as [Float])
    default: XCTFail("\(name) holds \(column.type)")
    }
  }

  func testLabelsAndSplitsOutOfRangeAreNamed() throws {
    let single = try StoreDamage(.random(nodes: 40, partitions: 4))
    func assertNamed(_ damage: StoreDamage, _ name: ColumnName, _ says: String, _ commands: [Command]) throws {
      for command in commands {
        XCTAssertThrowsError(try damage.outcome(command).get()) { error in
          XCTAssertTrue("\(error)".contains(says), "\(command): \(error)")
        }
      }
      try damage.mend(name)
    }
    for wild in [3, 1 << 30, -2, .min] as [Int32] {
      try single.rewrite(.labels, as: Int32.self) { $0[7] = wild }
      try assertNamed(
        single, .labels, "labels.gascol at offset \(4096 + 28): expected a class from -1 to 2, found \(wild)",
        [.show, .train, .infer])
    }
    try single.rewrite(.splits, as: UInt8.self) { $0[9] = 129 }
    try assertNamed(
      single, .splits, "splits.gascol at offset \(4096 + 9): expected a value from 0 to 3, found 129",
      [.show, .train, .infer])
    var graph = TinyGraph.random(nodes: 40, partitions: 4)
    graph.multiLabels = (0..<40 * 3).map { UInt8($0 % 2) }
    let several = try StoreDamage(graph)
    try several.rewrite(.labels, as: UInt8.self) { $0[10] = 2 }
    try assertNamed(
      several, .labels, "labels.gascol at offset \(4096 + 10): expected a value from 0 to 1, found 2", [.train, .infer])
    graph.multiLabels?[4] = 255
    let gaps = try StoreDamage(graph)
    try gaps.rewrite(.labels, as: UInt8.self) { $0[10] = 254 }
    try assertNamed(
      gaps, .labels, "labels.gascol at offset \(4096 + 10): expected 0, 1 or 255, found 254", [.show, .train, .infer])
    graph.values = (0..<40 * 3).map { Float($0 % 5) }
    graph.sampleWeights = [Float](repeating: 1, count: 40)
    let values = try StoreDamage(graph)
    try values.rewrite(.labels, as: Float.self) { $0[10] = .infinity }
    try assertNamed(
      values, .labels,
      "labels.gascol at offset \(4096 + 40): expected a finite value, or NaN for a missing one, found inf",
      [.show, .train, .infer])
    try values.rewrite(.sampleWeights, as: Float.self) { $0[10] = -1 }
    try assertNamed(
      values, .sampleWeights,
      "sample-weights.gascol at offset \(4096 + 40): expected a finite weight of at least 0, found -1.0",
      [.train, .infer])
  }

  func testSparseListsThatLeadAstray() throws {
    let damage = try StoreDamage(.random(nodes: 40, partitions: 4, sparse: true))
    for command in [Command.train, .infer] {
      try damage.rewrite(.featureOffsets, as: UInt64.self) { $0[5] = $0[4] - 1 }
      XCTAssertThrowsError(try damage.outcome(command).get()) {
        XCTAssertTrue("\($0)".contains("a list outside of the file"), "\($0)")
      }
      try damage.mend(.featureOffsets)
      try damage.rewrite(.featureIndices, as: UInt32.self) { $0[5] = 8 }
      XCTAssertThrowsError(try damage.outcome(command).get()) {
        XCTAssertTrue("\($0)".contains("a feature of 8 or more"), "\($0)")
      }
      try damage.mend(.featureIndices)
    }
    try damage.rewrite(.featureValues, as: Float.self) { $0.removeLast() }
    XCTAssertThrowsError(try damage.outcome(.show).get()) {
      XCTAssertTrue("\($0)".contains("feature-values.gascol at offset 32: expected"), "\($0)")
    }
  }

  // MARK: Sizes

  func testSizesThatNoMachineHas() throws {
    let damage = try StoreDamage(.random(nodes: 40, partitions: 4, sparse: true))
    func assertRefused(_ says: String, _ change: (inout Manifest) -> Void) throws {
      try damage.rewriteManifest(change)
      for command in [Command.train, .infer] {
        XCTAssertThrowsError(try damage.outcome(command).get()) { error in
          XCTAssertTrue("\(error)".contains("a model of \(says)"), "\(error)")
          XCTAssertTrue("\(error)".contains("of memory, the machine has"), "\(error)")
        }
      }
      XCTAssertThrowsError(try damage.outcome(.verify).get()) { error in
        XCTAssertTrue("\(error)".contains("manifest.json: expected at most 1048576"), "\(error)")
      }
      try damage.mend(.labels)
    }
    try assertRefused("8 features, 6 hidden columns and 2147483647 classes") { $0.labels?.classCount = 2_147_483_647 }
    try assertRefused("2147483647 features, 6 hidden columns and 2147483647 classes") {
      $0.labels?.classCount = 2_147_483_647
      $0.features?.width = 2_147_483_647
    }
    try damage.rewriteManifest { $0.features?.width = 2_147_483_647 }
    XCTAssertThrowsError(try damage.outcome(.verify).get()) {
      XCTAssertTrue("\($0)".contains("features, of which the columns hold 8, found 2147483647"), "\($0)")
    }
  }
}
