import GasBase
import GasFiles
import Glibc

/// A folder that a command was asked to write files into, checked before the work begins: it is there and may be
/// written, or can be made beside what is there, and lies in no store.
public struct OutputFolder: Equatable, Sendable {
  /// Its path as it was given.
  public let path: String
  /// Absolute, without links.
  private let target: String

  /// Checks a folder; nothing is made yet.
  ///
  /// - Parameters:
  ///   - path: as it was given.
  ///   - role: what messages call the folder, such as `--tensorboard`.
  /// - Throws: `GasError` if no files can be made there, or must not be.
  public init(_ path: String, as role: String) throws {
    // A folder that is there may be called by any name, such as "." or "logs/".
    let bare = String(path.reversed().drop { $0 == "/" }.reversed())
    let place = try OutputPlace(Self.resolved(path) ?? (bare.isEmpty ? path : bare), role)
    // What is written goes into the folder, which may be a store itself.
    try EnclosingStore.refuse(place.target + "/x", called: path)
    if let kind = FileTree.kind(of: place.target) {
      guard kind == S_IFDIR else { throw GasError("is no folder (\(role))", file: path, advice: "name another one") }
      guard access(place.target, W_OK | X_OK) == 0 else {
        throw GasError("cannot be written: \(String(cString: strerror(errno)))", file: path)
      }
    } else {
      try place.checkFolder()
    }
    self.path = bare.isEmpty ? path : bare
    target = place.target
  }

  /// The folder of a name in it.
  ///
  /// - Throws: `GasError` if that is one of a store's own.
  public func subfolder(_ name: String) throws -> String {
    try EnclosingStore.refuse(target + "/" + name, called: path + "/" + name)
    return path + "/" + name
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
