import Foundation
import GasBase

/// Bytes piped to another program. Not thread-safe.
public struct StandardOutput {
  /// How standard output is named on a command line.
  public static let name = "-"

  /// - Throws: `GasError` where a person would get the bytes.
  public init() throws {
    guard isatty(STDOUT_FILENO) == 0 else {
      throw GasError("standard output is a terminal", advice: "pipe the bytes to a program, or name a file")
    }
  }

  /// - Throws: `BrokenPipe` where nobody reads them, `GasError` where they cannot be written.
  public func write(_ bytes: UnsafeRawBufferPointer) throws { try StandardStreams.write(bytes) }
}
