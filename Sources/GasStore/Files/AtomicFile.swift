import Foundation
import GasBase

/// Files that appear whole or not at all: written under a temporary name beside the final one, synced, renamed.
public enum AtomicFile {
  public static func write(_ path: String, _ body: (FileWriter) throws -> Void) throws {
    let temporary = temporaryName(for: path)
    do {
      unlink(temporary)
      let writer = try FileWriter(creating: temporary)
      try body(writer)
      try writer.close()
      try publish(temporary, as: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  public static func write(_ path: String, text: String) throws {
    try write(path) { try $0.write(text) }
  }

  /// Gives a finished, synced file its final name, durably.
  public static func publish(_ temporary: String, as path: String) throws {
    try POSIX.rename(temporary, to: path)
    try POSIX.syncDirectory(parent(of: path))
  }

  public static func temporaryName(for path: String) -> String {
    "\(path).partial-\(getpid())"
  }

  static func parent(of path: String) -> String {
    let parent = (path as NSString).deletingLastPathComponent
    return parent.isEmpty ? "." : parent
  }
}
