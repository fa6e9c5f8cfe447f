import Foundation
import GasFormats
import GasRuns
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasTrain

/// Tables of probabilities against plain arithmetic on the logits that the same run writes.
final class ScoreTableTests: XCTestCase {
  private struct Row: Equatable {
    var id: String
    var classNumber: Int?
    var probabilities: [Float]
  }

  private func names(_ count: Int) -> [String] {
    (0..<count).map { ["node \($0)", "a,\($0)", "say \"\($0)\"", "ö\($0)"][$0 % 4] }
  }

  private func graph(_ change: (inout TinyGraph) -> Void = { _ in }) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    graph.ids = .names(names(90))
    change(&graph)
    return graph
  }

  private func fixture(_ graph: TinyGraph) throws -> RunFixture {
    let fixture = try RunFixture(graph)
    try fixture.train("r", RunFixture.settings { $0.epochs = 2 })
    return fixture
  }

  private func export(_ fixture: RunFixture, _ table: ScoreTable, of nodes: [String]? = nil) throws -> [Row] {
    let list = try nodes.map { ids in
      try Data(ids.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: fixture.folder.file("ids.txt")))
      return try NodeList(
        reading: fixture.folder.file("ids.txt"), of: fixture.store, scratchIn: fixture.folder.path)
    }
    _ = try Exporter(fixture.store, RunFolder.open(in: fixture.store, name: "r"))
      .export(.init(replacesExisting: true), threads: 2, scores: table, of: list)
    return try rows(table.path)
  }

  /// Rows of a table whose ids have no line feeds.
  private func rows(_ path: String) throws -> [Row] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(fields)
    let hasClass = lines[0][1] == "class"
    return lines.dropFirst().map { fields in
      Row(
        id: fields[0], classNumber: hasClass ? Int(fields[1]) : nil,
        probabilities: fields[(hasClass ? 2 : 1)...].compactMap { Float($0) })
    }
  }

  private func fields(_ line: Substring) -> [String] {
    var (fields, isQuoted) = ([""], false)
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }

  private func logits(_ fixture: RunFixture) throws -> [[Float]] {
    let path = fixture.folder.file("l.npy")
    _ = try Exporter(fixture.store, RunFolder.open(in: fixture.store, name: "r"))
      .export(.init(logits: path, replacesExisting: true), threads: 1)
    let array = try NpyReader(opening: path)
    return (0..<array.rowCount).map { Array(array.floats($0 * array.rowWidth..<($0 + 1) * array.rowWidth)) }
  }

  private func expected(_ logits: [[Float]], _ ids: [String], isMulti: Bool = false) -> [Row] {
    zip(ids, logits).map { id, outputs in
      let weights = outputs.map { exp(Double($0)) }
      let sum = weights.reduce(0, +)
      return Row(
        id: id.replacingOccurrences(of: "\"", with: ""),
        classNumber: isMulti ? nil : outputs.firstIndex(of: outputs.max()!),
        probabilities: weights.map { Float(isMulti ? $0 / (1 + $0) : $0 / sum) })
    }
  }

  private func assertClose(_ found: [Row], _ expected: [Row], line: UInt = #line) {
    XCTAssertEqual(found.map(\.id), expected.map(\.id), line: line)
    XCTAssertEqual(found.map(\.classNumber), expected.map(\.classNumber), line: line)
    for (found, expected) in zip(found, expected) {
      XCTAssertEqual(found.probabilities.count, expected.probabilities.count, line: line)
      for (a, b) in zip(found.probabilities, expected.probabilities) {
        XCTAssertEqual(a, b, accuracy: 1e-5, line: line)
      }
    }
  }

  func testClasses() throws {
    let fixture = try fixture(graph())
    let table = ScoreTable(path: fixture.folder.file("s.csv"))
    let found = try export(fixture, table)
    assertClose(found, expected(try logits(fixture), names(90)))
    for row in found { XCTAssertEqual(row.probabilities.reduce(0, +), 1, accuracy: 1e-5) }
    let text = try String(contentsOfFile: table.path, encoding: .utf8)
    XCTAssertTrue(text.hasPrefix("id,class,p_0,p_1,p_2\nnode 0,"), String(text.prefix(60)))
    XCTAssertTrue(text.contains("\n\"a,1\","))
    XCTAssertTrue(text.contains("\n\"say \"\"2\"\"\","))
  }

  func testLabels() throws {
    let fixture = try fixture(
      graph {
        $0.ids = .integers((0..<90).map { Int64(1000 - 7 * $0) })
        $0.multiLabels = (0..<270).map { UInt8($0 % 5 == 0 ? 1 : 0) }
      })
    let table = ScoreTable(path: fixture.folder.file("s.csv"))
    let found = try export(fixture, table)
    assertClose(found, expected(try logits(fixture), (0..<90).map { "\(1000 - 7 * $0)" }, isMulti: true))
    XCTAssertTrue(try String(contentsOfFile: table.path, encoding: .utf8).hasPrefix("id,p_0,p_1,p_2\n1000,"))
  }

  func testTopRowsDescend() throws {
    let fixture = try fixture(graph())
    let all = try export(fixture, ScoreTable(path: fixture.folder.file("all.csv")))
    for (classNumber, count) in [(1, 5), (2, 1), (0, 1000)] {
      let path = fixture.folder.file("top-\(classNumber).csv")
      let found = try export(fixture, ScoreTable(path: path, top: .init(count, of: classNumber)))
      XCTAssertEqual(found.count, min(90, count))
      let values = all.map { $0.probabilities[classNumber] }.sorted(by: >)
      XCTAssertEqual(found.map { $0.probabilities[classNumber] }, Array(values.prefix(count)))
      XCTAssertEqual(Set(found.map(\.id)).count, found.count)
    }
    assertRefused("expected a class from 0 to 2 to sort by, found class 3") {
      _ = try export(fixture, ScoreTable(path: fixture.folder.file("n.csv"), top: .init(1, of: 3)))
    }
  }

  func testNodesComeInTheirOrder() throws {
    let fixture = try fixture(graph())
    let all = try export(fixture, ScoreTable(path: fixture.folder.file("all.csv")))
    let wanted = [88, 4, 4, 17, 0, 88]
    let found = try export(
      fixture, ScoreTable(path: fixture.folder.file("some.csv")), of: wanted.map { names(90)[$0] })
    assertClose(found, wanted.map { all[$0] })
    let best = try export(
      fixture, ScoreTable(path: fixture.folder.file("best.csv"), top: .init(2, of: 1)), of: wanted.map { names(90)[$0] }
    )
    let values = wanted.map { all[$0].probabilities[1] }.sorted(by: >)
    for (row, value) in zip(best, values.prefix(2)) { XCTAssertEqual(row.probabilities[1], value, accuracy: 1e-5) }
  }
}
