import CLinux
import FoundationEssentials
import GasBase

extension FileTree {
  /// Removes a finished folder. Its name goes first, so that there is never half a folder under it, whatever happens
  /// meanwhile.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - lock: the lock of the folder, which is held until it is gone.
  /// - Throws: `GasError` if it cannot be removed; then it is a leftover.
  public static func discard(_ path: String, holding lock: FolderLock) throws {
    let name = TemporaryName.make(for: path)
    try Unfinished.guarded {
      guard lock.isAt(path) else {
        throw GasError("another process has replaced it meanwhile", file: path, status: .tryAgain)
      }
      try POSIX.rename(path, to: name)
      Unfinished.add(name)
    }
    defer { Unfinished.finished(name) }
    // Done before anything in it is removed, so that a power failure does not leave half a folder under the name.
    try POSIX.syncDirectory(AtomicFile.parent(of: path))
    try remove(name)
  }

  /// The disk space in bytes of a file, or of a folder with all that is in it.
  public static func byteCount(_ path: String) -> Int { diskBytes(path) }

  /// Whether another process has the file open, or one that is in the folder.
  public static func isOpenElsewhere(_ path: String) -> Bool {
    let inside = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return ([path] + inside.map { path + "/" + $0 }).contains { gas_is_open_elsewhere($0) == 1 }
  }
}
