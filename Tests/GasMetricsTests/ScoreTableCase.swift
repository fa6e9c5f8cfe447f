import Foundation
import GasAutodiff
import GasStore
import TestSupport
import XCTest

@testable import GasMetrics

/// A table of outputs and labels, and what scikit-learn says of it (`Tools/scripts/golden/scores.py`).
struct ScoreTableCase: Decodable {
  let name: String
  let kind: String
  let width: Int
  let outputs: [Float]
  let labels: [Float?]
  let scores: PartScores
  /// The greatest F₁ that a threshold gives each column; `nil` where it has nodes of one kind alone.
  let bestF1: [Double?]?

  static func all() throws -> [ScoreTableCase] {
    let file = Repository.root.appendingPathComponent("Fixtures/scores/tables.json")
    return try JSONDecoder().decode([ScoreTableCase].self, from: Data(contentsOf: file))
  }

  var rowCount: Int { outputs.count / width }

  var matrix: OwnedMatrix {
    let owned = OwnedMatrix(rows: rowCount, columns: width)
    owned.matrix.base.update(from: outputs, count: outputs.count)
    return owned
  }

  /// The columns of ranks with their keys, as the meters make them.
  func ranks(_ bytes: Int, in folder: String) throws -> (RankColumns, PartScores) {
    var made: RankColumns?
    func make(_ count: Int) -> RankColumns {
      let columns = RankColumns(columnCount: count, scratchIn: folder, byteCount: bytes)
      made = columns
      return columns
    }
    let outputs = matrix
    let table: PartScores?
    let mask = [UInt8](repeating: 1, count: rowCount)
    if kind == "classes" {
      let meter = ClassMeter(classCount: width, .all, .serial, ranks: make)
      // In two batches, each of which has the rows of the other as those of another part.
      let classes = labels.map { Int32($0 ?? -1) }
      for isFirst in [true, false] {
        let half = mask.indices.map { UInt8(($0 < rowCount / 3) == isFirst ? 1 : 0) }
        try half.withUnsafeBufferPointer { half in
          try classes.withUnsafeBufferPointer { try meter.add(outputs.matrix, .single($0), of: half) }
        }
      }
      table = try meter.table(above: nil)
    } else {
      let meter = LabelMeter(labelCount: width, .all, ranks: make)
      let targets = labels.map { $0.map { UInt8($0) } ?? NodeLabels.missing }
      try mask.withUnsafeBufferPointer { mask in
        try targets.withUnsafeBufferPointer {
          try meter.add(outputs.matrix, .multi($0, classCount: width), of: mask)
        }
      }
      table = try meter.table(above: nil)
    }
    return (try XCTUnwrap(made), try XCTUnwrap(table))
  }

  var values: PartScores {
    var tally = ValueTally(width: width)
    for row in 0..<rowCount {
      let range = row * width..<(row + 1) * width
      outputs[range].withUnsafeBufferPointer { outputs in
        labels[range].map { $0 ?? .nan }.withUnsafeBufferPointer { tally.add(outputs, values: $0) }
      }
    }
    var table = PartScores()
    (table[.rmse], table[.mae], table[.mse], table[.r2]) = (tally.rmse, tally.mae, tally.mse, tally.r2)
    return table
  }
}
