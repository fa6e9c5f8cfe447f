import Glibc

/// Identifies the file under a name and its state: another file that takes its place differs, and so does the same file
/// after it was written to.
public struct FileVersion: Equatable, Sendable {
  private let numbers: [Int]

  /// The number of the file on its file system, which all machines see that share that.
  package var inode: Int { numbers[1] }

  /// The file that has a name now; `nil` if nothing has the name.
  package init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    numbers = [
      Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), status.st_mtim.tv_sec,
      status.st_mtim.tv_nsec,
    ]
  }
}
