import GasBase
import GasFiles
import GasStore
import TestSupport
import XCTest

@testable import GasTables

/// How labelled nodes are divided.
final class TableSplitTests: XCTestCase {
  /// Labels of nodes 0, 1, … and their parts afterwards: 0 none, 1 train, 2 val, 3 test.
  private func parts(
    _ labels: [String], _ split: TableOptions.Split?, seed: UInt64 = 0, columns: [String: [String]] = [:]
  ) throws -> [Int] {
    let inputs = try Inputs()
    let names = columns.keys.sorted()
    let rows = labels.indices.map { node in
      (["\(node)", labels[node]] + names.map { columns[$0]![node] }).joined(separator: ",") + "\n"
    }
    try inputs.text((["id", "l"] + names).joined(separator: ",") + "\n" + rows.joined(), "n.csv")
    try inputs.ingestTables {
      ($0.nodes, $0.id, $0.label, $0.split) = ("n.csv", "id", "l", split)
    } options: {
      $0.seed = seed
    }
    return try inputs.contents().splits().map { Int($0[0]) }
  }

  private func counts(_ parts: [Int]) -> [Int] { (0...3).map { part in parts.count { $0 == part } } }

  func testSharesOfEachClass() throws {
    let labels = (0..<1000).map { $0 % 10 == 0 ? "rare" : $0 % 7 == 0 ? "" : "usual" }
    let parts = try parts(labels, .random(SplitShares("60/20/20")!, isStratified: true))
    for word in ["rare", "usual"] {
      let own = labels.indices.filter { labels[$0] == word }
      let counted = counts(own.map { parts[$0] })
      XCTAssertEqual(counted[0], 0)
      XCTAssertEqual(counted[1], Int((Double(own.count) * 0.6).rounded()), word)
      XCTAssertEqual(counted[2], Int((Double(own.count) * 0.2).rounded()), word)
    }
    XCTAssertTrue(labels.indices.allSatisfy { (labels[$0] == "") == (parts[$0] == 0) })
    XCTAssertEqual(parts, try self.parts(labels, nil), "the standard")
    XCTAssertEqual(parts, try self.parts(labels, nil), "the same seed")
    XCTAssertNotEqual(parts, try self.parts(labels, nil, seed: 1))
    let plain = try self.parts(labels, .random(SplitShares("0.5/0.25/0.25")!, isStratified: false))
    let labelled = labels.count { $0 != "" }
    XCTAssertEqual(counts(plain)[1], Int((Double(labelled) * 0.5).rounded()))
  }

  /// Any node is as likely as any other to be in any part.
  func testChanceIsEven() throws {
    let labels = TableSplitTests.labels(count: 10)
    var trains = [Int](repeating: 0, count: 10)
    let space = try TestWorkspace().space
    for seed in 0..<4000 as Range<UInt64> {
      let split = try TableSplit(labels, in: space)
      split.draw(SplitShares("30/20/50")!, isStratified: false, seed: seed)
      for node in 0..<10 where split.parts[node] == 1 { trains[node] += 1 }
    }
    XCTAssertEqual(trains.reduce(0, +), 12_000)
    // 1200 each; four standard deviations of a binomial distribution are 116.
    XCTAssertTrue(trains.allSatisfy { abs($0 - 1200) < 116 }, "\(trains)")
  }

  private static func labels(count: Int) -> LabelTable.Contents {
    .init(classes: .init(repeating: 0, count: count), names: ["a"], counts: [count], droppedCount: 0)
  }

  func testOrder() throws {
    let days = ["2024-03-01", "2024-01-01", "", "2024-02-01", "2024-05-01", "2024-04-01"]
    let labels = ["a", "b", "a", "b", "a", "b"]
    let shares = SplitShares("40/20/40")!
    XCTAssertEqual(
      try parts(labels, .ordered(shares, column: "day"), columns: ["day": days, "x": ["1", "2", "3", "4", "5", "6"]]),
      [2, 1, 0, 1, 3, 3])
    XCTAssertEqual(
      try parts(labels, .ordered(shares, column: "day"), columns: ["day": ["3", "-1", "0", "1e9", "-5", "2"]]),
      [3, 1, 2, 3, 1, 3])
    assertRefused("n.csv:3: expected a date in column \"day\" (--split-by), found \"5\" in row 2") {
      _ = try parts(labels, .ordered(shares, column: "day"), columns: ["day": ["2024-01-01", "5", "", "", "", ""]])
    }
  }

  /// Equal values on both sides of a limit keep the order of their rows, and are told in one note.
  func testEqualValuesInTwoParts() throws {
    func notes(_ values: [String], _ shares: String) throws -> [String] {
      let inputs = try Inputs()
      let rows = values.enumerated().map { "n\($0),x,\($1)\n" }
      try inputs.text("id,l,day\n" + rows.joined(), "n.csv")
      return try inputs.ingestTables {
        ($0.nodes, $0.id, $0.label) = ("n.csv", "id", "l")
        $0.split = .ordered(SplitShares(shares)!, column: "day")
      }.notes.filter { $0.contains("--split-by") }
    }
    let start =
      "--split-by day: a limit between parts divides labelled nodes of one value, in the order of their rows: "
    XCTAssertEqual(
      try notes(["1", "2", "2", "2", "3", "4", "5", "5", "5", "6"], "30/40/30"),
      [start + "of 3 with 2, 2 in train and 1 in val; of 3 with 5, 1 in val and 2 in test"])
    XCTAssertEqual(
      try notes(Array(repeating: "2024-03-01", count: 10), "60/20/20"),
      [start + "of 10 with 2024-03-01, 6 in train, 2 in val and 2 in test"])
    XCTAssertEqual(
      try notes(["-1.5", "-1.5", "2024", ""], "34/33/33"),
      [start + "of 2 with -1.5, 1 in train and 1 in val"])
    XCTAssertEqual(try notes(["1", "1", "1", "2", "3", "4", "4", "5", "5", "5"], "30/40/30"), [])
    XCTAssertEqual(
      try parts(
        Array(repeating: "x", count: 4), .ordered(SplitShares("50/25/25")!, column: "day"),
        columns: ["day": ["7", "7", "7", "7"]]), [1, 1, 2, 3])
  }

  func testWords() throws {
    XCTAssertEqual(
      try parts(
        ["a", "b", "a", "b"], .column("part"), columns: ["part": ["Train", "valid", "TEST", ""]]), [1, 2, 3, 0])
    assertRefused("n.csv:2: expected train, val or test in column \"part\"", "found \"x\" in row 1") {
      _ = try parts(["a", "b"], .column("part"), columns: ["part": ["x", ""]])
    }
  }

  func testShares() {
    XCTAssertEqual(SplitShares("60/20/20")?.counts(of: 10), [6, 2, 2])
    XCTAssertEqual(SplitShares("0/0/100")?.counts(of: 3), [0, 0, 3])
    XCTAssertEqual(SplitShares("0.7/0.2/0.1")?.counts(of: 1), [1, 0, 0])
    for text in ["60/40", "60/20/10", "-10/60/50", "a/b/c", "", "50/50/0/0", "nan/1/0"] {
      XCTAssertNil(SplitShares(text), text)
    }
    for total in 0..<200 {
      XCTAssertEqual(SplitShares("60/20/20")!.counts(of: total).reduce(0, +), total)
      XCTAssertTrue(SplitShares("0.005/0.99/0.005")!.counts(of: total).allSatisfy { $0 >= 0 })
    }
  }

  func testOneOrTwoNodes() throws {
    XCTAssertEqual(try parts(["a"], nil), [1])
    XCTAssertEqual(try parts(["a", "b"], nil), [1, 1])
  }

  /// Three nodes are enough for three parts, whatever the shares are; where no part is empty, nothing else changes.
  func testEachPartHasANodeIfThereAreEnough() throws {
    for text in ["60/20/20", "98/1/1", "1/1/98", "50/0/50", "0/0/100"] {
      let shares = SplitShares(text)!
      let shared = shares.parts.count { $0 > 0 }
      for total in 0..<300 {
        let (plain, full) = (shares.counts(of: total), shares.fullCounts(of: total))
        XCTAssertEqual(full.reduce(0, +), total)
        XCTAssertEqual(shares.leavesEmpty([full]), total < shared, "\(text) of \(total)")
        if !shares.leavesEmpty([plain]) { XCTAssertEqual(full, plain) }
      }
    }
    XCTAssertEqual(SplitShares("98/1/1")!.fullCounts(of: 20), [18, 1, 1])
    XCTAssertEqual(counts(try parts(["a", "a", "a"], nil)), [0, 1, 1, 1])
    let order = TableOptions.Split.ordered(SplitShares("80/10/10")!, column: "day")
    XCTAssertEqual(try parts(["a", "b", "a"], order, columns: ["day": ["3", "1", "2"]]), [3, 1, 2])
  }

  /// Classes are divided each while no part is empty, then so that none is, then all together.
  func testSmallClasses() throws {
    let words = ["a", "a", "a", "b", "b", "b", "c"]
    let each = try parts(words, nil)
    for word in ["a", "b"] {
      XCTAssertEqual(counts(words.indices.filter { words[$0] == word }.map { each[$0] }), [0, 1, 1, 1], word)
    }
    XCTAssertEqual(counts(try parts(["a", "b", "c", "d"], nil)), [0, 2, 1, 1])
    // Four of a class fill all parts, so that b is divided as its shares say.
    let mixed = try parts(["a", "a", "a", "a", "b", "b", "b"], nil)
    XCTAssertEqual(counts(Array(mixed[..<4])), [0, 2, 1, 1])
    XCTAssertEqual(counts(Array(mixed[4...])), [0, 2, 1, 0])
  }
}
