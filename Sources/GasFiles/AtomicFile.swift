import Foundation
import GasBase

/// Files that appear whole or not at all: written without a name, or under a random one, synced, and named.
public enum AtomicFile {
  /// - Parameters:
  ///   - path: the name that the file gets when it is whole.
  ///   - replaces: whether the file takes the place of what has its name.
  ///   - body: writes the contents.
  /// - Throws: `GasError` if the disk fails, or something has the name and `replaces` is false; what `body` throws. What had the name is then
  ///   as it was.
  public static func write(_ path: String, replaces: Bool = true, _ body: (FileWriter) throws -> Void) throws {
    try ready(path, replaces: replaces, body).publish()
  }

  /// The same, but for the name, which the file gets together with others.
  public static func ready(
    _ path: String, replaces: Bool = true, _ body: (FileWriter) throws -> Void
  ) throws -> ReadyFile {
    let writer = try FileWriter(drafting: path)
    try body(writer)
    return try writer.ready(replaces: replaces)
  }

  public static func write(_ path: String, replaces: Bool = true, text: String) throws {
    try write(path, replaces: replaces) { try $0.write(text) }
  }

  /// The folder that a path's last part stands in.
  public static func parent(of path: String) -> String {
    // NSString's deletingLastPathComponent traps on names of a single character.
    let name = path.utf8.lastIndex { $0 != UInt8(ascii: "/") }
    guard let name, let slash = path.utf8[..<name].lastIndex(of: UInt8(ascii: "/")) else {
      return name == nil ? "/" : "."
    }
    let parent = path[..<slash]
    return parent.allSatisfy { $0 == "/" } ? "/" : String(parent)
  }
}
