import TestSupport
import XCTest

/// What people read: lines of epochs, what stands behind --verbose, and the command that goes on from here.
final class PageTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  /// Without a terminal an epoch is a line of at most 80 columns, or of as many as COLUMNS says.
  func testAnEpochIsALine() throws {
    for (columns, most) in [(nil, 80), ("60", 60), ("200", 200)] as [(String?, Int)] {
      let result = try Tool.run.run(
        ["train", "g.store", "--run", "r\(most)", "--epochs", "3", "--progress", "always", "--verbose"],
        in: folder.path, environment: columns.map { ["COLUMNS": $0] } ?? [:])
      XCTAssertEqual(result.status, 0, result.errors)
      let lines = result.errors.split(separator: "\n").filter { $0.hasPrefix("epoch ") }
      XCTAssertEqual(lines.map { $0.prefix(9) }, ["epoch 0/3", "epoch 1/3", "epoch 2/3", "epoch 3/3"])
      for line in lines {
        XCTAssertLessThanOrEqual(line.count, most, "\(line)")
        XCTAssertTrue(line.contains("val "), "\(line)")
      }
      XCTAssertEqual(lines[1].contains("resident"), most == 200, "\(lines[1])")
      XCTAssertFalse(result.errors.contains("\u{1b}"), "no terminal, no colours")
    }
  }

  func testNextCommands() throws {
    let trained = try succeed(.run, "train", "g.store", "--run", "a-b", "--epochs", "1")
    XCTAssertTrue(trained.hasSuffix("next           gas-run infer g.store --run a-b --scores scores.csv\n"), trained)
    let inferred = try succeed(.run, "infer", "g.store", "--run", "a-b", "--scores", "scores.csv")
    XCTAssertTrue(
      inferred.hasSuffix("next           gas-run report g.store --run a-b --output report.html\n"), inferred)
    let shown = try succeed(.stat, "g.store")
    XCTAssertTrue(shown.hasSuffix("next         gas-stat g.store --run a-b\n"), shown)
    let plain = try succeed(.ingest, "data/edges.npy", "--output", "plain.store")
    XCTAssertTrue(plain.hasSuffix("next         gas-stat plain.store\n"), plain)
    let generated = try succeed(
      .ingest, "generate", "--nodes", "20", "--edges", "40", "--features", "0", "--classes", "2", "--output", "more")
    XCTAssertTrue(generated.contains("next  gas-ingest more/edges.npy --labels more/labels.npy --train "), generated)
    try FileManager.default.moveItem(atPath: file("g.store"), toPath: file("my store"))
    let again = try succeed(.run, "train", "my store", "--run", "b", "--epochs", "1", "--repeats", "2")
    XCTAssertTrue(again.contains("next  gas-run infer 'my store' --run b-"), again)
  }

  func testVerbose() throws {
    let train = ["train", "g.store", "--epochs", "1", "--batch-partitions", "1", "--run"]
    let (brief, whole) = (
      try Tool.run.run(train + ["a"], in: folder.path), try Tool.run.run(train + ["b", "--verbose"], in: folder.path)
    )
    for word in ["waited ", "parameters ", "edges/s"] {
      XCTAssertFalse(brief.output.contains(word), brief.output)
      XCTAssertTrue(whole.output.contains(word), whole.output)
    }
    for (arguments, word) in [(["g.store"], "of their bytes wanted"), (["g.store", "--run", "a"], "worst drift")] {
      XCTAssertFalse(try Tool.stat.run(arguments, in: folder.path).output.contains(word))
      XCTAssertTrue(try Tool.stat.run(arguments + ["--verbose"], in: folder.path).output.contains(word))
    }
    for (name, flags) in [("c", []), ("d", ["--verbose"])] {
      let ingest = ["data/edges.npy", "--partitions", "3", "--output", "\(name).store"]
      let output = try Tool.ingest.run(ingest + flags, in: folder.path).output
      XCTAssertEqual(output.contains("of their bytes wanted"), !flags.isEmpty, output)
      XCTAssertEqual(output.contains("  build graph"), !flags.isEmpty, output)
    }
  }

  /// The page of a run ends with the verdict and what the numbers are.
  func testVerdict() throws {
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "2", "--batch-partitions", "1")
    let lines = try succeed(.stat, "g.store", "--run", "a").split(separator: "\n")
    let verdict = try XCTUnwrap(lines.firstIndex { $0.hasPrefix("verdict      ") })
    let legend = try XCTUnwrap(lines.firstIndex { $0.hasPrefix("legend       age ") })
    XCTAssertLessThan(verdict, legend)
    XCTAssertTrue(lines[legend...].allSatisfy { $0.count <= 100 }, "\(lines[legend...])")
  }
}
