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
    // NSString's deletingLastPathComponent traps on names of a single character.
    let name = path.utf8.lastIndex { $0 != UInt8(ascii: "/") }
    guard let name, let slash = path.utf8[..<name].lastIndex(of: UInt8(ascii: "/")) else {
      return name == nil ? "/" : "."
    }
    let parent = path[..<slash]
    return parent.allSatisfy { $0 == "/" } ? "/" : String(parent)
  }
}
