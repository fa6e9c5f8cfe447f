import XCTest

/// A training that goes on takes no more memory, files, mappings, threads or disk than it did before.
final class SoakTests: ToolTestCase {
  private struct Sample {
    let epochs: Int
    let anonymousKiB: Int
    let descriptors: Int
    let mappings: Int
    let threads: Int
    /// But for the metrics, a line an epoch.
    let diskBytes: Int
  }

  /// Of the longer form: `GAS_SOAK_SECONDS=600`.
  private let seconds = ProcessInfo.processInfo.environment["GAS_SOAK_SECONDS"].flatMap(Double.init) ?? 8

  func testTrainingTakesNoMoreAsItGoesOn() throws {
    try makeStore()
    try assertSteady(["--model", "gcn", "--layers", "3"])
  }

  func testTrainingWithMailTakesNoMoreAsItGoesOn() throws {
    try makeStore()
    try assertSteady(["--halo-windows", "mail", "--history-type", "int8", "--batch-partitions", "1"])
  }

  private func assertSteady(_ arguments: [String]) throws {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", "soak", "--epochs", "100000000", "--hidden", "8", "--checkpoint-seconds", "0.2"]
        + arguments, in: folder.path)
    try running.wait { FileManager.default.fileExists(atPath: file("g.store/runs/soak/model.safetensors")) }
    var samples: [Sample] = []
    let end = Date(timeIntervalSinceNow: seconds)
    while running.isRunning && Date() < end {
      usleep(200_000)
      samples.append(try sample(running.identifier))
    }
    running.signal(SIGTERM)
    let result = try running.wait()
    XCTAssertEqual(result.status, 128 + SIGTERM, result.errors)
    // The first third brings buffers to their size.
    let middle = Array(samples[samples.count / 3..<samples.count * 2 / 3])
    let last = Array(samples[(samples.count * 2 / 3)...])
    // What lasts a moment, a checkpoint that is being written say, is above the least, and what is lost stays in it.
    func least(_ samples: [Sample], _ value: KeyPath<Sample, Int>) -> Int {
      samples.map { $0[keyPath: value] }.min() ?? 0
    }
    func growth(_ value: KeyPath<Sample, Int>) -> Int { least(last, value) - least(middle, value) }
    XCTAssertGreaterThan(growth(\.epochs), 2)
    XCTAssertLessThan(growth(\.anonymousKiB), 512, "KiB of memory: \(samples.map(\.anonymousKiB))")
    // Files of a pass come and go with it, and few samples may all lie in the same kind of pass; what is lost raises
    // both ends.
    func lasting(_ value: KeyPath<Sample, Int>) -> Int {
      let greatest = [middle, last].map { $0.map { $0[keyPath: value] }.max() ?? 0 }
      return min(growth(value), greatest[1] - greatest[0])
    }
    for (name, value) in [("descriptors", \Sample.descriptors), ("mappings", \.mappings), ("threads", \.threads)] {
      XCTAssertLessThan(lasting(value), 4, "\(name): \(samples.map { $0[keyPath: value] })")
    }
    XCTAssertLessThan(growth(\.diskBytes), 65536, "bytes of disk: \(samples.map(\.diskBytes))")
  }

  private func sample(_ process: Int32) throws -> Sample {
    let status = text("/proc/\(process)/status")
    func number(_ field: String) -> Int {
      status.split(separator: "\n").first { $0.hasPrefix(field) }?.split(whereSeparator: \.isWhitespace)
        .dropFirst().first.flatMap { Int($0) } ?? 0
    }
    let run = file("g.store/runs/soak")
    let files = try FileManager.default.contentsOfDirectory(atPath: run).filter { $0 != "metrics.jsonl" }
    return Sample(
      epochs: text(run + "/metrics.jsonl").count { $0 == "\n" }, anonymousKiB: number("RssAnon:"),
      descriptors: (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0,
      mappings: text("/proc/\(process)/maps").count { $0 == "\n" }, threads: number("Threads:"),
      diskBytes: files.reduce(0) { $0 + size("\(run)/\($1)") })
  }

  /// Files of /proc have no size, so they are read to their end.
  private func text(_ path: String) -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else { return "" }
    return String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
  }

  private func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
