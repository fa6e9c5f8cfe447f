import Foundation
import GasBase
import GasStore

/// What processes that ended before their time left in and beside a store: what is neither a store nor a run and will never be one.
///
/// Only what is recognised by its place, its name and what it holds is listed, and what a living process is at is listed as that. Files of
/// people are never among it.
public struct StoreLeftovers {
  public enum State: String, Codable, Sendable {
    /// Nobody is at it: it can go.
    case left
    /// A living process may be at it.
    case inUse
    case removed
  }

  public struct Item: Codable, Equatable, Sendable {
    public let path: String
    public let what: String
    /// Of the disk.
    public let bytes: Int
    public fileprivate(set) var state: State
  }

  public private(set) var items: [Item] = []

  /// - Parameter path: of a store, or where one would be that was never finished.
  public init(of path: String) throws {
    let names = [path, URL(fileURLWithPath: path).resolvingSymlinksInPath().path].map(Self.withoutSlash)
    for name in names[0] == names[1] ? [names[0]] : names { addBeside(name) }
    let files = FileManager.default
    let isStore = files.fileExists(atPath: path + "/manifest.json") && Self.isFolder(path + "/columns")
    guard isStore || !items.isEmpty else {
      throw GasError(
        files.fileExists(atPath: path) ? "is no store" : "there is no such store, and nothing that was left of one",
        file: path, advice: "name a folder that gas-ingest made, or was to make")
    }
    if isStore { addInside(names[0]) }
  }

  /// The bytes of all that is in a state.
  public func bytes(_ state: State) -> Int {
    items.filter { $0.state == state }.reduce(0) { $0 + $1.bytes }
  }

  /// Removes what nobody is at; each is looked at once more just before.
  public mutating func remove() throws {
    for index in items.indices where items[index].state == .left {
      items[index].state = try Self.remove(items[index].path) ? .removed : .inUse
    }
  }

  private static func remove(_ path: String) throws -> Bool {
    guard isFolder(path) else {
      guard !Leftovers.isInUse(path) else { return false }
      try Leftovers.remove(path)
      return true
    }
    guard !Leftovers.isInUse(path), let lock = try FolderLock.take(path) else { return false }
    let isRun = !Leftovers.isLeftover(URL(fileURLWithPath: path).lastPathComponent)
    guard isRun else {
      try Leftovers.remove(path)
      return true
    }
    // A run's name goes first, as when a run is discarded.
    guard RunFolder.cameToNothing(path) else { return false }
    let discarded = Leftovers.newName(for: path, .discarded)
    guard rename(path, discarded) == 0 else {
      throw GasError("cannot be removed: \(String(cString: strerror(errno)))", file: path)
    }
    try Leftovers.remove(discarded)
    withExtendedLifetime(lock) {}
    return true
  }

  private mutating func addBeside(_ store: String) {
    let name = URL(fileURLWithPath: store).lastPathComponent
    let folder = URL(fileURLWithPath: store).deletingLastPathComponent().path
    let prefix = store.contains("/") ? folder + "/" : ""
    for found in Self.names(in: folder) where Leftovers.parse(found)?.base == name {
      let path = prefix + found
      guard Self.isFolder(path), Self.names(in: path).allSatisfy(Self.isOfStore) else { continue }
      add(path, Leftovers.parse(found)?.kind == .partial ? "a store that was not finished" : "a store that was replaced")
    }
  }

  private static func isOfStore(_ name: String) -> Bool {
    let base = Leftovers.parse(name)?.base ?? name
    return ["manifest.json", "columns", "runs"].contains(base)
  }

  private mutating func addInside(_ store: String) {
    addFiles(in: store, "a file that was not finished") { $0 == "manifest.json" }
    addFiles(in: store + "/columns", "a file that was not finished") { $0.hasSuffix(".gascol") }
    let runs = store + "/runs"
    for name in Self.names(in: runs) where Self.isFolder("\(runs)/\(name)") {
      let path = "\(runs)/\(name)"
      if let kind = Leftovers.parse(name)?.kind {
        let isOfRun = Self.names(in: path).allSatisfy(RunFolder.isOwnOrLeftover)
        if isOfRun { add(path, kind == .partial ? "a run that was not made" : "a run that was replaced or given up") }
      } else if RunFolder.cameToNothing(path) {
        add(path, "a run that ended before its first checkpoint")
      } else {
        addFiles(in: path, "a file that was not finished", RunFolder.isFile)
        addScratch(in: path)
      }
    }
  }

  private mutating func addFiles(in folder: String, _ what: String, _ isBase: (String) -> Bool) {
    for name in Self.names(in: folder) {
      guard let base = Leftovers.parse(name)?.base, isBase(base) else { continue }
      add("\(folder)/\(name)", what, lockedBy: folder)
    }
  }

  /// Earlier versions gave scratch files a name for a moment.
  private mutating func addScratch(in run: String) {
    for name in Self.names(in: run) where RunFolder.isScratch(name) {
      add("\(run)/\(name)", "a scratch file", lockedBy: run)
    }
  }

  /// - Parameter owner: the folder whose lock whoever writes to the file holds.
  private mutating func add(_ path: String, _ what: String, lockedBy owner: String? = nil) {
    let isOwned = owner.map { (try? FolderLock.take($0)).flatMap { $0 } == nil } ?? false
    let state = isOwned || Leftovers.isInUse(path) ? State.inUse : .left
    items.append(Item(path: path, what: what, bytes: Leftovers.byteCount(path), state: state))
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func withoutSlash(_ path: String) -> String {
    let kept = path.reversed().drop { $0 == "/" }.reversed()
    return kept.isEmpty ? path : String(kept)
  }
}
