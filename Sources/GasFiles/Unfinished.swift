import Foundation
import GasBase

/// What this process must remove if a signal ends it: folders and files under temporary names.
///
/// One lock guards the list and every step in which a path comes to mean something else (renaming, exchanging), so that what is removed is
/// never what somebody has just given that name. Safe to use from all threads.
public enum Unfinished {
  private enum Entry: Equatable {
    case tree(String)
    /// A folder made on the way, which others may use by now.
    case emptyFolder(String)
  }

  private static let lock = NSRecursiveLock()
  nonisolated(unsafe) private static var entries: [Entry] = []

  /// Does what gives paths another meaning: no signal ends the process meanwhile.
  public static func guarded<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  /// Has a file or a folder with its contents removed.
  static func add(_ path: String) { guarded { entries.append(.tree(path)) } }

  /// Has a folder removed if nothing is in it.
  static func add(emptyFolder path: String) { guarded { entries.append(.emptyFolder(path)) } }

  /// Takes a path off the list.
  static func finished(_ path: String) {
    guarded { entries.removeAll { $0 == .tree(path) || $0 == .emptyFolder(path) } }
  }

  /// Removes everything that is listed, and lets nobody go on who is at a guarded step: the process has to end now.
  public static func removeForGood() {
    lock.lock()
    for entry in entries.reversed() {
      switch entry {
      case .tree(let path): remove(path)
      case .emptyFolder(let path): FileTree.removeEmpty([path])
      }
    }
  }

  /// Work goes on on other threads and may add files meanwhile, so that a folder is emptied until it is gone.
  private static func remove(_ path: String) {
    for _ in 0..<100 {
      try? FileTree.remove(path)
      var status = stat()
      if lstat(path, &status) != 0 { return }
    }
  }
}
