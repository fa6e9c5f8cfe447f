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
final class DamagedColumnTests: DamagedColumnCase {
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
    // Shards alone have self-loops.
    let columns = Set(ColumnName.allCases).subtracting([.selfLoops])
    XCTAssertEqual(Set(named.keys), columns, "each column was there, and verify reads all of them")
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
}
