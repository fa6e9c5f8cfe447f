import Foundation
import TestSupport
import XCTest

/// Compares event files with `metrics.jsonl`.
class TensorBoardTestCase: ToolTestCase {
  func records(_ run: String) throws -> [[String: Any]] {
    let lines = try String(contentsOfFile: file("g.store/runs/\(run)/metrics.jsonl"), encoding: .utf8).split(
      separator: "\n")
    return try lines.map {
      try XCTUnwrap(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  func eventFiles(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file(folder)).sorted()
  }

  /// The numbers that a line of metrics should be shown as.
  func numbers(_ record: [String: Any]) throws -> [String: Double] {
    var found: [String: Double] = [:]
    for key in ["loss", "learningRate", "edgesPerSecond", "residentBytes"] { found[key] = record[key] as? Double }
    for (part, table) in record["scores"] as? [String: [String: Double]] ?? [:] {
      for (score, value) in table { found["\(score)/\(part)"] = value }
    }
    for key in ["train", "evaluate", "waited"] { found["seconds/\(key)"] = record[key + "Seconds"] as? Double }
    for layer in record["staleness"] as? [[String: Double]] ?? [] {
      let number = Int(try XCTUnwrap(layer["layer"]))
      for (key, value) in layer where key != "layer" { found["\(key)/layer\(number)"] = value }
    }
    return found
  }

  func assertEqual(_ files: [String], _ records: [[String: Any]], line: UInt = #line) throws {
    var found: [Int: [String: Float]] = [:]
    for path in files {
      let file = try EventFile(self.file(path))
      // As TensorBoard does: a start takes back what was said of its step and later ones.
      for event in file.events where event.contains(where: { $0.number == 7 }) {
        found = found.filter { $0.key < EventFile.integer(2, in: event) }
      }
      for (step, tag, value) in try file.scalars() {
        XCTAssertNil(found[step]?[tag], "\(tag) of epoch \(step) twice", line: line)
        found[step, default: [:]][tag] = value
      }
    }
    XCTAssertEqual(found.count, records.count, line: line)
    for record in records {
      let epoch = try XCTUnwrap(record["epoch"] as? Int)
      XCTAssertEqual(found[epoch], try numbers(record).mapValues { Float($0) }, "epoch \(epoch)", line: line)
    }
  }
}
