import Foundation
import GasBase
import GasFiles
import GasSettings
import GasStore

extension RunFolder {
  /// Keeps the settings of a run that is being made on its store, or of one that is there already, which stays a run of
  /// the store that it was started on.
  ///
  /// - Parameter settings: the settings to write.
  /// - Throws: `GasError` if the file that is there is damaged, or the disk fails.
  public func save(_ settings: RunSettings) throws {
    let isThere = FileManager.default.fileExists(atPath: config)
    let store = try isThere ? RunConfig(reading: config).store : storeChecksum
    try RunConfig(settings, store: store).write(to: config)
  }

  /// The settings of the run.
  ///
  /// - Returns: the settings in its folder.
  /// - Throws: `GasError` if the file is damaged, or if the run was started on another store.
  public func settings() throws -> RunSettings {
    try checkedConfig().settings
  }

  /// The settings and the store, which is checked to be the one that the folder is in, where it is known.
  func checkedConfig() throws -> RunConfig {
    let found = try RunConfig(reading: config)
    guard let store = found.store, store != storeChecksum else { return found }
    throw GasError(
      "run \"\(name)\" was trained on another store, whose manifest has checksum \(store.excerpt); that of this one has \(storeChecksum)",
      file: config,
      advice: "move the run back to its store; gas-run infer uses it on this one with --from and the name of that store"
    )
  }

  /// Refuses work that needs the run's stores of validation and test nodes where one of them is not in its place.
  ///
  /// - Parameter settings: the run's settings.
  /// - Throws: `GasError` that names the store and says what to do.
  public func checkEvaluationStores(_ settings: RunSettings) throws {
    for (part, path) in settings.evaluationStores where !Manifest.isThere(inStore: path) {
      try FileAccess.checkIsSeen(path + "/" + Manifest.fileName)
      throw GasError(
        "there is no store of this name, where run \"\(name)\" has its \(part == .test ? "test" : "validation") nodes "
          + "(--\(part.key)-store)", file: path,
        advice: "move the store back, or make a link of this name to the place where it is now")
    }
  }

  /// The staleness that the latest evaluation found.
  ///
  /// - Returns: `nil` where there is none (yet).
  /// - Throws: `GasError` if the file is damaged.
  package func latestRefresh() throws -> Refresh? {
    try FileManager.default.fileExists(atPath: refresh) ? Refresh(reading: refresh) : nil
  }

  /// Makes the run's name durable, and that of the folder of runs.
  package func syncNames() throws {
    let runs = URL(fileURLWithPath: path).deletingLastPathComponent()
    for folder in [path, runs.path, runs.deletingLastPathComponent().path] { try FolderSync.sync(folder) }
  }
}
