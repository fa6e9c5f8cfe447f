import FoundationEssentials
import GasBase
import GasBatch
import GasFiles
import GasStore
import Glibc

/// Removing runs, and what of them can be made again.
extension RunFolder {
  /// What freeing the histories of a run has come to.
  public struct Freed: Codable, Equatable, Sendable {
    /// The run's name.
    public let run: String
    /// The disk space that was given back.
    public let bytes: Int
    /// Why its histories were kept; absent where they were not.
    public let kept: String?
  }

  /// The disk space that a run takes.
  public struct Size: Codable, Equatable, Sendable {
    /// The run's name.
    public let run: String
    /// Bytes of all its files.
    public let bytes: Int
    /// Bytes of its histories, which `freeHistories` gives back.
    public let historyBytes: Int
  }

  /// The disk space that each run takes; without those that this user may not look into.
  ///
  /// - Parameter store: the store that they are of.
  /// - Returns: a size for each, in the order of their names.
  /// - Throws: `GasError` if the folder of the runs cannot be read.
  public static func sizes(in store: Store) throws -> [Size] {
    try names(in: store).filter { !isHidden($0, in: store) }.map { name in
      let folder = RunFolder(store: store, name: name)
      return Size(
        run: name, bytes: FileTree.byteCount(folder.path),
        historyBytes: folder.historyFiles.reduce(0) { $0 + FileTree.byteCount($1) })
    }
  }

  /// Removes runs. If one of them is not there or is in use, none is removed.
  ///
  /// - Parameters:
  ///   - names: the runs.
  ///   - store: the store that they are in.
  /// - Returns: the disk space that was given back.
  /// - Throws: `GasError` that names the run that cannot be removed: it is not there, another process holds it, it
  ///   holds a file that is none of a run's, or it lies in a folder apart from the store and is another store's.
  public static func remove(_ names: [String], from store: Store) throws -> Int {
    try checkDistinct(names)
    let folders = try names.map { name in
      let folder = try RunFolder(store: store, name: RunName.existing(name)).locked(orMissingIn: store)
      try folder.checkIsNoOthers("removed")
      try folder.checkHoldsRunAlone()
      return folder
    }
    let bytes = folders.map { FileTree.byteCount($0.path) }
    for folder in folders {
      if let lock = folder.lock { try FileTree.discard(folder.path, holding: lock) }
    }
    return bytes.reduce(0, +)
  }

  /// Frees the histories of runs. Nothing is lost: `gas-run resume` makes them again from the weights, and inference
  /// has its own.
  ///
  /// - Parameters:
  ///   - names: the runs; `nil` for all that are complete and that no process uses.
  ///   - store: the store that they are in.
  /// - Returns: what each run gave back, or why it did not.
  /// - Throws: `GasError` if a run that was named is not there or in use, the runs lie apart from the store and are
  ///   another's, or a file cannot be removed.
  public static func freeHistories(of names: [String]? = nil, in store: Store) throws -> [Freed] {
    guard let names else {
      try checkOwnsRuns(store)
      return try self.names(in: store).map { try freeIfComplete($0, in: store) }
    }
    try checkDistinct(names)
    let folders = try names.map { name in
      let folder = try open(in: store, name: name).locked(orAdvising: waiting)
      try folder.checkIsNoOthers("freed of its histories")
      return folder
    }
    return try folders.map { Freed(run: $0.name, bytes: try $0.freeHistories(), kept: nil) }
  }

  private static let waiting = "wait until it ends, or stop it"

  private static func freeIfComplete(_ name: String, in store: Store) throws -> Freed {
    func kept(_ reason: String) -> Freed { Freed(run: name, bytes: 0, kept: reason) }
    let folder: RunFolder
    do { folder = try open(in: store, name: name) } catch { return kept("\(error)") }
    if let file = folder.unreadableFile { return kept("this user may not read \(file)") }
    guard let folder = try? folder.locked() else { return kept("in use by another process") }
    guard folder.importedNote == nil else { return kept("imported, so it has no histories") }
    do {
      guard try folder.hasCheckpoint && Checkpoint(reading: folder.checkpoint).isComplete(folder.settings()) else {
        return kept("not complete")
      }
    } catch {
      return kept("\(error)")
    }
    return Freed(run: name, bytes: try folder.freeHistories(), kept: nil)
  }

  /// Frees the histories of this run, whose lock the caller has.
  ///
  /// - Throws: `GasError` if a file cannot be removed.
  public func dropHistories() throws { _ = try freeHistories() }

  /// Removes the histories; their seal goes first, which says that they are whole.
  @discardableResult
  package func freeHistories() throws -> Int {
    precondition(lock != nil, "histories of a run that others may use")
    let files = historyFiles
    let bytes = files.reduce(0) { $0 + FileTree.byteCount($1) }
    try HistorySealFile.remove(in: path)
    for file in files { try FileTree.remove(file) }
    if !files.isEmpty { try FolderSync.sync(path) }
    return bytes
  }

  /// The files of the histories and of their clocks.
  package var historyFiles: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter(RunFileName.isHistory).sorted().map { "\(path)/\($0)" }
  }

  /// Whether another process holds the run now.
  var isInUse: Bool {
    // Where the folder cannot be locked at all, nobody holds it.
    do { return try FolderLock.take(path) == nil } catch { return false }
  }

  /// Refuses names that stand twice.
  package static func checkDistinct(_ names: [String]) throws {
    guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else { return }
    throw GasError("run \"\(twice.excerpt)\" stands twice", advice: "name each run once")
  }

  /// Refuses a run of another store in a folder apart from the store, which was named by mistake. A copy in the store
  /// itself is the user's to remove.
  private func checkIsNoOthers(_ done: String) throws {
    guard isApart, isOfAnotherStore else { return }
    throw GasError(
      "run \"\(name)\" was trained on another store, so it is not \(done)", file: path,
      advice: "name the folder of this store's runs with --runs; if that store is gone, remove this folder with rm -r")
  }

  private func locked(orMissingIn store: Store) throws -> RunFolder {
    // `open` says which runs there are.
    guard FileTree.kind(of: path) != nil else {
      return try Self.open(in: store, name: name).locked(orAdvising: Self.waiting)
    }
    return try locked(orAdvising: Self.waiting)
  }

  private func checkHoldsRunAlone() throws {
    let foreign = (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted().first {
      !Self.isOwnOrLeftover($0)
    }
    guard let foreign else { return }
    throw GasError(
      "holds \"\(foreign)\", which is no file of a run, so it is not removed", file: path, advice: "move that away")
  }
}
