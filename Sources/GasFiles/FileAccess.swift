import GasBase
import Glibc

/// What this user may see of the disk: not to see a thing is another thing than that it is not there.
package enum FileAccess {
  /// Whether something has the name, links followed.
  package static func isThere(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  /// Whether this user may not even know if something has the name.
  package static func isHidden(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 && (errno == EACCES || errno == EPERM)
  }

  /// Refuses a path that this user may not look at.
  ///
  /// - Parameter path: the path of anything, or of nothing.
  /// - Throws: `GasError` naming the folder that keeps the user out.
  package static func checkIsSeen(_ path: String) throws {
    guard isHidden(path) else { return }
    throw POSIX.error("be looked at", path, EACCES)
  }

  /// Whether this user may not read a thing that is there; of a folder, not list or not enter it.
  package static func isUnreadable(_ path: String) -> Bool {
    if isHidden(path) { return true }
    guard isThere(path) else { return false }
    let mode = FileTree.kind(of: path) == S_IFDIR ? R_OK | X_OK : R_OK
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS) != 0
  }

  /// The names in a folder, sorted; none if there is no such folder.
  ///
  /// - Parameter path: the folder.
  /// - Returns: all names except `.` and `..`.
  /// - Throws: `GasError` if the folder cannot be read.
  package static func names(in path: String) throws -> [String] {
    do { return try FileTree.list(path) } catch {
      // It may be gone by now, or be no folder.
      guard isHidden(path) || FileTree.kind(of: path) == S_IFDIR else { return [] }
      throw error
    }
  }
}
