import FoundationEssentials
import GasBase
import GasFiles
import GasStore
import Glibc

/// Files and folders in and beside a store that processes left which ended before their time. They are neither a store
/// nor a run and never will be.
///
/// Only things that are recognised by their place, their name and their content are listed, and nothing that a living
/// process uses. Files of people are never among them.
public struct StoreLeftovers {
  /// A file or folder that was left.
  public struct Item: Codable, Equatable, Sendable {
    /// Its path.
    public let path: String
    /// What it is, in words.
    public let what: String
    /// The disk space that it takes.
    public let bytes: Int
    /// Whether `remove` has removed it.
    public fileprivate(set) var isRemoved = false
  }

  /// All that was left, sorted by path.
  public private(set) var items: [Item] = []
  /// The folders that this user may not look into, so that nothing is known of what was left there; sorted.
  public private(set) var unseen: [String] = []
  private let store: String
  private let runs: String
  private var leftovers: [String: Leftover] = [:]

  /// That of the store, or of one of its shards.
  private static func manifest(ofStoreAt path: String) -> Manifest? {
    ([path] + ShardFolder.shards(in: path).map { "\(path)/\($0)" }).lazy
      .compactMap { try? Manifest(reading: "\($0)/\(Manifest.fileName)") }.first
  }

  /// Looks for leftovers; nothing is removed yet.
  ///
  /// - Parameters:
  ///   - path: the path of a store, or the place of one that was never finished.
  ///   - runs: the folder of its runs; `nil` for the one in the store.
  /// - Throws: `GasError` if there is neither a store nor a leftover, the folder holds runs of another store, or this
  ///   user may not look.
  public init(of path: String, runs: String? = nil) throws {
    store = try OutputPath.resolved(path)
    if let runs, let manifest = Self.manifest(ofStoreAt: store) {
      try RunFolder.checkHoldsRuns(runs, ofStoreWith: manifest.wholeChecksum)
    }
    self.runs = runs ?? store + "/runs"
    let runs = self.runs
    for isEarlier in [false, true] {
      for leftover in Leftovers.find(ofStore: store, runs: runs, ofEarlierVersions: isEarlier) {
        guard let what = what(leftover), !isEarlier || !FileTree.isOpenElsewhere(leftover.path) else { continue }
        items.append(Item(path: leftover.path, what: what, bytes: leftover.byteCount))
        leftovers[leftover.path] = leftover
      }
    }
    for run in Self.names(in: runs) where !Leftovers.isLeftoverName(run) { addUnstarted(run) }
    items.sort { $0.path < $1.path }
    unseen = ([store, store + "/columns", runs] + Self.names(in: runs).map { "\(runs)/\($0)" })
      .filter { FileAccess.isUnreadable($0) && (FileAccess.isHidden($0) || Self.isFolder($0)) }
    guard Self.isStore(store) || ShardFolder.isOne(store) || !items.isEmpty else {
      try FileAccess.checkIsSeen(store + "/manifest.json")
      let isThere = FileManager.default.fileExists(atPath: store)
      throw GasError(
        isThere ? "is no store" : "there is no such store, and nothing that was left of one", file: path,
        advice: "name a folder that gas-ingest made, or was to make")
    }
  }

  /// Removes all of it, except what a process has taken up meanwhile.
  ///
  /// - Throws: `GasError` if something cannot be removed.
  public mutating func remove() throws {
    var problems: [GasError] = []
    for index in items.indices {
      guard let leftover = leftovers[items[index].path] else {
        items[index].isRemoved = try Self.removeRun(items[index].path)
        continue
      }
      let result = Leftovers.remove([leftover])
      items[index].isRemoved = !result.removed.isEmpty
      problems += result.problems
    }
    if let problem = problems.first { throw problem }
  }

  private static func removeRun(_ path: String) throws -> Bool {
    guard let lock = try? FolderLock.take(path), RunFolder.cameToNothing(path) else { return false }
    try FileTree.discard(path, holding: lock)
    return true
  }

  private mutating func addUnstarted(_ run: String) {
    let path = "\(runs)/\(run)"
    // A process that holds the lock makes the run, or goes on with it.
    guard Self.isStore(store), RunFolder.cameToNothing(path), let lock = try? FolderLock.take(path) else { return }
    withExtendedLifetime(lock) {
      // Files inside it are part of it.
      items.removeAll { $0.path.hasPrefix(path + "/") }
      items.append(
        Item(path: path, what: "a run that ended before its first checkpoint", bytes: FileTree.byteCount(path)))
    }
  }

  /// Names a leftover.
  ///
  /// - Parameter leftover: what was found.
  /// - Returns: words for `Item.what`; `nil` if it is not one of gas.
  private func what(_ leftover: Leftover) -> String? {
    let url = URL(fileURLWithPath: leftover.path)
    let stem = RunFolder.finalName(of: url.lastPathComponent) ?? ""
    let inside = Self.names(in: leftover.path)
    switch url.deletingLastPathComponent().path {
    case URL(fileURLWithPath: store).deletingLastPathComponent().path:
      return Self.isFolder(leftover.path) && inside.allSatisfy(Self.isOfStore)
        ? "a store that was not finished, or that was replaced" : nil
    case URL(fileURLWithPath: store).path:
      return ["manifest.json", TableEncoding.fileName].contains(stem) ? Self.file : nil
    case URL(fileURLWithPath: store + "/columns").path: return stem.hasSuffix(".gascol") ? Self.file : nil
    case URL(fileURLWithPath: runs).path:
      return Self.isFolder(leftover.path) && inside.allSatisfy(RunFolder.isOwnOrLeftover)
        ? "a run that was not made, or that was replaced" : nil
    default: return isFree(leftover.path) && RunFolder.isOwnOrLeftover(url.lastPathComponent) ? Self.file : nil
    }
  }

  /// Whether no process writes to the run that a file is in.
  private func isFree(_ file: String) -> Bool {
    (try? FolderLock.take(AtomicFile.parent(of: file))).flatMap { $0 } != nil
  }

  private static let file = "a file that was not finished"

  private static func isOfStore(_ name: String) -> Bool {
    let names = ["manifest.json", TableEncoding.fileName, "columns", "runs", StoreWriter.scratchName]
    let name = RunFolder.finalName(of: name) ?? name
    return names.contains(name) || ShardFolder.isShard(name)
  }

  /// Whether there is a store, which may be damaged.
  private static func isStore(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/manifest.json") && isFolder(path + "/columns")
  }

  private static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
