import GasBase
import GasFiles

/// A file that a command was asked to write, checked before the work begins (`OutputPaths`).
public struct OutputFile: Equatable, Sendable {
  /// What is written: the name as it was given, or the link's target if that is a symbolic link.
  public let path: String
  /// What it replaces: the file that had the name when it was checked, if one had.
  public let replacement: Replacement

  /// Refuses to replace what nobody has asked to replace, unless the same option has written it.
  ///
  /// - Parameters:
  ///   - beginning: how every file begins that the option writes.
  ///   - role: the option.
  /// - Throws: `GasError` if the file is there, is not empty and begins otherwise, or cannot be read.
  package func checkIsOwn(beginning: String, of role: String) throws {
    guard FileAccess.isThere(path) else { return }
    var found = [UInt8](repeating: 0, count: beginning.utf8.count)
    let reader = try FileReader(opening: path)
    let count = try found.withUnsafeMutableBytes { try reader.read(into: $0) }
    guard count == 0 || found[..<count].elementsEqual(beginning.utf8) else {
      throw GasError(
        "holds other things than what \(role) writes, so it is not replaced", file: path,
        advice: "name another file")
    }
  }
}

/// The files that a command was asked to write, checked one after the other before the work begins.
///
/// 1. A regular file of that name is replaced where that was asked for, and refused otherwise. A folder, a device, a
///    pipe or a socket is never replaced, nor is a file that another process puts there later.
/// 2. A symbolic link to a regular file is followed: the file is replaced, the link stays. A link that leads nowhere is
///    refused, and so is another user's link in a folder that all may write to.
/// 3. Nothing is written into a store, over its files or beside them.
/// 4. Two outputs are two files.
/// 5. A name whose ending says something else than what is written is refused.
public struct OutputPaths {
  private let replacesExisting: Bool
  private let followsLinks: Bool
  private let advice: String
  private var known: [Known] = []

  private struct Known {
    let role: String
    let path: String
    let file: FileIdentity?
  }

  /// Starts with no files.
  ///
  /// - Parameters:
  ///   - replacesExisting: whether regular files that are there may be replaced.
  ///   - followsLinks: whether symbolic links are followed; false refuses them, for commands that write under the names
  ///     as given.
  ///   - advice: what the message says may be done about a file that is there.
  public init(
    replacesExisting: Bool, followsLinks: Bool = true, advice: String = "name another file, or pass --overwrite"
  ) {
    self.replacesExisting = replacesExisting
    self.followsLinks = followsLinks
    self.advice = advice
  }

  /// Checks a file that is to be written.
  ///
  /// - Parameters:
  ///   - path: as it was given; `nil` where nothing was asked for.
  ///   - role: what messages call the file, such as `--logits`.
  ///   - endings: the endings that its name may have; any if `nil`.
  /// - Returns: the file; `nil` where nothing was asked for.
  /// - Throws: `GasError` if no file can be made there, or must not be.
  public mutating func add(_ path: String?, as role: String, endings: [String]? = nil) throws -> OutputFile? {
    guard let path else { return nil }
    let place = try OutputPlace(path, role)
    guard followsLinks || !place.isLink else {
      throw GasError("is a link, which is not followed", file: path, advice: "remove it, or name another --output")
    }
    try place.checkExisting(replacesExisting: replacesExisting, advice: advice)
    try place.checkOutsideStores()
    try place.checkFolder()
    let other = known.first { $0.path == place.target || $0.file != nil && $0.file == place.existing }
    if let other {
      throw GasError("\(other.role) and \(role) name one file", file: path, advice: "give each a file of its own")
    }
    if let endings { try place.checkEnding(endings, role) }
    known.append(Known(role: role, path: place.target, file: place.existing))
    return OutputFile(
      path: place.isLink ? place.target : path, replacement: .found(FileVersion(place.target)))
  }
}
