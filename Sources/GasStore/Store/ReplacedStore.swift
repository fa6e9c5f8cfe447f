import GasBase
import GasFiles
import Glibc

/// A store that is to be replaced, and the conditions for that: it is a store, nothing but a store is in its folder,
/// and the user knows how many runs go with it.
struct ReplacedStore: Replaceable {
  let path: String
  /// How many trained runs the user said may go; nil if nothing was said.
  let discardedRuns: Int?

  var noun: String { "store" }
  var mark: String { path + "/" + Manifest.fileName }

  /// Checks all conditions.
  ///
  /// - Returns: locks of its runs, so that nobody trains one while they are held.
  /// - Throws: `GasError` if the folder may not be replaced.
  func check() throws -> [FolderLock] {
    try checkManifest()
    try checkContents(at: path)
    return try locks()
  }

  /// Takes the locks of its runs.
  func locks() throws -> [FolderLock] {
    try Self.runs(at: path).map { run in
      let folder = "\(path)/runs/\(run)"
      guard let lock = try FolderLock.take(folder, isNeeded: false) else {
        throw GasError(
          "run \"\(run)\" is in use by another process, so the store is not overwritten", file: folder,
          advice: "wait for it, or name another --output", status: .tryAgain)
      }
      return lock
    }
  }

  /// Looks for files that are not a store's, and for runs that the user did not count.
  ///
  /// - Parameter place: where the folder is, which may have lost its name.
  /// - Throws: `GasError` if there are any.
  func checkContents(at place: String) throws {
    try checkFiles(at: place)
    try Self.check(discarding: discardedRuns, of: Self.runs(at: place).count, in: path)
  }

  /// Looks for files that are not a store's.
  func checkFiles(at place: String) throws {
    if let stranger = try Self.stranger(at: place) {
      throw GasError(
        "holds \(stranger), which is not part of a store, so it is not overwritten", file: path,
        advice: "move that away, or name another --output")
    }
  }

  /// Looks for runs that the user did not count.
  static func check(discarding discardedRuns: Int?, of count: Int, in path: String) throws {
    switch discardedRuns {
    case nil where count > 0:
      throw GasError(
        "has \(count) trained run\(count == 1 ? "" : "s"), which would go with it", file: path,
        advice: "pass --discard-runs \(count), or name another --output")
    case let given? where given != count:
      throw GasError(
        expected: "--discard-runs \(count) (the store has so many trained runs)", found: "--discard-runs \(given)",
        file: path)
    default: break
    }
  }

  /// Checks that it is a store.
  func checkManifest() throws {
    let file = mark
    try FileAccess.checkIsSeen(file)
    guard FileTree.kind(of: path) == S_IFDIR, FileTree.kind(of: file) == S_IFREG else {
      throw GasError("is not a store, so it is not overwritten", file: path, advice: "name another --output")
    }
    do {
      _ = try Manifest(reading: file)
    } catch let error as GasError {
      throw GasError(
        "is not a store that can be read, so it is not overwritten: \(Manifest.fileName): \(error.problem)", file: path,
        advice: "name another --output, or move that folder away")
    }
  }

  /// Lists the runs of a store: folders with anything in them that is not a leftover.
  static func runs(at path: String) throws -> [String] {
    let runs = path + "/runs"
    guard FileTree.kind(of: runs) == S_IFDIR else { return [] }
    return try FileTree.list(runs).filter { run in
      try !Leftovers.isLeftoverName(run)
        && FileTree.list("\(runs)/\(run)").contains { !Leftovers.isLeftoverName($0) }
    }
  }

  /// Finds the first thing in a folder that is no part of a store.
  private static func stranger(at path: String) throws -> String? {
    for name in try FileTree.list(path) where !Leftovers.isLeftoverName(name) {
      switch (name, FileTree.kind(of: "\(path)/\(name)")) {
      case (Manifest.fileName, S_IFREG), (TableEncoding.fileName, S_IFREG): continue
      case ("columns", S_IFDIR):
        if let file = try strangeFile(in: "\(path)/columns", { columnNames.contains($0) }) { return "columns/" + file }
      case ("runs", S_IFDIR):
        if let file = try stranger(amongRuns: "\(path)/runs") { return "runs/" + file }
      // Another process may be replacing the store: what is gone meanwhile is no stranger.
      case (_, nil): continue
      default: return name
      }
    }
    return nil
  }

  private static let columnNames = Set(ColumnName.allCases.map(\.fileName))

  private static func stranger(amongRuns path: String) throws -> String? {
    for run in try FileTree.list(path) {
      guard let kind = FileTree.kind(of: "\(path)/\(run)") else { continue }
      guard kind == S_IFDIR else {
        if Leftovers.isLeftoverName(run) { continue }
        return run
      }
      if let file = try strangeFile(in: "\(path)/\(run)", RunFileName.isOne) { return "\(run)/\(file)" }
    }
    return nil
  }

  private static func strangeFile(in path: String, _ isKnown: (String) -> Bool) throws -> String? {
    try FileTree.list(path).first { name in
      guard let kind = FileTree.kind(of: "\(path)/\(name)") else { return false }
      return kind != S_IFREG || !(isKnown(name) || Leftovers.isLeftoverName(name))
    }
  }
}
