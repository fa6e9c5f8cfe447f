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

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      done += try POSIX.call("write", "standard output") {
        Foundation.write(STDOUT_FILENO, bytes.baseAddress! + done, bytes.count - done)
      }
    }
  }
}
