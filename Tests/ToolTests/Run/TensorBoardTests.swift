import Foundation
import TestSupport
import XCTest

/// Event files of TensorBoard and tables of metrics, while a run is trained and afterwards, against `metrics.jsonl`.
final class TensorBoardTests: TensorBoardTestCase {
  func testWhileTrainingAndAfterwards() throws {
    try makeStore()
    try succeed(
      .run, "train", "g.store", "--run", "a", "--epochs", "4", "--evaluate-every", "2", "--tensorboard", "logs")
    let first = try eventFiles("logs/a").map { "logs/a/" + $0 }
    XCTAssertEqual(first.count, 1)
    XCTAssertNotNil(first[0].wholeMatch(of: /logs\/a\/events\.out\.tfevents\.\d{10}\.gas-run\.[0-9a-f]{8}\.0/))
    XCTAssertEqual(try records("a").count, 5)
    try assertEqual(first, try records("a"))
    // It goes on in another file, which has the new epochs alone.
    try succeed(.run, "resume", "g.store", "--run", "a", "--epochs", "6", "--tensorboard", "logs/")
    let both = try eventFiles("logs/a").map { "logs/a/" + $0 }
    XCTAssertEqual(both.count, 2)
    XCTAssertEqual(both[0], first[0])
    XCTAssertEqual(Set(try EventFile(file(both[1])).scalars().map(\.step)), [5, 6])
    try assertEqual(both, try records("a"))
    // Afterwards all of it is one file.
    let report = try json(.run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "other")
    XCTAssertEqual(report["epochs"] as? Int, 7)
    let exported = try eventFiles("other/a").map { "other/a/" + $0 }
    XCTAssertEqual(report["path"] as? String, exported[0])
    try assertEqual(exported, try records("a"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file(exported[0])))
    try succeed(
      .run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "other", "--overwrite")
    XCTAssertEqual(try eventFiles("other/a").map { "other/a/" + $0 }, exported)
    XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: file(exported[0]))), bytes, "the same bits")
    // A run that had no events begins with the epochs that it has.
    try succeed(.run, "resume", "g.store", "--run", "a", "--epochs", "7", "--tensorboard", "late")
    try assertEqual(try eventFiles("late/a").map { "late/a/" + $0 }, try records("a"))
    XCTAssertEqual(try leftovers(), [])
  }

  func testAKillAndItsResumption() throws {
    try makeStore()
    let running = try Tool.run.start(
      [
        "train", "g.store", "--run", "a", "--epochs", "1000000", "--patience", "1000000", "--checkpoint-seconds", "0.2",
        "--tensorboard",
        "logs",
      ], in: folder.path)
    try running.wait {
      guard let name = try? self.eventFiles("logs/a").first else { return false }
      return (try? EventFile(self.file("logs/a/" + name)).events.count > 400) ?? false
    }
    running.signal(SIGKILL)
    _ = try running.wait()
    let checkpoint = try json(.run, "show", "g.store", "--run", "a")
    let epoch = try XCTUnwrap(checkpoint["epochs"] as? Int)
    let resumed = try Tool.run.run(
      ["resume", "g.store", "--run", "a", "--epochs", "\(epoch + 2)", "--tensorboard", "logs"], in: folder.path)
    XCTAssertEqual(resumed.status, 0, resumed.errors)
    let files = try eventFiles("logs/a").map { "logs/a/" + $0 }
    XCTAssertEqual(files.count, 2)
    try assertEqual(files, try records("a"))
  }

  func testSeveralRuns() throws {
    try makeStore()
    try succeed(
      .run, "train", "g.store", "--run", "s", "--repeats", "2", "--epochs", "1", "--tensorboard", "logs")
    XCTAssertEqual(try eventFiles("logs"), ["s-1", "s-2"])
    for run in ["s-1", "s-2"] {
      try assertEqual(try eventFiles("logs/\(run)").map { "logs/\(run)/" + $0 }, try records(run))
    }
    _ = try json(
      .run, "train", "g.store", "--model", "auto", "--time", "2s", "--epochs", "1", "--run", "t", "--tensorboard",
      "tried")
    XCTAssertEqual(try eventFiles("tried"), ["t-appnp", "t-gat", "t-gcn", "t-mlp", "t-sage"])
  }

  func testTables() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "3", "--evaluate-every", "2")
    let report = try json(.run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "a.csv")
    let text = try String(contentsOfFile: file("a.csv"), encoding: .utf8)
    XCTAssertEqual(
      try succeed(.run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "-"), text)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    XCTAssertEqual(rows[0].prefix(4), ["epoch", "step", "loss", "learningRate"])
    XCTAssertEqual(Array(rows[0].dropFirst(2)).map(String.init), report["names"] as? [String])
    let records = try records("a")
    XCTAssertEqual(rows.count, records.count + 1)
    for (row, record) in zip(rows.dropFirst(), records) {
      XCTAssertEqual(row.count, rows[0].count)
      var found: [String: Double] = [:]
      for (name, field) in zip(rows[0], row) where !field.isEmpty { found[String(name)] = Double(field) }
      XCTAssertEqual(found.removeValue(forKey: "epoch"), record["epoch"] as? Double)
      XCTAssertEqual(found.removeValue(forKey: "step"), record["step"] as? Double)
      let expected = try numbers(record)
      XCTAssertEqual(Set(found.keys), Set(expected.keys))
      // JSONSerialization reads decimals to fifteen digits.
      for (name, value) in expected { XCTAssertEqual(found[name] ?? .nan, value, accuracy: 1e-14 * abs(value), name) }
    }
    try succeed(.run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "a.tsv.gz")
    try assertUsage(
      .run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "-", "--json", says: "name a file")
  }

  func testRefusals() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1", "--tensorboard", "logs")
    try assertRefused(
      .run, "train", "g.store", "--run", "b", "--tensorboard", "g.store/runs", says: "is in a store, ")
    try assertRefused(
      .run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "g.store/columns",
      says: "is in a store, ")
    try assertRefused(.run, "train", "g.store", "--run", "runs", "--tensorboard", "g.store", says: "is in a store, ")
    try assertRefused(
      .run, "train", "g.store", "--run", "b", "--tensorboard", "none/logs", says: "none/logs: cannot be written")
    try assertRefused(
      .run, "train", "g.store", "--run", "b", "--tensorboard", "data/edges.npy", says: "is no folder (--tensorboard)")
    try assertRefused(
      .run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "logs",
      says: "logs/a: has events already", "name another folder, or pass --overwrite")
    try assertRefused(
      .run, "export", "g.store", "--run", "x", "--format", "csv", "--output", "x.csv", says: "there is no run \"x\"")
    try assertRefused(
      .run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "a.txt", says: "ends in .csv")
    try write("", to: "a.csv")
    try assertRefused(
      .run, "export", "g.store", "--run", "a", "--format", "csv", "--output", "a.csv", says: "already exists")
    // Events of another program would be shown together with ours, whatever is replaced.
    try FileManager.default.createDirectory(atPath: file("theirs/a"), withIntermediateDirectories: true)
    try write("", to: "theirs/a/events.out.tfevents.1.host.2")
    try assertRefused(
      .run, "export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "theirs", "--overwrite",
      says: "they are of another program: name another folder")
    // A run of the same name of another store.
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train",
      "data/train.npy", "--val", "data/val.npy", "--partitions", "3", "--output", "h.store")
    try succeed(.run, "train", "h.store", "--run", "a", "--epochs", "1")
    try assertRefused(
      .run, "resume", "h.store", "--run", "a", "--epochs", "2", "--tensorboard", "logs",
      says: "logs/a: has events of another run than this one")
    try succeed(
      .run, "train", "h.store", "--run", "a", "--epochs", "2", "--tensorboard", "logs", "--overwrite")
    XCTAssertEqual(try eventFiles("logs/a").count, 1)
  }
}
