import GasBase
import Glibc

/// A folder under a temporary name beside its final one, made and locked by this process: nobody else writes to it, and
/// a process that finds it without its lock knows that its maker is dead.
///
/// A folder that is not published is removed when this object goes, and if a signal ends the process. Not thread-safe.
public final class DraftFolder {
  /// Where it is now.
  public let path: String
  /// Where it is to be.
  public let finalPath: String
  private var lock: FolderLock?
  private let madeParents: [String]

  /// Makes the folder, and those above it that do not exist.
  ///
  /// - Parameter path: the name that the folder is to get.
  /// - Throws: `GasError` if it cannot be made.
  public init(for path: String) throws {
    finalPath = path
    let parents = try Unfinished.guarded {
      let made = try FileTree.makeFolders(AtomicFile.parent(of: path))
      made.forEach(Unfinished.add(emptyFolder:))
      return made
    }
    do {
      // The name is made durable in it, which takes the right to read it: else the folder would be left there unsynced.
      close(try POSIX.open(AtomicFile.parent(of: path), O_RDONLY | O_DIRECTORY, action: "open the folder"))
      (self.path, lock) = try Self.make(for: path)
    } catch {
      Self.giveUp(parents)
      throw error
    }
    madeParents = parents
  }

  deinit { discard() }

  private static func make(for path: String) throws -> (String, FolderLock) {
    while true {
      let draft = TemporaryName.make(for: path)
      let isMade = try Unfinished.guarded {
        guard try POSIX.makeFolder(draft, named: path) else { return false }
        Unfinished.add(draft)
        return true
      }
      // A process that cleans up may have found it before it was locked.
      if isMade, let lock = try? FolderLock.take(draft, isNeeded: false) { return (draft, lock) }
      if isMade { Unfinished.finished(draft) }
    }
  }

  /// Whether it has neither got its name nor been discarded.
  package var isUnnamed: Bool { lock != nil }

  /// Gives the folder its name, durably.
  ///
  /// - Parameter staysUnsynced: whether it keeps the name where the disk fails to say that it has it; otherwise it is a
  ///   draft again.
  /// - Returns: its lock.
  /// - Throws: `GasError` if something has the name that is not an empty folder, and the draft stays then; or if the
  ///   disk fails.
  public func publish(staysUnsynced: Bool = true) throws -> FolderLock {
    let lock = try Unfinished.guarded {
      let lock = held()
      guard try take(finalPath) else { throw GasError("already exists", file: finalPath) }
      return lock
    }
    do {
      try POSIX.syncDirectory(AtomicFile.parent(of: finalPath))
    } catch {
      if !staysUnsynced { takeBack(lock) }
      throw error
    }
    return lock
  }

  private func takeBack(_ lock: FolderLock) {
    Unfinished.guarded {
      guard lock.isAt(finalPath), (try? POSIX.rename(finalPath, to: path)) != nil else { return }
      self.lock = lock
      Unfinished.add(path)
    }
  }

  /// Gives the folder a free name beside its final one, durably: `NAME.new`, `NAME.new-2` and so on.
  ///
  /// - Returns: its path.
  /// - Throws: `GasError` if the disk fails; the draft stays then.
  public func publishBeside() throws -> String {
    let place = try Unfinished.guarded {
      var number = 1
      while !(try take(TemporaryName.beside(finalPath, number: number))) { number += 1 }
      return TemporaryName.beside(finalPath, number: number)
    }
    try POSIX.syncDirectory(AtomicFile.parent(of: finalPath))
    return place
  }

  /// Gives the folder a name, unless something has it that is not an empty folder.
  private func take(_ name: String) throws -> Bool {
    let (result, code) = POSIX.attempt(.init(.rename, path, target: name)) { _ in Int(rename(path, name)) }
    guard result == -1 else {
      settled()
      return true
    }
    guard [EEXIST, ENOTEMPTY, ENOTDIR].contains(code) else { throw POSIX.error("rename to \(name)", path, code) }
    return false
  }

  /// Puts the folder in the place of another one, durably, and removes that. If a part of the old folder cannot be
  /// removed, that is written to standard error: the new folder is in its place all the same.
  ///
  /// - Parameters:
  ///   - old: the lock of the folder that has the name now.
  ///   - check: called with the path of the old folder once it has lost its name; if this throws, the name is given
  ///     back.
  /// - Returns: the lock of the new folder.
  /// - Throws: `GasError` if it cannot be done; then all is as it was, except where the disk fails to say whether it
  ///   has the new name.
  public func replace(_ old: FolderLock, check: (String) throws -> Void = { _ in }) throws -> FolderLock {
    let (lock, aside) = try Unfinished.guarded {
      guard old.isAt(finalPath) else {
        throw GasError("another process has replaced it meanwhile", file: finalPath, status: .tryAgain)
      }
      return (held(), try swap(check))
    }
    defer { Unfinished.finished(aside) }
    // Until the disk has the new name, the old folder may be all that a power failure leaves.
    try POSIX.syncDirectory(AtomicFile.parent(of: finalPath))
    do { try FileTree.remove(aside) } catch {
      ProgressLine.note("\(finalPath) is in its place, but what it has replaced is left: \(error)")
    }
    return lock
  }

  /// Exchanges the two folders.
  ///
  /// - Parameter check: as for `replace`.
  /// - Returns: where the old one is now.
  /// - Throws: `GasError` if a rename fails; what `check` throws.
  private func swap(_ check: (String) throws -> Void) throws -> String {
    if try POSIX.exchange(path, finalPath) {
      do { try check(path) } catch {
        _ = try POSIX.exchange(path, finalPath)
        throw error
      }
      lock = nil
      madeParents.forEach(Unfinished.finished)
      return path
    }
    // A mark of its own: until the new folder is in place, no other process may remove the old one as unfinished.
    let aside = TemporaryName.make(for: finalPath, mark: TemporaryName.replaced)
    try POSIX.rename(finalPath, to: aside)
    do {
      try check(aside)
      try POSIX.rename(path, to: finalPath)
    } catch {
      try? POSIX.rename(aside, to: finalPath)
      throw error
    }
    settled()
    Unfinished.add(aside)
    return aside
  }

  /// Removes the folder, unless it was published.
  public func discard() {
    guard lock != nil else { return }
    try? FileTree.remove(path)
    FileTree.removeEmpty(madeParents)
    settled()
  }

  private func held() -> FolderLock {
    guard let lock else { preconditionFailure("\(finalPath) has been published or discarded") }
    return lock
  }

  /// Notes that nothing under the temporary name is this process's any more.
  private func settled() {
    lock = nil
    Unfinished.finished(path)
    madeParents.forEach(Unfinished.finished)
  }

  private static func giveUp(_ parents: [String]) {
    FileTree.removeEmpty(parents)
    parents.forEach(Unfinished.finished)
  }
}
