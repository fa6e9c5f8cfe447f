import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// What is done with tables as they are, and said because it may not be meant.
final class TableDoubtTests: TableDoubtCase {
  /// Words stay apart that are written in several ways, and the report says which.
  func testClassesInSeveralSpellings() throws {
    for (words, said) in [
      (["0", "1", "0.0", "1.0"], "\"0\" and \"0.0\"; \"1\" and \"1.0\""),
      (["yes", "Yes", "YES", "no"], "\"YES\", \"Yes\" and \"yes\""),
      (["Y", "no", "yes", "n"], "\"Y\" and \"yes\"; \"n\" and \"no\""),
      (["cat", "\" cat\"", "dog"], "\" cat\" and \"cat\""), (["7", "07", "8"], "\"07\" and \"7\""),
      (["e\u{301}", "\u{e9}", "x"], "\"e\u{301}\" and \"\u{e9}\""),
    ] {
      let found = try notes((0..<60).map { words[$0 % words.count] })
      XCTAssertEqual(
        found.notes,
        ["classes of other spelling are other classes: \(said); if they are the same, write each in one way"])
      XCTAssertEqual(found.classes.count, words.count, "\(words)")
    }
    for words in [["0", "1"], ["yes", "no"], ["t", "n", "f", "y", "q"], ["a", "b", "ab"], ["1", "10", "100"]] {
      XCTAssertEqual(try notes((0..<60).map { words[$0 % words.count] }).notes, [], "\(words)")
    }
  }

  /// Amounts become a class each, unless the user says what they are.
  func testNumbersThatMayBeAmounts() throws {
    let prices = (0..<200).map { "\(3 * $0 % 101).\($0 % 7)" }
    let found = try notes(prices)
    XCTAssertEqual(found.notes.count, 1)
    XCTAssertTrue(found.notes[0].hasPrefix("labels are numbers, such as "), found.notes[0])
    XCTAssertTrue(
      found.notes[0].hasSuffix(
        "and each of the \(found.classes.count) is a class of its own; if they are amounts, pass --label-kind regression"
      ))
    XCTAssertEqual(try notes((0..<90).map { "\(100 * ($0 % 30))" }).notes.count, 1, "whole ones")
    XCTAssertEqual(try notes((0..<90).map { "\($0 % 3).5" }).notes.count, 1, "few, with decimals")
    XCTAssertEqual(try notes((0..<90).map { "€ \($0 % 30)" }).notes.count, 1, "with a currency")
    XCTAssertEqual(try notes(prices) { $0.labelKind = .classes }.notes, [])
    XCTAssertEqual(try notes(prices) { $0.labelKind = .regression }.notes, [])
    XCTAssertEqual(try notes((0..<90).map { "\($0 % 10)" }).notes, [], "digits")
    XCTAssertEqual(try notes((0..<90).map { "c\($0 % 30)" }).notes, [], "words that repeat")
    let texts = try notes((0..<90).map { "text \($0)" }).notes
    XCTAssertTrue(texts.count == 1 && texts[0].hasPrefix("90 classes of 90 labelled nodes: "), "\(texts)")
  }

  /// −1 means in arrays that a label is missing, and is a class in tables.
  func testAClassMinusOne() throws {
    let notes = try notes((0..<60).map { "\($0 % 3 - 1)" }).notes
    XCTAssertEqual(
      notes,
      [
        "\"-1\" is a class of its own; if it means that a label is missing, leave these fields empty, or pass "
          + "--gaps=na,n/a,nan,null,none,-1, which makes gaps of it in all columns"
      ])
    XCTAssertEqual(try self.notes((0..<60).map { $0 % 2 == 0 ? "-1" : "1" }).notes, [], "two classes")
    XCTAssertEqual(try self.notes((0..<60).map { $0 % 2 == 0 ? "-1" : "x" }).notes, [], "words")
  }

  /// A column that is called like the label does not become a feature, which would tell it, unless the user says so.
  func testColumnsThatAreCalledLikeTheLabel() throws {
    for (column, word) in [
      ("fraud", "fraud"), ("Fraud", "Fraud"), ("\"fraud \"", "'fraud '"), ("FRAUD", "FRAUD"), ("is_fraud", nil),
    ] as [(String, String?)] {
      let inputs = try Inputs()
      try inputs.text("id,x,\(column)\n" + (0..<20).map { "n\($0),\($0 % 5),\($0 % 2)\n" }.joined(), "n.csv")
      try inputs.text("id,fraud\n" + (0..<20).map { "n\($0),\($0 % 2)\n" }.joined(), "l.csv")
      func ingest(_ kinds: [String: TableOptions.ColumnKind] = [:]) throws -> IngestReport {
        try inputs.ingestTables {
          ($0.nodes, $0.id, $0.labels, $0.label) = ("n.csv", "id", "l.csv", "fraud")
          $0.kinds = kinds
        }
      }
      let report = try ingest()
      let notes = report.notes.filter { $0.contains("is left out, since it is called like the label") }
      XCTAssertEqual(report.featureWidth, word == nil ? 2 : 1, column)
      XCTAssertEqual(notes.count, word == nil ? 0 : 1, column)
      guard let word else { continue }
      XCTAssertTrue(notes.first?.contains("pass --kind \(word)=number, or ") ?? false, "\(notes)")
      let name = column.replacing("\"", with: "")
      let other = try ingest([name: .number])
      XCTAssertEqual(other.featureWidth, 2, column)
      XCTAssertFalse(other.notes.contains { $0.contains("called like the label") }, "\(other.notes)")
    }
  }

  /// A kind of the label's own column would make a feature of the label.
  func testTheKindOfALabel() throws {
    let inputs = try Inputs()
    try inputs.text("id,x,price\n" + (0..<20).map { "n\($0),\($0 % 5),\($0 % 2)\n" }.joined(), "n.csv")
    for labels in [nil, "n.csv"] {
      func ingest(_ kind: TableOptions.ColumnKind) throws -> IngestReport {
        try inputs.ingestTables {
          ($0.nodes, $0.id, $0.labels, $0.label, $0.kinds) = ("n.csv", "id", labels, "price", ["price": kind])
        }
      }
      for kind in [TableOptions.ColumnKind.number, .category, .boolean, .date] {
        assertRefused(
          "n.csv: column \"price\" (--kind) is the label, which is never a feature; leave this --kind out: --label-kind"
        ) { _ = try ingest(kind) }
      }
      XCTAssertEqual(try ingest(.drop).featureWidth, 1)
    }
    try inputs.text("id,cost\nn0,1\nn1,2\n", "l.csv")
    assertRefused("l.csv: column \"cost\" (--kind) is the label") {
      _ = try inputs.ingestTables {
        ($0.nodes, $0.id, $0.labels, $0.label, $0.kinds) = ("n.csv", "id", "l.csv", "cost", ["cost": .number])
      }
    }
  }

  /// Classes without a training node are named, however the split is made.
  func testClassesThatCannotBeLearnt() throws {
    let words = (0..<60).map { $0 == 59 ? "rare" : $0 == 58 ? "rarer" : "c\($0 % 3)" }
    func said(_ split: TableOptions.Split?, _ words: [String]) throws -> [String] {
      let inputs = try Inputs()
      let rows = words.enumerated().map { "n\($0),\($0 % 5),\($1),\($0),\($0 < 40 ? "train" : "test")\n" }
      try inputs.text("id,x,y,day,part\n" + rows.joined(), "n.csv")
      return try inputs.ingestTables {
        ($0.nodes, $0.id, $0.label, $0.split) = ("n.csv", "id", "y", split)
      }.notes.filter { $0.contains("cannot be learnt") }
    }
    let two = "2 classes have no training node, so that they cannot be learnt: \"rare\", \"rarer\""
    XCTAssertEqual(try said(.ordered(.standard, column: "day"), words), [two])
    XCTAssertEqual(try said(.column("part"), words), [two])
    XCTAssertEqual(
      try said(.random(SplitShares("0/50/50")!, isStratified: false), words), [], "nothing trains, as it was asked for")
    XCTAssertEqual(try said(.random(.standard, isStratified: true), words), [])
    XCTAssertEqual(try said(nil, words), [])
    // One of ten trains: chance leaves some of the many small classes out.
    let many = (0..<60).map { "c\($0 / 3)" }
    let drawn = try said(.random(SplitShares("10/45/45")!, isStratified: false), many)
    XCTAssertTrue(drawn.count == 1 && drawn[0].contains("no training node"), "\(drawn)")
    XCTAssertTrue(
      drawn.first?.hasSuffix("; --split with a larger first share trains on more nodes") ?? false, "\(drawn)")
    let halves = try said(.random(SplitShares("40/30/30")!, isStratified: false), many)
    XCTAssertTrue(halves.first?.hasSuffix("; --stratify divides each class alike") ?? false, "\(halves)")
  }
}
