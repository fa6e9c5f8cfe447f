import Foundation

/// Nobody reads standard output any more, as after `| head`.
public struct BrokenPipe: Error {
  public init() {}
}

/// What leaves a program by its standard output and standard error. Safe to use from several threads.
public enum StandardStreams {
  /// Writes all bytes to standard output.
  ///
  /// - Throws: `BrokenPipe` where nobody reads them; `GasError` where they cannot be written: a full disk, a closed descriptor.
  public static func write(_ bytes: UnsafeRawBufferPointer, advice: String? = nil) throws {
    guard let code = writeAll(bytes, to: STDOUT_FILENO, waits: true) else { return }
    if code == EPIPE { throw BrokenPipe() }
    // A closed one was opened for nothing at the start, so that no file got its number.
    let reason = code == EBADF ? "it is closed" : String(cString: strerror(code))
    throw GasError("cannot be written: \(reason)", file: "standard output", advice: advice)
  }

  /// Prints a result, a line feed behind it.
  ///
  /// - Throws: as `write`, and where the file system says only when a file is closed that it has no room.
  public static func print(_ text: String) throws {
    let advice = "what was made is kept, the report alone is lost"
    try Array((text + "\n").utf8).withUnsafeBytes { try write($0, advice: advice) }
    let copy = dup(STDOUT_FILENO)
    guard copy >= 0, close(copy) == -1, errno != EINTR else { return }
    throw GasError("cannot be written: \(String(cString: strerror(errno)))", file: "standard output", advice: advice)
  }

  /// Writes to standard error. Where that cannot be written, a full disk or a pipe that nobody reads, the text is lost and the work goes on.
  static func writeError(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { writeAll($0, to: STDERR_FILENO, waits: false) }
  }

  /// - Parameter waits: however long a reader takes, where the descriptor itself does not wait; else for a second.
  /// - Returns: what went wrong; `nil` where nothing did.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, waits: Bool) -> Int32? {
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
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
