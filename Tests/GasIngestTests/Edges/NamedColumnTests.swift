import GasBase
import GasFiles
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFormats
@testable import GasGraph

/// Columns that are named, by their number or by a header.
final class NamedColumnTests: TextColumnCase {
  func testColumnsByNumber() throws {
    XCTAssertEqual(
      try edges("alice\tknows\tbob\nbob\tlikes\tcarol") { $0.columns = EdgeColumns("1,3") }, ["alice→bob", "bob→carol"])
    XCTAssertEqual(try edges("9 1 x 2\n9 3 y 4", names: false) { $0.columns = EdgeColumns("4,2") }, ["2→1", "4→3"])
    let (chunk, _, _) = try read("7,1,2,0.5\n7,3,4,-2", names: false) { $0.columns = EdgeColumns("2,3,4") }
    XCTAssertEqual(chunk.weights, [0.5, -2])
    XCTAssertEqual(chunk.sources, [1, 3])
    assertRefused("e:1: expected columns 1, 3, found \"1 2\"") {
      _ = try edges("1 2", names: false) { $0.columns = EdgeColumns("1,3") }
    }
    // An empty column is one.
    XCTAssertEqual(try edges("1\t\t2\n3\tx\t4", names: false) { $0.columns = EdgeColumns("1,3") }, ["1→2", "3→4"])
    XCTAssertEqual(
      try edges("1\tx\t2\t\n3\t\t4\t\t", names: false) { $0.columns = EdgeColumns("1,3") }, ["1→2", "3→4"])
    assertRefused("e:2: expected 3 columns, as in line 1") {
      _ = try edges("a knows b\nNew York knows c") { $0.columns = EdgeColumns("1,3") }
    }
    assertRefused("e:1: expected columns of two ids and a weight to be named") {
      _ = try edges("1 2 3", names: false) { ($0.columns, $0.isWeighted) = (EdgeColumns("1,2"), true) }
    }
    for bad in ["1", "1,2,3,4", "0,1", "1,1", "a,a", "a,", ",", "-1,2"] { XCTAssertNil(EdgeColumns(bad), bad) }
  }

  func testColumnsByName() throws {
    let text = "amount,sender,note,receiver\n5,1,x,2\n6,2,y,3"
    for names in [false, true] {
      XCTAssertEqual(try edges(text, names: names) { $0.columns = EdgeColumns("sender,receiver") }, ["1→2", "2→3"])
    }
    let (chunk, remarks, _) = try read(text, names: false) { $0.columns = EdgeColumns("receiver, sender, amount") }
    XCTAssertEqual(chunk.weights, [5, 6])
    XCTAssertEqual(chunk.sources, [2, 3])
    XCTAssertEqual(remarks.notes, ["e:1: \"amount,sender,note,receiver\" was taken for the names of the columns"])
    assertRefused("e:1: expected a column called \"from\", found \"amount,sender") {
      _ = try edges(text) { $0.columns = EdgeColumns("from,receiver") }
    }
    assertRefused("e:1: expected one column called \"a\"") {
      _ = try edges("a,a,b\n1,2,3") { $0.columns = EdgeColumns("a,b") }
    }
    XCTAssertEqual(
      try edges("# about\n\"the source\",target\nx,y") { $0.columns = EdgeColumns("target,the source") }, ["y→x"])
  }

  func testHeadersBeforeIntegers() throws {
    for text in [
      "source,target\n1,2\n2,3", "# c\n\nFromNodeId\tToNodeId\n1\t2\n2\t3", "x y\n1 2\n2 3", "\"a\";\"b\"\n1;2\n2;3",
    ] {
      let (chunk, remarks, _) = try read(text, names: false)
      XCTAssertEqual(chunk.sources, [1, 2], text)
      XCTAssertTrue(remarks.notes[0].contains("was taken for the names of the columns"), text)
    }
    let (chunk, _, _) = try read("u,v,weight\n1,2,0.5", names: false) { $0.isWeighted = true }
    XCTAssertEqual(chunk.weights, [0.5])
    // Half a header is none, nor is a line that no integers follow.
    for text in ["1 x\n2 3", "x 1\n2 3", "x y\nz w", "x y", "x y z\n1 2", "x,y\n1 2"] {
      assertRefused("e:1: expected two") { _ = try edges(text, names: false) }
    }
    assertRefused("e:2: expected two integer node ids") { _ = try edges("1 2\nsource target\n3 4", names: false) }
    assertRefused(
      "e:1: expected two columns", "pass --columns source,target, or --columns source,target,amount if amount is"
    ) {
      _ = try edges("source,target,amount\n1,2,0.5", names: false)
    }
  }

  /// What `cat` and pandas make of headers.
  func testHeadersThatComeAgainAndColumnsWithoutAName() throws {
    for (text, names) in [
      ("source,target\na,b\nsource,target\nb,c", true), ("source,target\n1,2\nsource,target\n2,3", false),
    ] {
      let error =
        "e:3: expected the names of the columns in line 1 alone, found \"source,target\"; if files were joined"
      assertRefused(error) { _ = try edges(text, names: names) }
      assertRefused(error) { _ = try edges(text, names: names) { $0.columns = EdgeColumns("source,target") } }
    }
    XCTAssertEqual(
      try edges("source,target\nsource,b\na,target") { $0.columns = EdgeColumns("source,target") }.count, 2)
    for (header, ends) in [(",source,target", "source,target"), (",a,b", "a,b"), ("Unnamed: 0,x y,z", "x y,z")] {
      let text = "\(header)\n0,1,2\n1,2,3"
      let advice = "pass --columns \(ends.shellWord)"
      for ignores in [false, true] {
        assertRefused("e:1: expected source and target in the first two columns", advice) {
          _ = try edges(text, names: false) { $0.ignoresExtraColumns = ignores }
        }
      }
      assertRefused("e:1: expected source, target and weight in the first three columns", advice) {
        _ = try edges(text, names: false) { $0.isWeighted = true }
      }
      XCTAssertEqual(try edges(text, names: false) { $0.columns = EdgeColumns(ends) }, ["1→2", "2→3"])
    }
  }

  func testHeadersBeforeNames() throws {
    for header in [
      "source,target", "Source,Target", "src,dst", "from,to", "head,tail", "source_id,target_id", "node1,node2",
    ] {
      let (_, remarks, _) = try read("\(header)\nx,y\ny,z")
      XCTAssertEqual(try edges("\(header)\nx,y\ny,z"), ["x→y", "y→z"], header)
      XCTAssertEqual(remarks.notes, ["e:1: \"\(header)\" was taken for the names of the columns"])
    }
    XCTAssertEqual(try edges("source target\na b") { $0.skippedLines = 0 }, ["source→target", "a→b"])
    // Nodes that are called so.
    assertRefused(
      "e:1: the line was taken for the names of the columns, but \"v\" is a node too", "--skip-lines 0",
      "--skip-lines 1"
    ) {
      _ = try edges("u v\nv w")
    }
    XCTAssertEqual(try edges("u v\nv w") { $0.skippedLines = 0 }, ["u→v", "v→w"])
    // What cannot be told is said.
    let (_, remarks, _) = try read("person friend\na b\nb c\nc a")
    XCTAssertTrue(remarks.notes[0].contains("person → friend was taken for an edge"), "\(remarks.notes)")
    XCTAssertEqual(try read("a b\nb c\nc d\nd e").1.notes, [])
    assertRefused("e:1: expected source and target in the first two columns", "pass --columns head,tail") {
      _ = try edges("head\trelation\ttail\na\tr\tb")
    }
  }

  /// Following the advice gives the edge that it shows.
  func testAdviceShowsTheEdge() throws {
    let triples = "alice\tknows\tbob\nbob\tlikes\tcarol"
    assertRefused("e:1: expected two columns", "--columns 1,3 (alice → bob)", "--columns 1,2 (alice → knows)") {
      _ = try edges(triples)
    }
    do { _ = try edges(triples) } catch { XCTAssertFalse("\(error)".contains("--ignore-extra-columns"), "\(error)") }
    do { _ = try edges("New York Boston\nBoston New York") } catch {
      XCTAssertFalse("\(error)".contains("--ignore"), "\(error)")
      XCTAssertTrue("\(error)".contains("--separator if names have blanks"), "\(error)")
    }
    assertRefused("--weighted (1 → 2 of weight 3)", "--columns 1,3 (1 → 3)") {
      _ = try edges("1,2,3\n4,5,6", names: false)
    }
  }
}
