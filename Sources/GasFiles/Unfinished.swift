import GasBase
import Glibc

/// Folders and files under temporary names that this process must remove if a signal ends it.
///
/// One lock guards the list and every step that gives a path another meaning (renaming, exchanging), so that what is
/// removed is never what another thread has just given that name. Safe to use from all threads.
public enum Unfinished {
  private enum Entry: Equatable {
    case tree(String)
    /// A folder made on the way, which others may use by now.
    case emptyFolder(String)
  }

  private static let lock = PosixLock(isRecursive: true)
  nonisolated(unsafe) private static var entries: [Entry] = []

  /// Does something that gives paths another meaning: no signal ends the process meanwhile.
  ///
  /// - Parameter body: what to do.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  public static func guarded<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }

  /// Puts a file, or a folder with its contents, on the list.
  static func add(_ path: String) { guarded { entries.append(.tree(path)) } }

  /// Puts a folder on the list that is to be removed if nothing is in it.
  static func add(emptyFolder path: String) { guarded { entries.append(.emptyFolder(path)) } }

  /// Takes a path off the list.
  static func finished(_ path: String) {
    guarded { entries.removeAll { $0 == .tree(path) || $0 == .emptyFolder(path) } }
  }

  /// Removes everything that is listed, and keeps the lock, so that no guarded step goes on: the process has to end
  /// now.
  public static func removeForGood() {
    lock.lock()
    for entry in entries.reversed() {
      switch entry {
      case .tree(let path): remove(path)
      case .emptyFolder(let path): FileTree.removeEmpty([path])
      }
    }
  }

  /// Removes a file or folder. Other threads go on and may add files meanwhile, so a folder is emptied until it is
  /// gone.
  private static func remove(_ path: String) {
    for _ in 0..<100 {
      try? FileTree.remove(path)
      var status = stat()
      if lstat(path, &status) != 0 { return }
    }
  }
}
