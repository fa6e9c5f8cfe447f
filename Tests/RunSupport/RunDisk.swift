import Foundation
import GasBase
import GasRuns
import GasStore
import GasTrain
import TestSupport

/// A tiny store on a disk, what is done there to its run, and what the run has to be like afterwards.
///
/// Runs are two epochs long, and each is a checkpoint; `resume` goes on to four.
package struct RunDisk {
  /// The folder that the store is in.
  package let path: String
  package var store: String { path + "/store" }
  package var run: String { store + "/runs/run" }

  package init(path: String) { self.path = path }

  /// Settings of a run that is long, or one that is over after two epochs.
  package static func settings(epochs: Int = 2, hidden: Int = 4) -> RunSettings {
    RunFixture.settings { ($0.epochs, $0.hidden, $0.layers) = (epochs, hidden, 2) }
  }

  package static func make(in folder: TemporaryFolder) throws -> RunDisk {
    let disk = RunDisk(path: folder.file("disk"))
    try TinyGraph.random(nodes: 24, features: 4, partitions: 4).write(to: disk.store)
    return disk
  }

  /// What `gas-run train` does.
  package func train(_ settings: RunSettings, overwrite: Bool = false, report: (EpochRecord) -> Void = { _ in }) throws
  {
    let store = try Store(opening: store)
    let folder = try RunFolder.create(in: store, name: "run", settings: settings, replaceExisting: overwrite)
    let model = try ModelFactory.make(settings, for: store)
    do {
      _ = try Trainer(store: store, folder: folder, settings: settings, model: model).train(report: report)
    } catch {
      if !folder.hasCheckpoint { folder.discard() }
      throw error
    }
  }

  /// What `gas-run resume` does.
  package func resume(_ settings: RunSettings, report: (EpochRecord) -> Void = { _ in }) throws {
    let store = try Store(opening: store)
    let folder = try RunFolder.open(in: store, name: "run")
    let model = try ModelFactory.make(settings, for: store)
    _ = try Trainer(store: store, folder: folder, settings: settings, model: model, resuming: true)
      .train(report: report)
  }

  /// The epoch of the run's checkpoint, once all of its files have been verified.
  ///
  /// - Returns: nil where there is no run, or one that has no checkpoint yet.
  package func verifiedEpoch() throws -> Int? {
    let store = try Store(opening: store)
    _ = try StoreVerifier(store).verifyChecksums()
    guard try RunFolder.names(in: store).contains("run") else { return nil }
    _ = try RunVerifier(store).verify()
    let folder = try RunFolder.open(in: store, name: "run")
    return folder.hasCheckpoint ? try Checkpoint(reading: folder.checkpoint).epoch : nil
  }

  /// What must not depend on interruptions: the names of all files, and their bytes but for those that tell times.
  package func contents() throws -> [String: Data?] {
    var files = try FolderContents(run).files
    files["metrics.jsonl"] = Data("\(try losses())".utf8)
    return files
  }

  private func losses() throws -> [Double?] {
    let folder = try RunFolder.open(in: Store(opening: store), name: "run")
    return try MetricsFile(folder.metrics, of: Checkpoint(reading: folder.checkpoint)).records.map(\.loss)
  }

  /// What `gas-stat clean` does.
  package func clean() throws {
    var leftovers = try StoreLeftovers(of: store)
    try leftovers.remove()
  }

  /// All names in the store and beside it that are no column's and no run's.
  package func strangers() throws -> [String] {
    let files = FileManager.default
    let inside = ["", "/store", "/store/runs"].flatMap { folder in
      ((try? files.contentsOfDirectory(atPath: path + folder)) ?? []).map { folder + "/" + $0 }
    }
    let known = ["/store", "/store/manifest.json", "/store/columns", "/store/runs", "/store/runs/run"]
    return inside.filter { !known.contains($0) }.sorted()
  }
}
