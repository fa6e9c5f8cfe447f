import GasFormats
import GasStore
import TestSupport
import XCTest

/// The main job as a user does it: generate, ingest, train, resume, infer, look, verify.
final class WholeRoadTests: ToolTestCase {
  private let nodeCount = 400
  private let hidden = 16

  private func train(_ run: String, epochs: Int, line: UInt = #line) throws -> [String: Any] {
    try json(
      .run, "train", "g.store", "--run", run, "--epochs", "\(epochs)", "--hidden", "\(hidden)", "--batch-partitions",
      "2",
      "--seed", "3", line: line)
  }

  func testFromEdgesToPredictions() throws {
    try makeStore(nodes: nodeCount)
    let columns = try FolderContents(file("g.store/columns"))
    let trained = try train("first", epochs: 6)
    try checkResult(trained, epochs: 6)
    try checkRunFiles()
    let inferred = try infer()
    XCTAssertEqual(inferred["testAccuracy"] as? Double, trained["testAccuracy"] as? Double)
    try checkOutputs(testAccuracy: try XCTUnwrap(inferred["testAccuracy"] as? Double))
    try checkRoundedInference()
    try checkStatistics()
    let verified = try json(.stat, "verify", "g.store")
    XCTAssertEqual(verified["columnCount"] as? Int, columns.files.count)
    XCTAssertEqual(verified["partitionCount"] as? Int, 4)
    XCTAssertEqual(verified["runFileCount"] as? Int, 2)
    XCTAssertEqual(try FolderContents(file("g.store/columns")), columns, "nothing changes a store's columns")
    XCTAssertEqual(try leftovers(), [])
  }

  private func checkResult(_ result: [String: Any], epochs: Int) throws {
    XCTAssertEqual(result["epochs"] as? Int, epochs)
    XCTAssertEqual(result["isComplete"] as? Bool, true)
    XCTAssertTrue(1...epochs ~= (try XCTUnwrap(result["bestEpoch"] as? Int)))
    for key in ["testAccuracy", "valAccuracy"] {
      let accuracy = try XCTUnwrap(result[key] as? Double, key)
      // Three classes, far apart: guessing gives a third.
      XCTAssertTrue(0.6...1 ~= accuracy, "\(key) \(accuracy)")
    }
    XCTAssertGreaterThan(try XCTUnwrap(result["epochSecondsMedian"] as? Double), 0)
    let peak = try XCTUnwrap(result["peakResidentBytes"] as? Int)
    XCTAssertTrue(4 << 20...2 << 30 ~= peak, "\(peak) bytes")
  }

  private func metricsLines(_ run: String) throws -> [[String: Any]] {
    let metrics = try String(contentsOfFile: file("g.store/runs/\(run)/metrics.jsonl"), encoding: .utf8)
    return try metrics.split(separator: "\n").map { line in
      try XCTUnwrap(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  /// The files of docs/format.md, "A run".
  private func checkRunFiles() throws {
    let names = [
      "checkpoint.safetensors", "config.json", "histories.json", "history-1.gascol", "metrics.jsonl",
      "model.safetensors", "pushed-1.gascol", "refresh.json",
    ]
    XCTAssertEqual(try FolderContents(file("g.store/runs/first")).names, names)
    let lines = try metricsLines("first")
    XCTAssertEqual(lines.map { $0["epoch"] as? Int }, [0, 1, 2, 3, 4, 5, 6])
    let losses = lines.dropFirst().compactMap { $0["loss"] as? Double }
    XCTAssertEqual(losses.count, 6)
    XCTAssertLessThan(losses[5], losses[0])
    let history = try MutableColumn(opening: file("g.store/runs/first/history-1.gascol"), access: .read)
    XCTAssertEqual([history.values.rowCount, history.values.width], [nodeCount, hidden])
  }

  /// Rows between layers in less than float32: nearly the same logits, and not the same.
  private func checkRoundedInference() throws {
    func logits(_ path: String) throws -> [Float] {
      let reader = try NpyReader(opening: file(path))
      return reader.floats(0..<reader.elementCount)
    }
    let exact = try logits("logits.npy")
    let largest = exact.map(abs).max() ?? 0
    for (type, tolerance) in [("float16", Float(2e-3)), ("bfloat16", 2e-2), ("int8", 2e-2)] {
      _ = try json(
        .run, "infer", "g.store", "--run", "first", "--logits", "rounded.npy", "--overwrite", "--history-type",
        type)
      let differences = try zip(exact, logits("rounded.npy")).map { abs($0 - $1) }
      XCTAssertLessThan(differences.max()!, tolerance * largest, type)
      XCTAssertGreaterThan(differences.max()!, 0, type)
    }
    try FileManager.default.removeItem(atPath: file("rounded.npy"))
  }

  private func infer() throws -> [String: Any] {
    try json(
      .run, "infer", "g.store", "--run", "first", "--predictions", "predictions.npy", "--embeddings", "embeddings.npy",
      "--logits", "logits.npy", "--ids", "ids.npy")
  }

  /// Row i of each file is node i of the input: or its predictions would not score against the input's labels.
  private func checkOutputs(testAccuracy: Double) throws {
    func open(_ name: String) throws -> NpyReader { try NpyReader(opening: file(name)) }
    let predictions = try open("predictions.npy")
    XCTAssertEqual(predictions.type, .int64)
    XCTAssertEqual(predictions.shape, [nodeCount])
    let embeddings = try open("embeddings.npy")
    XCTAssertEqual(embeddings.type, .float32)
    XCTAssertEqual(embeddings.shape, [nodeCount, hidden])
    let logits = try open("logits.npy")
    XCTAssertEqual(logits.type, .float32)
    XCTAssertEqual(logits.shape, [nodeCount, 3])
    let classes = try predictions.integers(0..<nodeCount)
    for node in 0..<nodeCount {
      let row = logits.floats(node * 3..<node * 3 + 3)
      XCTAssertEqual(row.firstIndex(of: row.max()!), Int(classes[node]))
    }
    XCTAssertEqual(try open("ids.npy").integers(0..<nodeCount), (0..<nodeCount).map(Int64.init))
    let labels = try open("data/labels.npy").integers(0..<nodeCount)
    let tested = try open("data/test.npy")
    let ids = try tested.integers(0..<tested.elementCount)
    let right = ids.count { labels[Int($0)] == classes[Int($0)] }
    XCTAssertEqual(Double(right) / Double(ids.count), testAccuracy, accuracy: 1e-12)
  }

  private func checkStatistics() throws {
    let report = try json(.stat, "g.store")
    XCTAssertEqual(report["runs"] as? [String], ["first"])
    let store = try XCTUnwrap(report["store"] as? [String: Any])
    XCTAssertEqual(store["nodeCount"] as? Int, nodeCount)
    for key in [
      "edgeCount", "degrees", "partitions", "columns", "adjacencyBytesPerEdge", "totalBytes", "provenance", "features",
      "labels", "splits", "directed", "weighted", "selfLoopCount", "formatVersion", "bitsPerEntry",
    ] { XCTAssertNotNil(store[key], key) }
    let partitions = try XCTUnwrap(store["partitions"] as? [String: Any])
    XCTAssertEqual(partitions["count"] as? Int, 4)
    for key in ["nodes", "edges", "halo", "innerEdgeRatio", "cutEdgeCount", "haloRowCount", "haloRowsPerNode"] {
      XCTAssertNotNil(partitions[key], key)
    }
    let run = try json(.stat, "g.store", "--run", "first")
    XCTAssertEqual(run["epoch"] as? Int, 6)
    for key in ["now", "atLastRefresh"] {
      let layer = try XCTUnwrap((run[key] as? [[String: Any]])?.first, key)
      XCTAssertEqual(layer["layer"] as? Int, 1)
      let age = try XCTUnwrap(layer["age"] as? [String: Any])
      XCTAssertEqual(age.keys.sorted(), ["max", "median", "min", "percentile90"])
      // The evaluation made every history exact; just before, they were as stale as training left them.
      let drift = try XCTUnwrap(layer["drift"] as? Double)
      XCTAssertTrue(key == "now" ? drift < 1e-5 : drift > 1e-3, "\(key): \(drift)")
      XCTAssertEqual((layer["partitions"] as? [Any])?.count, 4)
    }
    // The same as in metrics.jsonl; of histories as they are now, noise is not known.
    let last = try XCTUnwrap(metricsLines("first").last?["staleness"] as? [[String: Any]]).first
    let measured = try XCTUnwrap((run["atLastRefresh"] as? [[String: Any]])?.first)
    for key in ["drift", "noise", "staleness"] {
      let value = try XCTUnwrap(last?[key] as? Double, key)
      XCTAssertGreaterThan(value, 0, key)
      XCTAssertEqual(measured[key] as? Double, value, key)
    }
    XCTAssertNil((run["now"] as? [[String: Any]])?.first?["noise"])
  }

  /// A run that stopped and went on is, bit by bit, one that never stopped.
  func testResumedRunEqualsOneThatNeverStopped() throws {
    try makeStore()
    try succeed(
      .run, "train", "g.store", "--run", "whole", "--epochs", "7", "--hidden", "8", "--batch-partitions", "2")
    try succeed(
      .run, "train", "g.store", "--run", "parts", "--epochs", "3", "--hidden", "8", "--batch-partitions", "2")
    let text = try succeed(.run, "resume", "g.store", "--run", "parts", "--epochs", "7")
    XCTAssertTrue(text.contains("epochs         7"), text)
    let back = try Tool.run.run(["resume", "g.store", "--run", "parts", "--epochs", "6"], in: folder.path)
    XCTAssertEqual(back.status, 1)
    XCTAssertTrue(back.errors.contains("--epochs 6: the run has 7 epochs already"), back.errors)
    for name in ["model.safetensors", "checkpoint.safetensors", "history-1.gascol", "pushed-1.gascol", "refresh.json"] {
      XCTAssertTrue(
        FileManager.default.contentsEqual(
          atPath: file("g.store/runs/whole/\(name)"), andPath: file("g.store/runs/parts/\(name)")), name)
    }
  }

  /// Text for people: what it says, not how.
  func testTextOutput() throws {
    try makeStore()
    let store = try succeed(.stat, "g.store")
    for word in ["nodes", "edges", "degrees", "partitions", "halo rows", "neighbours", "120"] {
      XCTAssertTrue(store.contains(word), "no \(word) in \(store)")
    }
    let trained = try succeed(.run, "train", "g.store", "--epochs", "2", "--model", "sage")
    XCTAssertTrue(trained.contains("sage-1"), trained)
    XCTAssertTrue(trained.contains("test accuracy"), trained)
    let run = try succeed(.stat, "g.store", "--run", "sage-1", "--sample", "2")
    let header = try XCTUnwrap(run.split(separator: "\n").first { $0.contains("age min") })
    XCTAssertEqual(
      header.split(separator: " ", omittingEmptySubsequences: true).suffix(4).map(String.init),
      ["max", "drift", "noise", "staleness"])
    XCTAssertTrue(try succeed(.stat, "verify", "g.store").contains("are as they should be"))
    for tool in [Tool.ingest, .run, .stat] {
      XCTAssertTrue(try succeed(tool, "--help").contains("EXAMPLES"))
      XCTAssertTrue(try succeed(tool, "--version").contains("."))
    }
  }

  /// The settings come from the defaults, then the file, then the flags.
  func testConfigurationFile() throws {
    try makeStore()
    try write("model: sage\nepochs: 2\nhidden: 5\nlr: 0.02\nbatch-partitions: all\n", to: "settings.yaml")
    try succeed(.run, "train", "g.store", "--config", "settings.yaml", "--run", "a", "--hidden", "6")
    let config = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/a/config.json"))))
    let settings = try XCTUnwrap(config as? [String: Any])
    XCTAssertEqual(settings["model"] as? String, "sage")
    XCTAssertEqual(settings["hidden"] as? Int, 6)
    XCTAssertEqual(settings["lr"] as? Double, 0.02)
    XCTAssertEqual(settings["batch-partitions"] as? String, "all")
    XCTAssertEqual(settings["dropout"] as? Double, 0.5)
  }
}
