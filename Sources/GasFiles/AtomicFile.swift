import GasBase
import Glibc

/// Files that appear whole or not at all: they are written without a name, or under a random one, then synced, and
/// named last.
public enum AtomicFile {
  /// Writes a file and gives it its name when it is whole.
  ///
  /// - Parameters:
  ///   - path: the name that the file gets.
  ///   - replaces: what the file takes the place of.
  ///   - body: writes the contents.
  /// - Throws: `GasError` if the disk fails, or if something has the name that is not to be replaced; what `body`
  ///   throws. What had the name is then as it was.
  public static func write(
    _ path: String, replaces: Replacement = .anything, _ body: (FileWriter) throws -> Void
  ) throws {
    try ready(path, replaces: replaces, body).publish()
  }

  /// Writes a file that does not have its name yet: several files can then get their names together.
  ///
  /// - Parameters:
  ///   - path: the name that the file will get.
  ///   - replaces: what the file will take the place of.
  ///   - body: writes the contents.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if the disk fails; what `body` throws.
  public static func ready(
    _ path: String, replaces: Replacement = .anything, _ body: (FileWriter) throws -> Void
  ) throws -> ReadyFile {
    let writer = try FileWriter(drafting: path)
    try body(writer)
    return try writer.ready(replaces: replaces)
  }

  /// Writes a file of text and gives it its name when it is whole.
  ///
  /// - Parameters:
  ///   - path: the name that the file gets.
  ///   - replaces: what the file takes the place of.
  ///   - text: the contents.
  /// - Throws: `GasError` if the disk fails, or if something has the name that is not to be replaced.
  public static func write(_ path: String, replaces: Replacement = .anything, text: String) throws {
    try write(path, replaces: replaces) { try $0.write(text) }
  }

  /// The folder that the last part of a path is in.
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
