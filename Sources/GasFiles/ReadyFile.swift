import GasBase

/// A file that is whole and on the disk but does not have its name yet. A command that writes several files makes each
/// of them ready before the first gets its name. Without a name, the file is gone with this value.
public struct ReadyFile {
  let draft: DraftFile
  /// Whether it takes the place of what has its name.
  let replaces: Bool

  /// Gives the file its name, durably.
  ///
  /// - Throws: `GasError` if the disk fails, or if something has the name that is not to be replaced.
  public func publish() throws { try [self].publish() }
}

extension [ReadyFile] {
  /// Gives all files their names, one right after the other, and then makes the names durable. No signal ends the
  /// process in between.
  ///
  /// - Throws: `GasError` if the disk fails, or if something has a name that is not to be replaced. Files before that
  ///   one have their names.
  public func publish() throws {
    try Unfinished.guarded {
      for file in self { try file.draft.takeName(replaces: file.replaces) }
    }
    for folder in Set(map { AtomicFile.parent(of: $0.draft.path) }).sorted() { try POSIX.syncDirectory(folder) }
  }
}
