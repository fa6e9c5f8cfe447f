import Foundation
import GasFormats
import TestSupport
import XCTest

/// Real values, missing labels and sample weights, from arrays to predictions.
final class RegressionToolTests: ToolTestCase {
  private let nodes = 120
  private var store: [String] {
    [
      "data/edges.npy", "--features", "data/features.npy", "--train", "data/train.npy", "--val", "data/val.npy",
      "--test",
      "data/test.npy", "--partitions", "4", "--overwrite", "--output", "v.store",
    ]
  }

  /// Prices that follow from the features, in a currency of large numbers.
  private func prices() throws -> [Float] {
    let features = try NpyReader(opening: file("data/features.npy")).floats(0..<nodes * 8)
    return (0..<nodes).map { 50_000 + 9000 * features[8 * $0] - 4000 * features[8 * $0 + 1] }
  }

  private func ingest(_ more: String..., line: UInt = #line) throws -> String {
    let result = try Tool.ingest.run(store + more, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors, line: line)
    return result.output
  }

  func testRealValues() throws {
    try makeStore(nodes: nodes)
    var prices = try prices()
    prices[5] = .nan
    try write(prices, to: "prices.npy")
    let known = prices.filter { !$0.isNaN }
    let said = try ingest("--labels", "prices.npy", "--label-kind", "regression")
    let line = "labels       1 real value a node; 119 from \(known.min()!) to \(known.max()!), mean "
    XCTAssertTrue(said.contains(line), said)
    XCTAssertTrue(said.contains(", 1 missing; 1 node without a label\n"), said)
    let stat = try succeed(.stat, "v.store")
    XCTAssertTrue(stat.contains("labels       1 values; 119 from \(known.min()!) to \(known.max()!)"), stat)
    XCTAssertTrue(stat.contains("format 3"), stat)
    XCTAssertTrue(try succeed(.stat, "verify", "v.store").contains("v.store"))
    for flags in [["--class-weights", "balanced"], ["--focal-gamma", "2"]] {
      try assertRefused(
        .run, "train", "v.store", flags[0], flags[1], says: "the labels are real values",
        "\(flags[0].dropFirst(2)) is a setting of classes; leave out \(flags[0])")
    }
    let trained = try Tool.run.run(
      [
        "train", "v.store", "--model", "mlp", "--epochs", "60", "--dropout", "0", "--hidden", "16", "--run", "r",
        "--progress", "never", "--json",
      ], in: folder.path)
    XCTAssertEqual(trained.status, 0, trained.errors)
    let report = try JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any]
    XCTAssertEqual(report?["metric"] as? String, "R2")
    XCTAssertGreaterThan(try XCTUnwrap(report?["testAccuracy"] as? Double), 0.8)
    try succeed(.run, "infer", "v.store", "--run", "r", "--predictions", "p.npy")
    let predictions = try NpyReader(opening: file("p.npy"))
    XCTAssertEqual(predictions.shape, [nodes])
    let errors = zip(predictions.floats(0..<nodes), prices).filter { !$1.isNaN }.map { abs($0 - $1) }
    XCTAssertLessThan(errors.reduce(0, +) / Float(errors.count), 4000, "in the units of the prices")
    try succeed(.stat, "verify", "v.store")
  }

  /// R² is no share: nothing prints it in percent.
  func testNoPercentOfR2() throws {
    try makeStore(nodes: nodes)
    try write(try prices(), to: "prices.npy")
    _ = try ingest("--labels", "prices.npy", "--label-kind", "regression")
    let train = ["train", "v.store", "--model", "mlp", "--epochs", "3"]
    let told = try Tool.run.run(train + ["--run", "r", "--progress", "always"], in: folder.path)
    XCTAssertEqual(told.status, 0, told.errors)
    let series = try Tool.run.run(train + ["--run", "q", "--repeats", "2"], in: folder.path)
    XCTAssertEqual(series.status, 0, series.errors)
    XCTAssertNotNil(series.output.firstMatch(of: /test R2  -?\d+\.\d{4} ± \d+\.\d{4}\n/), series.output)
    let infer = try succeed(.run, "infer", "v.store", "--run", "r")
    XCTAssertNotNil(infer.firstMatch(of: /test +-?\d+\.\d{4} R2/), infer)
    let texts = [
      told.output, series.output, infer, try succeed(.run, "list", "v.store"),
      try succeed(.run, "show", "v.store", "--run", "r"), try succeed(.run, "compare", "v.store", "r", "q-1"),
      try succeed(.stat, "v.store", "--run", "r"),
    ]
    let lines = texts.joined(separator: "\n") + told.errors
    for line in lines.split(separator: "\n") where line.contains(/\b(val|test|train|R2)\b|epoch \d/) {
      XCTAssertFalse(line.contains("%"), String(line))
    }
  }

  func testMissingLabelsAndSampleWeights() throws {
    try makeStore(nodes: nodes)
    try write((0..<3 * nodes).map { Int8($0 % 4 == 3 ? -1 : $0 % 2) }, shape: [nodes, 3], to: "labels.npy")
    try write((0..<nodes).map { Float($0 % 5) / 4 }, to: "weights.npy")
    let said = try ingest("--labels", "labels.npy", "--sample-weights", "weights.npy")
    XCTAssertTrue(said.contains("90 labels are missing"), said)
    // The nodes i with labels that are trained on, and weights (i mod 5) / 4.
    let training = try NpyReader(opening: file("data/train.npy"))
    var ids = [Int64](repeating: 0, count: training.elementCount)
    try ids.withUnsafeMutableBufferPointer { try training.read(0..<training.elementCount, into: $0) }
    let weights = ids.map { Double($0 % 5) / 4 }
    let mean = Float(weights.reduce(0, +) / Double(weights.count))
    let line = "weights      of labelled training nodes: \(ids.count) from 0.0 to 1.0, mean "
    XCTAssertTrue(said.contains(line), said)
    let found = said.components(separatedBy: line).last?.split(separator: "\n").first.flatMap { Float($0) }
    XCTAssertEqual(try XCTUnwrap(found), mean, accuracy: 1e-6)
    let stat = try succeed(.stat, "v.store")
    XCTAssertTrue(stat.contains("labels       3 multi, some missing; nodes have sample weights\n"), stat)
    try succeed(.stat, "verify", "v.store")
    try succeed(
      .run, "train", "v.store", "--epochs", "2", "--focal-gamma", "2", "--class-weights", "balanced", "--run", "r",
      "--progress", "never")
    try succeed(.run, "infer", "v.store", "--run", "r", "--predictions", "p.npy")
    XCTAssertEqual(try NpyReader(opening: file("p.npy")).shape, [nodes, 3])
  }

  func testFlagsThatDoNotGoTogether() throws {
    try write([Float]([0.5, 1, 2]), to: "y.npy")
    try write("0 1\n1 2\n", to: "edges.tsv")
    try assertUsage(
      .ingest, "edges.tsv", "--labels", "y.npy", "--label-kind", "regression", "--classes", "3", "-o", "s",
      says: "--classes counts classes, and --label-kind regression has none")
    try assertRefused(
      .ingest, "edges.tsv", "--labels", "y.npy", "-o", "s", says: "y.npy", "expected whole numbers, found 0.5",
      "for real values, pass --label-kind regression")
  }
}
