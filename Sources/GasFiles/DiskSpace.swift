import FoundationEssentials
import Glibc

/// How much space a disk has.
public enum DiskSpace {
  /// Bytes that may still be written to the file system of a path, or of the nearest folder above it that exists.
  ///
  /// - Parameter path: a file or folder, which need not exist.
  /// - Returns: bytes that this user may write.
  /// - Throws: `GasError` if the file system cannot be asked.
  public static func freeBytes(at path: String) throws -> Int {
    var folder = path
    while !FileManager.default.fileExists(atPath: folder) && folder != "/" && folder != "." {
      folder = AtomicFile.parent(of: folder)
    }
    var status = statvfs()
    try POSIX.call("look at the disk of", folder) { Int(statvfs(folder, &status)) }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
