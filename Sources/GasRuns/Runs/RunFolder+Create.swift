import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasSettings
import GasStore
import Glibc

/// Making and removing runs. A run's folder is made beside its place, with its settings in it and locked, and gets its
/// name in one step. So a run is never without settings. Of several processes that make the same run one succeeds, and
/// the others touch nothing.
extension RunFolder {
  /// Makes the folder of a new run, with its settings in it and its lock held. A run of the same name that came to
  /// nothing (`isUnstarted`) gives way to it.
  ///
  /// - Parameters:
  ///   - store: the store that the run trains on.
  ///   - name: the run's name; `nil` takes the first free one of `gcn-1`, `gcn-2`, …; with a preset `cora-gcn-1`, …
  ///   - settings: the run's settings, which are kept in its folder.
  ///   - replaceExisting: whether any run of the same name gives way. It stays whole until the new one has its name.
  ///   - found: the runs that may give way; `nil` for whichever is there.
  ///   - held: that run, where the caller has its lock.
  /// - Returns: the folder with its lock.
  /// - Throws: `GasError` if a run of that name exists and does not give way, another process holds it, or the store
  ///   has been replaced.
  public static func create(
    in store: Store, name: String?, settings: RunSettings, replaceExisting: Bool,
    unlessLaterThan found: FoundRuns? = nil,
    holding held: RunFolder? = nil
  ) throws -> RunFolder {
    let permission = Permission(replacesExisting: replaceExisting, found: found)
    return try create(in: store, name: name, Beginning(settings: settings), permission, holding: held)
  }

  /// Makes a run of weights that were trained elsewhere: a folder that gets its name with settings and weights in it.
  ///
  /// - Parameters:
  ///   - store: the store that the run will belong to.
  ///   - name: the run's name.
  ///   - settings: the settings of its model.
  ///   - weights: the model's tensors, by the parameters' names.
  ///   - replaceExisting: whether a run of the same name gives way. It stays whole until the new one has its name.
  ///   - found: the runs that may give way; `nil` for whichever is there.
  /// - Returns: the folder with its lock.
  /// - Throws: as `create`.
  package static func create(
    in store: Store, name: String, settings: RunSettings, importing weights: [String: Safetensors.Tensor],
    replaceExisting: Bool, unlessLaterThan found: FoundRuns? = nil
  ) throws -> RunFolder {
    let beginning = Beginning(settings: settings, weights: weights)
    let permission = Permission(replacesExisting: replaceExisting, found: found)
    return try create(in: store, name: name, beginning, permission)
  }

  /// What lies in a run's folder when it gets its name.
  private struct Beginning {
    let settings: RunSettings
    var weights: [String: Safetensors.Tensor]?
  }

  /// Which run of the same name gives way.
  private struct Permission {
    let replacesExisting: Bool
    var found: FoundRuns?
  }

  private static func create(
    in store: Store, name: String?, _ beginning: Beginning, _ permission: Permission, holding held: RunFolder? = nil
  ) throws -> RunFolder {
    // A run of a store that was replaced does not belong to the store that has its name now. A process that replaces a
    // store looks for runs once the store has lost its name, so that a run is either seen there or notices it here.
    try store.checkIsInPlace()
    try checkOwnsRuns(store)
    let result = Result { try make(in: store, name, beginning, permission, held) }
    do {
      // If the store has been replaced, that is also why making the run failed.
      try store.checkIsInPlace()
    } catch {
      try? result.get().discard()
      throw error
    }
    return try result.get()
  }

  private static func make(
    in store: Store, _ name: String?, _ beginning: Beginning, _ permission: Permission, _ held: RunFolder?
  ) throws -> RunFolder {
    let folder = try held ?? name.map { RunFolder(store: store, name: try RunName.new($0)) }
    // This also gives a run its name back that was being replaced.
    if let folder { Leftovers.sweep(beside: folder.path) }
    Leftovers.sweep(in: store.runsPath)
    guard let folder else { return try createUnnamed(in: store, beginning) }
    while true {
      if let made = try folder.replaceWhatIsThere(with: beginning, permission) { return made }
      if let made = try folder.createIfFree(beginning) { return made }
    }
  }

  /// Makes a run with the first free name. Processes that are started at once find the same name free; each that is too
  /// late takes the next one.
  private static func createUnnamed(in store: Store, _ beginning: Beginning) throws -> RunFolder {
    let settings = beginning.settings
    var number = 1
    while true {
      let folder = RunFolder(store: store, name: "\(settings.preset ?? settings.model)-\(number)")
      if let made = try folder.createIfFree(beginning) { return made }
      number += 1
    }
  }

  /// Makes the run unless its place is taken.
  ///
  /// - Parameter beginning: what the run begins with.
  /// - Returns: `nil` where something stands there already.
  /// - Throws: `GasError` if the folder cannot be made.
  private func createIfFree(_ beginning: Beginning) throws -> RunFolder? {
    guard !isThere else { return nil }
    let draft = try draft(beginning)
    do {
      return with(try draft.publish(staysUnsynced: false))
    } catch {
      draft.discard()
      guard isThere else { throw error }
      return nil
    }
  }

  /// Replaces the run that stands in the place, if it may be.
  ///
  /// - Parameters:
  ///   - beginning: what the new run begins with.
  ///   - permission: which run gives way.
  /// - Returns: `nil` where nothing stands there (any more).
  /// - Throws: `GasError` if the run does not give way, or another process holds it.
  private func replaceWhatIsThere(with beginning: Beginning, _ permission: Permission) throws -> RunFolder? {
    guard isThere else { return nil }
    // This is checked first without the lock, which others may want meanwhile, then again with it.
    try checkGivesWay(permission)
    guard let old = try takeLock() else { return nil }
    try checkGivesWay(permission)
    let draft = try draft(beginning)
    do {
      return with(try draft.replace(old))
    } catch {
      draft.discard()
      throw error
    }
  }

  /// Takes the lock of the folder.
  ///
  /// - Returns: `nil` where the folder is gone.
  /// - Throws: `GasError` if another process holds it.
  private func takeLock() throws -> FolderLock? {
    do {
      return try locked().lock
    } catch {
      guard isThere else { return nil }
      throw error
    }
  }

  private func draft(_ beginning: Beginning) throws -> DraftFolder {
    let draft = try DraftFolder(for: path)
    do {
      try at(draft.path).save(beginning.settings)
      if let weights = beginning.weights {
        try ModelFile.writeImported(weights, labels: labels, to: at(draft.path).model)
      }
      return draft
    } catch {
      draft.discard()
      throw error
    }
  }

  /// Removes a run that came to nothing, so that its name is free again.
  ///
  /// It is called by the process that made the run. The name goes first, so that half a run never stands under it.
  public func discard() {
    guard let lock else { return }
    // A file that cannot be removed is a leftover, which gas-stat clean shows.
    try? FileTree.discard(path, holding: lock)
  }

  private func checkGivesWay(_ permission: Permission) throws {
    guard !FileAccess.isUnreadable(path) else {
      throw GasError(
        "this user may not look into the run, so it is not replaced", file: path,
        advice: "name another --run, or ask its owner")
    }
    guard permission.replacesExisting || isUnstarted else {
      guard FileManager.default.fileExists(atPath: config) else {
        throw GasError(
          "run \"\(name)\" has weights but no config.json", file: path,
          advice: "name another --run, or pass --overwrite")
      }
      throw GasError(
        "run \"\(name)\" already exists", file: path, advice: "name another --run, pass --overwrite, " + useOfItself)
    }
    guard isUnstarted || permission.found?.has(self) != false else {
      throw GasError(
        "another process has made or changed run \"\(name)\" since this command began, so it is not replaced",
        file: path,
        advice: "name another --run, or run the command again")
    }
    guard let foreign = try foreignContent() else { return }
    throw GasError(
      "\(foreign), so it is not replaced", file: path, advice: "move that away, or name another --run")
  }

  /// Names something that only a person can have put in the place of a run. Files that people keep there are not lost
  /// by making a run.
  private func foreignContent() throws -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "is no folder" }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().first { !Self.isOwnOrLeftover($0) }
      .map { "holds \"\($0)\", which is no file of a run" }
  }

  private var isThere: Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}
