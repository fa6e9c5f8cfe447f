import FoundationEssentials
import GasBase
import GasFiles
import GasMetrics
import GasSettings
import GasStore

extension RunFolder {
  /// Keeps the settings of a run that is being made on its store, or of one that is there already, which stays a run of
  /// the stores that it was started on.
  ///
  /// - Parameter settings: the settings to write.
  /// - Throws: `GasError` if the file that is there is damaged, a store of validation or test nodes cannot be read, or
  ///   the disk fails.
  public func save(_ settings: RunSettings) throws { try readyConfig(settings).publish() }

  /// Writes the settings as `save` does; the file is to be published.
  package func readyConfig(_ settings: RunSettings) throws -> ReadyFile {
    let found = try FileManager.default.fileExists(atPath: config) ? RunConfig(reading: config) : nil
    let made = try found.map { RunConfig(settings, store: $0.store, others: $0.others) } ?? newConfig(settings)
    return try made.ready(at: config)
  }

  private func newConfig(_ settings: RunSettings) throws -> RunConfig {
    let others = try settings.evaluationStores.map { part, path in (part, try Self.checksum(ofStore: path)) }
    return RunConfig(settings, store: storeChecksum, others: Dictionary(others) { first, _ in first })
  }

  private static func checksum(ofStore path: String) throws -> String {
    try Manifest(reading: path + "/" + Manifest.fileName).checksum
  }

  /// The settings of the run.
  ///
  /// - Returns: the settings in its folder.
  /// - Throws: `GasError` if the file is damaged, or if the run was started on another store.
  public func settings() throws -> RunSettings {
    try checkedConfig().settings
  }

  /// The settings and the store, which is checked to be the one that the folder is in, where it is known.
  func checkedConfig() throws -> RunConfig {
    let found = try RunConfig(reading: config)
    guard belongsElsewhere(found), let store = found.store else { return found }
    throw GasError(
      "run \"\(name)\" was trained on another store, whose manifest has checksum \(store.excerpt); that of this one "
        + "has \(storeChecksum)", file: config,
      advice: (isApart
        ? "name the folder of this store's runs with --runs"
        : "move the run back to its store, or remove a copy with gas-run rm")
        + "; gas-run infer uses it on this store with --from and the name of that one"
    )
  }

  /// Whether the run was made in another store, and came here as a copy or with its folder moved.
  var isOfAnotherStore: Bool { (try? RunConfig(reading: config)).map(belongsElsewhere) ?? false }

  private func belongsElsewhere(_ config: RunConfig) -> Bool { config.store.map { $0 != storeChecksum } ?? false }

  /// Refuses a folder apart from the store in which runs of another store lie: their names would be taken for this
  /// store's.
  static func checkOwnsRuns(_ store: Store) throws {
    if store.hasRunsApart { try checkHoldsRuns(store.runsPath, ofStoreWith: store.manifest.wholeChecksum) }
  }

  /// Refuses a folder that has a run of a store with another checksum.
  static func checkHoldsRuns(_ runs: String, ofStoreWith checksum: String) throws {
    let other = try names(inFolder: runs).first { name in
      guard let config = try? RunConfig(reading: "\(runs)/\(name)/config.json") else { return false }
      return config.store.map { $0 != checksum } ?? false
    }
    guard let other else { return }
    throw GasError(
      "holds runs of another store: \"\(other)\" is one", file: runs,
      advice: "name a folder of its own for each store with --runs")
  }

  /// Refuses work that needs the run's stores of validation and test nodes where one of them is not in its place, or
  /// another store is.
  ///
  /// - Parameter settings: the run's settings.
  /// - Throws: `GasError` that names the store and says what to do.
  public func checkEvaluationStores(_ settings: RunSettings) throws {
    for (part, path) in settings.evaluationStores { try checkEvaluationStore(part, path) }
  }

  private func checkEvaluationStore(_ part: SplitPart, _ path: String) throws {
    let has = "run \"\(name)\" has its \(part == .test ? "test" : "validation") nodes (--\(part.key)-store)"
    guard Manifest.isThere(inStore: path) else {
      try FileAccess.checkIsSeen(path + "/" + Manifest.fileName)
      throw GasError(
        "there is no store of this name, where \(has)", file: path,
        advice: "move the store back, or make a link of this name to the place where it is now")
    }
    let found = try Self.checksum(ofStore: path)
    guard let known = try RunConfig(reading: config).others[part], known != found else { return }
    throw GasError(
      "another store stands where \(has): its manifest has checksum \(found), that of the run's store had "
        + known.excerpt, file: path,
      advice: "put the run's store back, since scores of both do not go together, or train another run with this one")
  }

  /// The score that decided which weights the run keeps.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - store: the store that it belongs to.
  /// - Returns: the score; `nil` where validation nodes would tell, and their store is not in its place.
  /// - Throws: `GasError` if labels are damaged.
  package func decidingScore(_ settings: RunSettings, in store: Store) throws -> Score? {
    let isKnown = settings.valStore.map { (try? checkEvaluationStore(.validation, $0)) != nil } ?? true
    return try ScoreSelection.score(of: settings, store, knowsValidation: isKnown)
  }

  /// The staleness that the latest evaluation found.
  ///
  /// - Returns: `nil` where there is none (yet).
  /// - Throws: `GasError` if the file is damaged.
  package func latestRefresh() throws -> Refresh? {
    try FileManager.default.fileExists(atPath: refresh) ? Refresh(reading: refresh) : nil
  }

  /// Makes the run's name durable, and that of the folder of runs.
  package func syncNames() throws {
    let runs = AtomicFile.parent(of: path)
    for folder in [path, runs] { try FolderSync.sync(folder) }
    // A folder that the user has named may lie in one that this user may not read.
    let above = AtomicFile.parent(of: runs)
    if !isApart || FileAccess.isThere(above + "/.") && !FileAccess.isUnreadable(above) { try FolderSync.sync(above) }
  }
}
