import GasBase

/// A file that is whole and on the disk, and has not got its name yet: what a command that writes several files makes of each of them before
/// the first gets its name. Without a name it is gone with its handle.
public struct ReadyFile {
  let draft: DraftFile
  /// Whether it takes the place of what has its name.
  let replaces: Bool

  /// Gives the file its name, durably.
  ///
  /// - Throws: `GasError` if the disk fails, or something has the name that is not to be replaced.
  public func publish() throws { try [self].publish() }
}

extension [ReadyFile] {
  /// Gives all files their names, one right after the other, and then makes the names durable. No signal ends the process in between.
  ///
  /// - Throws: `GasError` if the disk fails, or something has a name that is not to be replaced. Files before that one have their names.
  public func publish() throws {
    try Unfinished.guarded {
      for file in self { try file.draft.takeName(replaces: file.replaces) }
    }
    for folder in Set(map { AtomicFile.parent(of: $0.draft.path) }).sorted() { try POSIX.syncDirectory(folder) }
  }
}
