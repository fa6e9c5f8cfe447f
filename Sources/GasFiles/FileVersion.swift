import Foundation

/// What stands under a name: another file that takes its place differs, and so does the same one that was written to since.
package struct FileVersion: Equatable, Sendable {
  private let numbers: [Int]

  /// - Returns: `nil` if nothing has the name.
  package init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    numbers = [
      Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino), status.st_mtim.tv_sec,
      status.st_mtim.tv_nsec,
    ]
  }
}
