import FoundationEssentials
import GasBase
import Glibc

/// A file or folder that was left by a process that was killed.
public struct Leftover: Sendable, Equatable {
  /// Where it is.
  public let path: String
  /// The disk space that it takes, in bytes.
  public let byteCount: Int
  /// Whether an earlier version of gas gave it its name. Such a name does not tell for sure whether its maker lives.
  public let isOfEarlierVersion: Bool
  /// Whether it is a folder without anything in it, or a file of no bytes: its maker may live and have made it this
  /// moment, and not have locked it yet.
  let isEmpty: Bool
}

/// Finds and removes what dead processes left. A name says that something was not finished, and a free lock that its
/// maker is dead.
public enum Leftovers {
  /// Finds leftovers of one output: `NAME.partial-…` and `NAME.replaced-…` beside it.
  ///
  /// - Parameters:
  ///   - path: the output.
  ///   - ofEarlierVersions: whether to look for `NAME.partial-PID` and the like alone, which earlier versions made.
  /// - Returns: what is left.
  public static func find(beside path: String, ofEarlierVersions: Bool = false) -> [Leftover] {
    let stem = TemporaryName.stem(of: path)
    return find(AtomicFile.parent(of: path), ofEarlierVersions) { $0 == stem }
  }

  /// Finds leftovers of all outputs in a folder, but not in folders inside it.
  public static func find(in folder: String, ofEarlierVersions: Bool = false) -> [Leftover] {
    find(folder, ofEarlierVersions) { _ in true }
  }

  /// Finds leftovers beside a store, in it, among its runs and in each of them.
  public static func find(ofStore path: String, runs: String? = nil, ofEarlierVersions: Bool = false) -> [Leftover] {
    let runs = runs ?? path + "/runs"
    let inRuns = FileTree.names(in: runs).filter { !isLeftoverName($0) }.flatMap {
      find(in: "\(runs)/\($0)", ofEarlierVersions: ofEarlierVersions)
    }
    return find(beside: path, ofEarlierVersions: ofEarlierVersions)
      + [path, path + "/columns", runs].flatMap { find(in: $0, ofEarlierVersions: ofEarlierVersions) } + inRuns
  }

  /// Whether a name is one that only unfinished things have, in this version or an earlier one.
  public static func isLeftoverName(_ name: String) -> Bool { stem(name, false) != nil || stem(name, true) != nil }

  /// Removes leftovers.
  ///
  /// - Parameter leftovers: what to remove.
  /// - Returns: those that are gone, and what is wrong with the others. One that another process has taken meanwhile is
  ///   in neither.
  public static func remove(_ leftovers: [Leftover]) -> (removed: [Leftover], problems: [GasError]) {
    var (removed, problems): ([Leftover], [GasError]) = ([], [])
    for leftover in leftovers {
      do {
        if try whileLocked(leftover.path, { try FileTree.remove(leftover.path) }) { removed.append(leftover) }
      } catch {
        problems.append(error as? GasError ?? GasError("\(error)", file: leftover.path))
      }
    }
    return (removed, problems)
  }

  /// Removes what is left beside an output and reports it on standard error; what cannot be removed stays.
  public static func sweep(beside path: String) {
    restore(path)
    tell(remove(find(beside: path)).removed)
  }

  /// Removes what is left in a folder and reports it on standard error; what cannot be removed stays.
  public static func sweep(in folder: String) { tell(remove(find(in: folder)).removed) }

  private static func tell(_ removed: [Leftover]) {
    let removed = removed.filter { !$0.isEmpty }
    guard let first = removed.first else { return }
    let bytes = Units.bytes(removed.reduce(0) { $0 + $1.byteCount })
    let others = removed.count > 1 ? " and \(removed.count - 1) more" : ""
    ProgressLine.note("removed what an interrupted program left: \(bytes) in \(first.path)\(others)")
  }

  /// Gives back the name of what was to be replaced, if the program died between the two renamings.
  private static func restore(_ path: String) {
    var status = stat()
    guard lstat(path, &status) != 0 else { return }
    let (folder, stem) = (AtomicFile.parent(of: path), TemporaryName.stem(of: path))
    let old = FileTree.names(in: folder).filter {
      TemporaryName.stem(ofTemporary: $0, mark: TemporaryName.replaced) == stem && isFree("\(folder)/\($0)", $0)
    }
    guard old.count == 1, (try? POSIX.renameNew("\(folder)/\(old[0])", to: path)) == true else { return }
    ProgressLine.note("\(path) was being replaced when a program was interrupted: it is back as it was")
  }

  private static func find(
    _ folder: String, _ ofEarlierVersions: Bool, of isWanted: (String) -> Bool
  ) -> [Leftover] {
    let prefix = folder == "." ? "" : folder.hasSuffix("/") ? folder : folder + "/"
    let names = FileTree.names(in: folder)
    return names.compactMap { name in
      guard let stem = stem(name, ofEarlierVersions), isWanted(stem), isFree(prefix + name, name) else { return nil }
      // A replaced thing is all there is until something else has its name.
      guard !isReplaced(name) || names.contains(stem) else { return nil }
      let byteCount = FileTree.diskBytes(prefix + name)
      let isFolder = FileTree.kind(of: prefix + name) == S_IFDIR
      return Leftover(
        path: prefix + name, byteCount: byteCount, isOfEarlierVersion: ofEarlierVersions,
        isEmpty: isFolder ? FileTree.names(in: prefix + name).isEmpty : byteCount == 0)
    }
  }

  /// Returns what a temporary name was made of; nil for names that this version, or an earlier one, did not make.
  private static func stem(_ name: String, _ ofEarlierVersions: Bool) -> String? {
    guard ofEarlierVersions else {
      return TemporaryName.stem(ofTemporary: name)
        ?? TemporaryName.stem(ofTemporary: name, mark: TemporaryName.replaced)
    }
    if name.hasPrefix("scratch-"), name.hasSuffix(".gascol"),
      UUID(uuidString: String(name.dropFirst(8).dropLast(7))) != nil
    {
      return "scratch"
    }
    return processNumber(name).map { String(name[..<$0.mark]) }
  }

  private static func isReplaced(_ name: String) -> Bool { name.contains(TemporaryName.replaced) }

  /// The process that an earlier version named in `NAME.partial-PID` and the like.
  private static func processNumber(_ name: String) -> (mark: String.Index, number: Int32)? {
    for mark in [".partial-", ".replaced-", ".discarded-"] {
      guard let range = name.ranges(of: mark).last, range.lowerBound > name.startIndex else { continue }
      let digits = name[range.upperBound...]
      guard digits.utf8.count <= 10, digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int32(digits)
      else { continue }
      return (range.lowerBound, number)
    }
    return nil
  }

  /// Whether nobody works with it, as far as can be told.
  private static func isFree(_ path: String, _ name: String) -> Bool {
    if let number = processNumber(name)?.number, number > 0, kill(number, 0) == 0 || errno == EPERM { return false }
    return (try? whileLocked(path) {}) ?? false
  }

  /// Does something with a leftover while no other process can take it.
  ///
  /// - Parameters:
  ///   - path: the leftover.
  ///   - body: what to do.
  /// - Returns: false if another process has it, or if it is neither file nor folder.
  /// - Throws: `GasError` if it cannot be opened or locked; what `body` throws.
  private static func whileLocked(_ path: String, _ body: () throws -> Void) throws -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      guard let lock = try FolderLock.take(path) else { return false }
      try withExtendedLifetime(lock) { try body() }
    case S_IFREG:
      let descriptor = try POSIX.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, action: "open")
      defer { close(descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
      try body()
    default: return false
    }
    return true
  }
}
