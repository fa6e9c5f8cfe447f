import Foundation
import GasNN
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
    func make(_ count: Int) -> RankColumns? {
      made = RankColumns(columnCount: count, scratchIn: folder, byteCount: bytes)
      return made
    }
    let outputs = matrix
    let table: PartScores?
    if kind == "classes" {
      let meter = ClassMeter(classCount: width, .all, ranks: make)
      for row in 0..<rowCount {
        try [Int32(labels[row] ?? -1)].withUnsafeBufferPointer {
          try meter.add(outputs.matrix.rowRange(row..<row + 1), $0)
        }
      }
      table = try meter.table(above: nil)
    } else {
      let meter = LabelMeter(labelCount: width, .all, ranks: make)
      try labels.map { $0.map { UInt8($0) } ?? NodeLabels.missing }.withUnsafeBufferPointer {
        try meter.add(outputs.matrix, $0)
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
