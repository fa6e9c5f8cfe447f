import FoundationEssentials
import GasBase
import Glibc

/// Files that are read whole: manifests, settings, metrics.
public enum SmallFile {
  /// The usual limit, 256 MiB: a larger file is not what it is taken for, unless the caller knows better.
  public static let standardLimit = 256 << 20

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: the most bytes that it may have.
  ///   - takesPipes: whether a pipe is read to its end too, such as shells make of `<(…)`; else it is refused, since
  ///     it might keep the caller waiting. A pipe that nobody has opened to write to is refused after five seconds.
  ///   - advice: what the message says may be done if there is no such file.
  /// - Returns: its bytes.
  /// - Throws: `GasError` if it cannot be read or is too large.
  public static func read(
    _ path: String, limit: Int = standardLimit, takesPipes: Bool = false, advice: String? = nil
  ) throws -> Data {
    let descriptor = try open(path, advice)
    defer { close(descriptor) }
    var status = stat()
    try POSIX.call("be read", path) { Int(fstat(descriptor, &status)) }
    var first = Data()
    if takesPipes, status.st_mode & S_IFMT == S_IFIFO {
      first = try waitForWriter(descriptor, path)
    } else {
      _ = try POSIX.size(of: descriptor, path)
    }
    return try bytes(of: descriptor, behind: first, limit: limit, path)
  }

  /// Opens a file without waiting for anybody.
  private static func open(_ path: String, _ advice: String?) throws -> Int32 {
    while true {
      let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      let code = errno
      if descriptor != -1 { return descriptor }
      if code == EINTR { continue }
      let error = POSIX.error("be read", path, code)
      let isMissing = code == ENOENT || code == ENOTDIR
      throw GasError(error.problem, file: path, advice: isMissing ? advice ?? error.advice : error.advice)
    }
  }

  private static let longestWaitMilliseconds: Int32 = 5_000

  /// Waits until somebody has opened the other end of a pipe, and makes reading it wait from then on.
  ///
  /// - Returns: what was read on the way.
  private static func waitForWriter(_ descriptor: Int32, _ path: String) throws -> Data {
    var pipe = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var first = Data()
    if try POSIX.call("be read", path, { Int(poll(&pipe, 1, longestWaitMilliseconds)) }) == 0 {
      // Where nobody writes, reading ends; where somebody has written nothing yet, it would wait.
      var byte: UInt8 = 0
      let count = Glibc.read(descriptor, &byte, 1)
      guard count != 0 else {
        throw GasError(
          "is a pipe that nobody writes to", file: path, advice: "start what writes to it first, or name a file")
      }
      if count == 1 { first.append(byte) }
    }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    return first
  }

  private static func bytes(of descriptor: Int32, behind first: Data, limit: Int, _ path: String) throws -> Data {
    var bytes = first
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try piece.withUnsafeMutableBytes { buffer in
        try POSIX.call("be read", path) { Glibc.read(descriptor, buffer.baseAddress!, buffer.count) }
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw GasError(expected: "at most \(Units.bytes(limit))", found: "more", file: path)
      }
      bytes.append(contentsOf: piece[..<count])
    }
  }
}
