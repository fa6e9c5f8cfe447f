import Foundation
import GasBase

/// A lock on a folder, held while the handle lives; the kernel drops it with the process. Other handles, of the same process too, are kept
/// out; nothing is kept out that does not ask.
public final class FolderLock: Sendable {
  /// The folder when it was locked; it may have been renamed.
  public let path: String
  private let descriptor: Int32

  private init(_ path: String, _ descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// - Parameters:
  ///   - path: of the folder.
  ///   - isNeeded: false to go on without a lock where the file system has none.
  /// - Returns: nil where another handle holds it.
  /// - Throws: `GasError` if there is no such folder, or it cannot be locked.
  public static func take(_ path: String, isNeeded: Bool = true) throws -> FolderLock? {
    while true {
      let descriptor = try POSIX.open(path, O_RDONLY | O_DIRECTORY, action: "open the folder")
      let lock = FolderLock(path, descriptor)
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let code = errno
        if code == EWOULDBLOCK { return nil }
        if code == EINTR { continue }
        guard !isNeeded else { throw POSIX.error("lock", path, code) }
        break
      }
      // Whoever held it before may have given the name to another folder.
      if lock.isAt(path) { return lock }
    }
  }

  /// The same, after waiting for whoever holds it and will soon be done.
  public static func wait(_ path: String, seconds: Double) throws -> FolderLock? {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    while true {
      if let lock = try take(path, isNeeded: false) { return lock }
      guard ContinuousClock.now < end else { return nil }
      usleep(20_000)
    }
  }

  /// Whether a path names the locked folder.
  func isAt(_ path: String) -> Bool {
    var (mine, there) = (stat(), stat())
    return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino
      && mine.st_dev == there.st_dev
  }
}
