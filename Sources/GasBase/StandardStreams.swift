import Glibc

/// Thrown when nobody reads standard output any more, as after `| head`.
public struct BrokenPipe: Error {
  /// Makes the error, which says no more than its type.
  public init() {}
}

/// Writes to standard output and standard error. Safe to use from several threads.
public enum StandardStreams {
  /// Writes all bytes to standard output.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - advice: what a failure's message says may be done.
  /// - Throws: `BrokenPipe` if nobody reads them; `GasError` if they cannot be written: a full disk, a closed
  ///   descriptor.
  public static func write(_ bytes: UnsafeRawBufferPointer, advice: String? = nil) throws {
    guard let code = writeAll(bytes, to: STDOUT_FILENO, waits: true) else { return }
    if code == EPIPE { throw BrokenPipe() }
    // A closed descriptor was opened to nowhere when the program began, so that no file got its number.
    let reason = code == EBADF ? "it is closed" : String(cString: strerror(code))
    throw GasError("cannot be written: \(reason)", file: "standard output", advice: advice)
  }

  /// Prints a result and a line feed.
  ///
  /// - Parameter text: what to print.
  /// - Throws: `BrokenPipe` and `GasError` as `write` does, and `GasError` if the file system reports only on closing a
  ///   file that it has no space.
  public static func print(_ text: String) throws {
    let advice = "what was made is kept, the report alone is lost"
    try Array((text + "\n").utf8).withUnsafeBytes { try write($0, advice: advice) }
    let copy = dup(STDOUT_FILENO)
    guard copy >= 0, close(copy) == -1, errno != EINTR else { return }
    throw GasError("cannot be written: \(String(cString: strerror(errno)))", file: "standard output", advice: advice)
  }

  /// Writes to standard error. If that cannot be written (a full disk, or a pipe that nobody reads), the text is lost
  /// and the work goes on.
  static func writeError(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { writeAll($0, to: STDERR_FILENO, waits: false) }
  }

  /// Writes all bytes to a descriptor.
  ///
  /// - Parameters:
  ///   - bytes: what to write.
  ///   - descriptor: where to.
  ///   - waits: whether to wait for a slow reader without limit if the descriptor itself does not wait; else for a
  ///     second.
  /// - Returns: the `errno` of a failure; `nil` if there was none.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, waits: Bool) -> Int32? {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count > 0 {
        done += count
        continue
      }
      let code = count == 0 ? EIO : errno
      switch code {
      case EINTR: continue
      case EAGAIN:
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&polled, 1, waits ? -1 : 1000) != 0 else { return code }
      default: return code
      }
    }
    return nil
  }
}
