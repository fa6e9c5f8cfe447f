import GasBase
import GasFiles
import Glibc

/// A run's folder of event files while this process writes there: it is made if it is not there, and locked, so that no
/// other process removes a file that is being written.
struct EventFolderClaim {
  /// The folder's path.
  let path: String
  /// `nil` where the file system has no locks.
  private let lock: FolderLock?
  /// The folders that were made for it, outermost first.
  private let made: [String]

  /// Makes the folder if it is not there, and takes its lock. An export holds it for a moment, which is waited for.
  ///
  /// - Parameter path: the folder.
  /// - Throws: `GasError` if another process writes there, or the disk fails.
  init(_ path: String) throws {
    self.path = path
    made = try FileTree.makeFolders(path, isDurable: false)
    lock = try FolderLock.wait(path, seconds: 1)
    if lock == nil { throw Self.isHeld(path) }
  }

  /// Does work that writes to the folder. If it fails, folders that were made for it go again.
  ///
  /// - Parameter work: what to do.
  /// - Returns: what `work` returns.
  /// - Throws: what `work` throws.
  func writing<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      // A folder that is no longer empty stays: `rmdir` refuses it.
      for folder in made.reversed() { rmdir(folder) }
      throw error
    }
  }

  /// Refuses a folder that another process writes to; one that is not there is free.
  ///
  /// - Parameter path: the folder.
  /// - Throws: `GasError` if another process has claimed it.
  static func checkIsFree(_ path: String) throws {
    guard FileTree.kind(of: path) != nil else { return }
    if try FolderLock.wait(path, seconds: 1) == nil { throw isHeld(path) }
  }

  private static func isHeld(_ path: String) -> GasError {
    GasError(
      "another process is training a run that writes its events here", file: path,
      advice: "wait until it ends, or name another folder", status: .tryAgain)
  }
}
