import Foundation
import GasBase
import GasNN
import GasRuns
import GasStore
import GasTrain
import TestSupport
import XCTest

/// A store in a temporary folder, and runs on it.
package final class RunFixture {
  package let folder: TemporaryFolder
  package let store: Store

  package init(_ graph: TinyGraph = .random(nodes: 90, partitions: 6)) throws {
    folder = try TemporaryFolder()
    try graph.write(to: folder.file("store"))
    store = try Store(opening: folder.file("store"))
  }

  package static func settings(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
    var settings = RunSettings()
    settings.layers = 3
    settings.hidden = 6
    settings.epochs = 4
    settings.batchPartitions = .partitions(2)
    settings.threads = 1
    settings.checkpointSeconds = 0
    change(&settings)
    return settings
  }

  package func start(_ name: String, _ settings: RunSettings, plan: RunPlan? = nil) throws -> Trainer {
    let folder = try RunFolder.create(in: store, name: name, settings: settings, replaceExisting: true)
    return try Trainer(
      store: store, folder: folder, settings: settings, model: ModelFactory.make(settings, for: store), plan: plan)
  }

  @discardableResult
  package func train(_ name: String, _ settings: RunSettings) throws -> RunResult {
    try start(name, settings).train()
  }

  package func resume(_ name: String, _ settings: RunSettings) throws -> RunResult {
    let folder = try RunFolder.open(in: store, name: name)
    return try Trainer(
      store: store, folder: folder, settings: settings, model: ModelFactory.make(settings, for: store), resuming: true
    ).train()
  }

  /// The epochs of a run's checkpoint.
  package func records(_ name: String) throws -> [EpochRecord] {
    let folder = try RunFolder.open(in: store, name: name)
    return try MetricsFile(folder.metrics, of: Checkpoint(reading: folder.checkpoint)).records
  }

  /// Makes the JSON object in a file what a version of before checksums would have written.
  package static func unseal(_ path: String, removing key: String? = nil) throws {
    let file = URL(fileURLWithPath: path)
    var object = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    for key in ["checksum", "checksum-kind", "store-checksum", key ?? ""] { object[key] = nil }
    try JSONSerialization.data(withJSONObject: object).write(to: file)
  }

  /// Files in the folder that are open and have no name any more.
  package func namelessFileCount() throws -> Int {
    var files = Set<UInt64>()
    for number in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
      guard let target, target.contains(folder.path), target.hasSuffix("(deleted)") else { continue }
      var status = stat()
      if stat("/proc/self/fd/\(number)", &status) == 0 { files.insert(UInt64(status.st_ino)) }
    }
    return files.count
  }

  /// All that a run leaves behind and that must not depend on how it was carried out.
  package func assertSameBits(_ a: String, _ b: String, line: UInt = #line) throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("store/runs/\(a)")).sorted()
    let compared = files.filter {
      $0.hasSuffix(".gascol") || $0.hasSuffix(".safetensors") || ["refresh.json", "histories.json"].contains($0)
    }
    XCTAssertGreaterThanOrEqual(
      compared.count, 8, "two histories with their clocks and their seal, checkpoint, weights, staleness", line: line)
    for file in compared {
      let left = FileManager.default.contents(atPath: folder.file("store/runs/\(a)/\(file)"))
      let right = FileManager.default.contents(atPath: folder.file("store/runs/\(b)/\(file)"))
      XCTAssertEqual(left, right, "\(file) of \(a) and \(b)", line: line)
    }
    let losses = try [a, b].map { try records($0).map(\.loss) }
    XCTAssertEqual(losses[0], losses[1], line: line)
    XCTAssertGreaterThan(losses[0].count, 1, line: line)
  }
}
