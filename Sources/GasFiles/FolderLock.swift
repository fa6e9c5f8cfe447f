import GasBase
import Glibc

/// A lock on a folder, held as long as this object lives; the kernel drops it with the process. Other `FolderLock`s are
/// kept out, those of the same process too, but nothing that does not ask.
public final class FolderLock: Sendable {
  /// The folder when it was locked; it may have been renamed.
  public let path: String
  private let descriptor: Int32

  private init(_ path: String, _ descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Takes the lock of a folder if it is free.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - isNeeded: false to go on without a lock where the file system has none.
  /// - Returns: the lock; nil if it is taken.
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
      // The process that held it before may have given the name to another folder.
      if lock.isAt(path) { return lock }
    }
  }

  /// Takes the lock of a folder, and waits while it is taken. It goes on without a lock where the file system has none.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - seconds: how long to wait at most.
  /// - Returns: the lock; nil if it is still taken.
  /// - Throws: `GasError` if there is no such folder.
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
