import Foundation
import GasBase

/// A file that a command was asked to write, found fit before the work begins (`OutputPaths`).
public struct OutputFile: Equatable, Sendable {
  /// What is written: the name as it was given, or what it leads to where that is a symbolic link.
  public let path: String
  /// Whether a file that stands there is replaced; otherwise the name has to be free when the file is whole.
  public let replacesExisting: Bool
}

/// The files that a command was asked to write, checked one after the other before the work begins.
///
/// 1. What stands there is a regular file, which is replaced where that was asked for and refused otherwise. A folder, a device, a
///    pipe or a socket is never replaced.
/// 2. A symbolic link to a regular file is followed: the file is replaced, the link stays. One that leads nowhere is refused, and so is
///    another user's in a folder that all may write to.
/// 3. The files of a store and of its runs are never written over.
/// 4. Two outputs are two files.
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

  /// - Parameters:
  ///   - replacesExisting: whether regular files that are there may be replaced.
  ///   - followsLinks: false to refuse them, for whoever writes under the names as they are.
  ///   - advice: what one may do about a file that is there.
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
  ///   - role: what the file is to people, such as `--logits`.
  /// - Throws: `GasError` if no file can be made there, or must not be.
  public mutating func add(_ path: String?, as role: String) throws -> OutputFile? {
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
    known.append(Known(role: role, path: place.target, file: place.existing))
    return OutputFile(path: place.isLink ? place.target : path, replacesExisting: replacesExisting)
  }
}
