import Foundation
import GasBase
import GasStore

/// The folder of a run inside its store, and the names of the files in it (docs/format.md, "A run").
public struct RunFolder: Sendable {
  public let name: String
  public let path: String
  /// That of the manifest of the store which the run is in.
  let storeChecksum: String

  public var config: String { path + "/config.json" }
  public var metrics: String { path + "/metrics.jsonl" }
  public var checkpoint: String { path + "/checkpoint.safetensors" }
  public var model: String { path + "/model.safetensors" }
  public var refresh: String { path + "/refresh.json" }

  /// Whether there is something to resume from.
  public var hasCheckpoint: Bool { FileManager.default.fileExists(atPath: checkpoint) }

  private init(store: Store, name: String) {
    self.name = name
    path = "\(store.path)/runs/\(name)"
    storeChecksum = store.manifest.checksum
  }

  /// Makes the folder of a new run, with its settings in it.
  ///
  /// - Parameter name: `nil` takes the first free one of `gcn-1`, `gcn-2`, …; with a preset `cora-gcn-1`, …
  /// - Throws: `GasError` if a run of that name exists and `replaceExisting` is false.
  public static func create(
    in store: Store, name: String?, settings: RunSettings, replaceExisting: Bool
  ) throws -> RunFolder {
    let files = FileManager.default
    let folder = RunFolder(
      store: store, name: try name.map(checked) ?? freeName(store, settings.preset ?? settings.model))
    if files.fileExists(atPath: folder.path) {
      guard replaceExisting else {
        throw GasError(
          "run \"\(folder.name)\" already exists", file: folder.path,
          advice: "name another --run, pass --overwrite, or continue it with gas-run resume")
      }
      // Renamed first, so that a kill never leaves half a run under its name.
      let discarded = "\(folder.path).discarded-\(getpid())"
      try files.moveItem(atPath: folder.path, toPath: discarded)
      try files.removeItem(atPath: discarded)
    }
    do {
      try files.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    } catch {
      throw GasError(
        "cannot create the run's folder: \(error.localizedDescription)", file: folder.path,
        advice: "runs are kept in the store; check its permissions")
    }
    do {
      try folder.save(settings)
    } catch {
      folder.discard()
      throw error
    }
    return folder
  }

  /// Removes a run that came to nothing, so that its name is free again.
  public func discard() {
    try? FileManager.default.removeItem(atPath: path)
  }

  public static func open(in store: Store, name: String) throws -> RunFolder {
    let folder = RunFolder(store: store, name: try checked(name))
    guard FileManager.default.fileExists(atPath: folder.config) else {
      let known = names(in: store)
      throw GasError(
        "there is no run \"\(name)\"", file: store.path,
        advice: known.isEmpty ? "gas-run train makes one" : "there are \(known.joined(separator: ", "))")
    }
    return folder
  }

  /// The runs of a store, sorted.
  public static func names(in store: Store) -> [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: store.path + "/runs")) ?? []
    return found.filter { FileManager.default.fileExists(atPath: "\(store.path)/runs/\($0)/config.json") }.sorted()
  }

  private static func checked(_ name: String) throws -> String {
    let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    guard !name.isEmpty, isPlain, !name.hasPrefix(".") else {
      throw GasError(expected: "a run name of letters, digits, '-', '_' and '.'", found: "\"\(name)\"")
    }
    return name
  }

  private static func freeName(_ store: Store, _ model: String) -> String {
    let taken = Set((try? FileManager.default.contentsOfDirectory(atPath: store.path + "/runs")) ?? [])
    return (1...).lazy.map { "\(model)-\($0)" }.first { !taken.contains($0) }!
  }
}

/// Keeps a second process from writing to the same run. Held until released; the kernel drops it with the process.
public final class RunLock {
  private let descriptor: Int32

  public init(_ folder: RunFolder) throws {
    descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if descriptor >= 0 { close(descriptor) }
      throw GasError("run \"\(folder.name)\" is in use by another process", file: folder.path)
    }
  }

  deinit { close(descriptor) }
}
