import GasBase

/// A file that is whole and on the disk but does not have its name yet. A command that writes several files makes each
/// of them ready before the first gets its name. Without a name, the file is gone with this value.
public struct ReadyFile {
  let draft: DraftFile
  /// What it takes the place of.
  let replaces: Replacement

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
  ///   one have their names. If another process has put a file under one of the names since the command began
  ///   (`Replacement.found`), that stays, all files are kept beside their names, and the error says where.
  public func publish() throws {
    let late = try Unfinished.guarded { () -> GasError? in
      if let late = first(where: { $0.replaces.isLate(at: $0.draft.path) }) { return try keptBeside(late.draft.path) }
      for file in self { try file.draft.takeName(replaces: file.replaces) }
      return nil
    }
    for folder in Set(map { AtomicFile.parent(of: $0.draft.path) }).sorted() { try POSIX.syncDirectory(folder) }
    if let late { throw late }
  }

  private func keptBeside(_ late: String) throws -> GasError {
    let places = try map { try $0.draft.takeNameBeside() }
    return GasError(
      "another process has made or changed it since this command began, so it is not replaced", file: late,
      advice: "the new \(count == 1 ? "file is" : "files are") kept as \(places.joined(separator: ", "))")
  }
}
