import Foundation

/// A mapped page that cannot be read: the disk has failed, or somebody made the file shorter. The kernel tells by a signal; the tool ends with
/// one line, as after any other error.
enum MappedReadFailure {
  /// Made beforehand, since the signal may come anywhere and nothing but system calls are safe then.
  nonisolated(unsafe) private static var line: UnsafeMutablePointer<CChar>?

  /// - Parameter tool: whose name the line begins with.
  static func endProcessWithOneLine(tool: String) {
    line = strdup(
      "\(tool): a mapped file cannot be read: the disk has failed or the file was made shorter; "
        + "gas-stat verify tells whether the store is whole\n")
    signal(SIGBUS) { _ in
      if let line = MappedReadFailure.line { _ = write(STDERR_FILENO, line, strlen(line)) }
      _exit(EXIT_FAILURE)
    }
  }
}
