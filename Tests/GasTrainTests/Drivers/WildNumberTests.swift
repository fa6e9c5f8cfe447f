import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasColumns
@testable import GasStore

/// Numbers in columns that do not belong there, under checksums that are right.
final class WildNumberTests: DamagedColumnCase {
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
