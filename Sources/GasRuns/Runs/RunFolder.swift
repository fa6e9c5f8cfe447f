import FoundationEssentials
import GasBase
import GasBatch
import GasFiles
import GasStore

/// The folder of a run inside its store, and the names of the files in it (docs/format.md, "A run").
///
/// One process at a time writes to a run: the one that holds its lock, which `create` returns with the folder and
/// `locked` takes. A process that only reads needs none.
public struct RunFolder: Sendable {
  /// The run's name, which is its folder's.
  public let name: String
  /// The folder's path.
  public private(set) var path: String
  /// The lock, held as long as a copy of this value lives.
  private(set) var lock: FolderLock?
  /// The checksum in the manifest of the store that the run is in.
  package let storeChecksum: String
  /// Whether it lies elsewhere than in its store.
  let isApart: Bool
  /// The kind of the store's labels; `nil` for none.
  package let labels: Manifest.Labels.Kind?
  /// The settings' file when the run was opened; `nil` for a run that this process makes.
  private var openedConfig: FileVersion?

  /// The path of `config.json`, the settings.
  public var config: String { path + "/config.json" }
  /// The path of `metrics.jsonl`, a line for each epoch.
  public var metrics: String { path + "/metrics.jsonl" }
  /// The path of `checkpoint.safetensors`, from which the run is resumed.
  public var checkpoint: String { path + "/checkpoint.safetensors" }
  /// The path of `model.safetensors`, the best weights.
  public var model: String { path + "/model.safetensors" }
  /// The path of `refresh.json`, the staleness that the latest evaluation found.
  public var refresh: String { path + "/refresh.json" }
  /// Where scratch files of training and evaluating go: the folder that was named for them, or the run's own.
  package var scratchPath: String { ScratchPlace.named ?? path }
  /// The path of `histories.json`, checksums of the histories.
  public var seal: String { path + "/" + HistorySealFile.name }

  /// The name that an unfinished file or folder would get; `nil` if the name is not that of an unfinished one.
  static func finalName(of name: String) -> String? {
    guard Leftovers.isLeftoverName(name) else { return nil }
    return name.wholeMatch(of: /(.+)\.(partial|replaced|discarded)-[0-9a-f]+/).map { String($0.1) }
  }

  /// Whether the name is that of a scratch file. Such a file has a name for a moment where the file system cannot do
  /// without, and had one with earlier versions.
  static func isScratch(_ name: String) -> Bool {
    (finalName(of: name) ?? name).wholeMatch(of: /scratch(-[0-9A-F-]{36})?\.gascol/) != nil
  }

  /// Whether the name is that of a file in a run's folder, finished or not.
  static func isOwnOrLeftover(_ name: String) -> Bool {
    RunFileName.isOne(finalName(of: name) ?? name) || isScratch(name)
  }

  /// Whether a folder is that of a run whose process ended before its first checkpoint, or, with earlier versions,
  /// before its settings were there. It then holds nothing that was learnt, and no files of people.
  static func cameToNothing(_ path: String) -> Bool {
    guard RunName.isPossible(URL(fileURLWithPath: path).lastPathComponent),
      let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    else { return false }
    return names.allSatisfy(isOwnOrLeftover) && isUnstarted(path)
  }

  /// Whether there is a checkpoint to resume from.
  public var hasCheckpoint: Bool { FileManager.default.fileExists(atPath: checkpoint) }

  /// Whether the run came to nothing: its process ended before the first checkpoint, and nothing that was learnt is in
  /// it.
  public var isUnstarted: Bool { Self.isUnstarted(path) }

  /// Whether a folder has neither a checkpoint nor trained weights. A process that ends while it makes its first
  /// checkpoint leaves weights from before training alone. What this user may not see may be trained.
  private static func isUnstarted(_ path: String) -> Bool {
    let (checkpoint, model) = (path + "/checkpoint.safetensors", path + "/model.safetensors")
    guard !FileAccess.isThere(checkpoint), ![checkpoint, model].contains(where: FileAccess.isHidden) else {
      return false
    }
    return !FileAccess.isThere(model) || ModelFile.isOfBeforeTraining(model)
  }

  init(store: Store, name: String) {
    self.name = name
    path = "\(store.runsPath)/\(name)"
    isApart = store.hasRunsApart
    storeChecksum = store.manifest.wholeChecksum
    labels = store.manifest.labels?.kind
  }

  /// Opens a run that is there.
  ///
  /// - Parameters:
  ///   - store: the store that it is in.
  ///   - name: the run's name.
  /// - Returns: its folder, without the lock.
  /// - Throws: `GasError` if there is no such run.
  public static func open(in store: Store, name: String) throws -> RunFolder {
    var folder = RunFolder(store: store, name: try RunName.existing(name))
    folder.openedConfig = FileVersion(folder.config)
    if folder.openedConfig != nil { return folder }
    guard !FileAccess.isHidden(folder.config) else {
      throw GasError(
        "this user may not look into the run", file: folder.path, advice: "ask its owner for access")
    }
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw GasError(
        "is no run: it has no config.json, as a process leaves it that is killed", file: folder.path,
        advice: "gas-stat clean shows and removes what was left; gas-run train makes a run")
    }
    let known = try names(in: store).map { "\"\($0)\"" }
    throw GasError(
      "there is no run \"\(name)\"", file: store.hasRunsApart ? store.runsPath : store.path,
      advice: known.isEmpty
        ? "gas-run train makes one" : "there \(known.count == 1 ? "is" : "are") \(known.joined(separator: ", "))")
  }

  /// The same folder as if it were opened now: what is checked to be in place from here on.
  package func seenNow() -> RunFolder {
    var folder = self
    folder.openedConfig = FileVersion(config)
    return folder
  }

  /// Refuses to go on where another run has taken the folder's name since it was opened, or its settings were changed:
  /// files that were read before and after would not belong together.
  ///
  /// - Throws: `GasError` if that is so.
  package func checkIsInPlace() throws {
    guard let openedConfig, openedConfig != FileVersion(config) else { return }
    throw GasError(
      "another process has replaced or changed the run meanwhile", file: path, advice: "run the command again",
      status: .tryAgain)
  }

  /// Does work that reads files of a run that was opened.
  ///
  /// - Parameter work: what to do.
  /// - Returns: what `work` returns.
  /// - Throws: what `work` throws; if the run was replaced or changed meanwhile, a `GasError` that says so instead,
  ///   since that is the reason.
  public func whileInPlace<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      try checkIsInPlace()
      throw error
    }
  }

  /// The runs of a store, sorted, without folders that a process has left there or is about to make. A folder that this
  /// user may not look into is taken for a run, so that none is left out silently.
  ///
  /// - Parameter store: the store.
  /// - Returns: their names.
  /// - Throws: `GasError` if the folder of the runs cannot be read.
  public static func names(in store: Store) throws -> [String] { try names(inFolder: store.runsPath) }

  static func names(inFolder runs: String) throws -> [String] {
    do {
      return try FileAccess.names(in: runs).filter { name in
        let config = "\(runs)/\(name)/config.json"
        return RunName.isPossible(name) && (FileAccess.isThere(config) || FileAccess.isHidden(config))
      }
    } catch let error as GasError {
      throw GasError(error.problem, file: runs, advice: "which runs there are is not known; ask the owner for access")
    }
  }

  /// Whether this user may not look into a run's folder, so that nothing of it is known but the name.
  ///
  /// - Parameters:
  ///   - name: the run's name.
  ///   - store: the store that it is in.
  /// - Returns: whether that is so.
  public static func isHidden(_ name: String, in store: Store) -> Bool {
    FileAccess.isHidden("\(store.runsPath)/\(name)/config.json")
  }

  /// The first of the run's files that this user may not read; `nil` if all may be read.
  var unreadableFile: String? {
    [path, config, checkpoint, model, metrics, refresh, seal].first(where: FileAccess.isUnreadable)
  }

  /// The same folder with its lock, for a process that writes to it.
  ///
  /// - Returns: the folder; its copies share the lock.
  /// - Throws: `GasError` if another process holds it.
  public func locked() throws -> RunFolder {
    try locked(orAdvising: "wait until it ends, or name another --run")
  }

  /// The same for a command that has other options than `--run`.
  ///
  /// - Parameter advice: what to do where another process holds the folder.
  /// - Returns: the folder; its copies share the lock.
  /// - Throws: `GasError` if another process holds it.
  func locked(orAdvising advice: String) throws -> RunFolder {
    guard lock == nil else { return self }
    guard let lock = try FolderLock.take(path) else {
      throw GasError(
        "run \"\(name)\" is in use by another process", file: path, advice: advice, status: .tryAgain)
    }
    return with(lock)
  }

  func with(_ lock: FolderLock) -> RunFolder {
    var folder = self
    folder.lock = lock
    return folder
  }

  /// The same run in another place, where its folder is made.
  func at(_ path: String) -> RunFolder {
    var folder = self
    folder.path = path
    return folder
  }
}
