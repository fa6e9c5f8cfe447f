import GasBase
import Glibc

/// Bytes piped to another program. Not thread-safe.
public struct StandardOutput {
  /// The name of standard output on a command line.
  public static let name = "-"

  /// Checks that the bytes go to a program or a file.
  ///
  /// - Throws: `GasError` if standard output is a terminal.
  public init() throws {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw GasError("standard output is a terminal", advice: "pipe the bytes to a program, or name a file")
    }
  }

  /// Writes bytes.
  ///
  /// - Parameter bytes: what to write.
  /// - Throws: `BrokenPipe` if nobody reads them, `GasError` if they cannot be written.
  public func write(_ bytes: UnsafeRawBufferPointer) throws { try StandardStreams.write(bytes) }
}
