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
    XCTAssertEqual(result.status, 0, result.errors)
    // The first third brings buffers to their size.
    let steady = samples.dropFirst(samples.count / 3)
    let (first, last) = (try XCTUnwrap(steady.first), try XCTUnwrap(steady.last))
    XCTAssertGreaterThan(last.epochs, first.epochs + 10)
    XCTAssertLessThan(slope(steady, \.anonymousKiB) * seconds, 512, "KiB of memory: \(steady.map(\.anonymousKiB))")
    for (name, value) in [("descriptors", \Sample.descriptors), ("mappings", \.mappings), ("threads", \.threads)] {
      XCTAssertLessThan(abs(slope(steady, value) * seconds), 3, "\(name): \(steady.map { $0[keyPath: value] })")
    }
    XCTAssertLessThan(slope(steady, \.diskBytes) * seconds, 65536, "bytes of disk: \(steady.map(\.diskBytes))")
  }

  /// Least squares, a second.
  private func slope(_ samples: ArraySlice<Sample>, _ value: KeyPath<Sample, Int>) -> Double {
    let y = samples.map { Double($0[keyPath: value]) }
    let x = y.indices.map { Double($0) * 0.2 }
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return products / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
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
