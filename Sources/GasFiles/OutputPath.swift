import GasBase
import Glibc

/// The folder that a user names for what a command makes.
public enum OutputPath {
  /// The path without slashes and dots at its end, and with links followed: what a link points to is made or replaced,
  /// and the link stays.
  ///
  /// - Parameter path: as the user gave it.
  /// - Returns: the folder to make or replace.
  /// - Throws: `GasError` if it is a link to something that does not exist, or names no folder.
  public static func resolved(_ path: String) throws -> String {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.hasSuffix("/") || trimmed.hasSuffix("/.") { trimmed = trimmed.dropLast() }
    let isDots = [".", ".."].contains(trimmed.split(separator: "/").last ?? "")
    guard !trimmed.isEmpty else { throw GasError("the output has no name", advice: "name a folder for --output") }
    let kind = FileTree.kind(of: String(trimmed))
    guard isDots || kind == S_IFLNK else { return String(trimmed) }
    guard let real = Self.real(String(trimmed)) else {
      throw GasError(
        kind == S_IFLNK ? "is a link to something that is not there" : "is not there", file: path,
        advice: "name another --output")
    }
    return real
  }

  /// Whether a path lies in a folder, or is the folder, links followed.
  public static func lies(_ path: String, in folder: String) -> Bool {
    guard let path = real(path), let folder = real(folder) else { return false }
    return path == folder || path.hasPrefix(folder + "/")
  }

  private static func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
