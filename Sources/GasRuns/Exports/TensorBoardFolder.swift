import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasStore

/// A folder of event files that TensorBoard shows, `tensorboard --logdir FOLDER`: a folder for each run in it, which
/// has the run's name.
public struct TensorBoardFolder: Sendable {
  private let folder: OutputFolder
  /// Whether events of another run of the same name give way.
  private let replacesExisting: Bool
  /// Whether events of a run of the same name and store are those of an attempt that came to nothing: they stay, and
  /// what is written behind them says that they count no more.
  let goesOn: Bool

  /// Checks the folder; nothing is made yet.
  ///
  /// - Parameters:
  ///   - path: as it was given.
  ///   - role: what messages call it, such as `--tensorboard`.
  ///   - replacesExisting: whether events of another run of the same name give way.
  ///   - goesOn: whether a run that is made goes on behind events of a run of the same name and store, as the same
  ///     command left them when it was killed before the run's first checkpoint.
  /// - Throws: `GasError` if no files can be made there, or must not be.
  public init(_ path: String, as role: String, replacesExisting: Bool = false, goesOn: Bool = false) throws {
    folder = try OutputFolder(path, as: role)
    (self.replacesExisting, self.goesOn) = (replacesExisting, goesOn)
  }

  /// Refuses a run that is about to be made whose folder has event files that neither give way nor are its own.
  ///
  /// - Parameters:
  ///   - run: the run's name.
  ///   - store: the store that it will belong to.
  /// - Throws: `GasError` if there are such files, or a process writes to them.
  public func checkBegins(_ run: String, in store: Store) throws {
    guard goesOn else { return try checkIsFree(run) }
    try checkGoesOn(RunFolder(store: store, name: run))
  }

  /// Refuses the name of a run whose folder has event files that would be shown together with new ones.
  ///
  /// - Parameter run: the name of a run that is to be made or written whole.
  /// - Throws: `GasError` if there are such files and they do not give way, or a process writes to them.
  public func checkIsFree(_ run: String) throws {
    let path = try folder.subfolder(run)
    try EventFolderClaim.checkIsFree(path)
    try checkHasRoom(path)
  }

  private func checkHasRoom(_ path: String) throws {
    let found = Self.eventFiles(in: path)
    let foreign = found.first { !Self.isOwn($0) }
    guard let first = foreign ?? (replacesExisting ? nil : found.first) else { return }
    throw GasError(
      "has events already, which TensorBoard would show together with new ones: \(first.excerpt)", file: path,
      advice: foreign != nil
        ? "they are of another program: name another folder"
        : "name another folder, or pass --overwrite")
  }

  /// Refuses a run that is about to go on whose events are those of a run of another store.
  ///
  /// - Parameter run: the run.
  /// - Returns: whether it has events, so that a file can go on where they end.
  /// - Throws: `GasError` if they are of a run of another store, or of another program, or a process writes to them.
  @discardableResult
  public func checkGoesOn(_ run: RunFolder) throws -> Bool {
    let path = try folder.subfolder(run.name)
    let names = Self.eventFiles(in: path)
    guard names.contains(where: Self.isOwn) else {
      try checkIsFree(run.name)
      return false
    }
    try EventFolderClaim.checkIsFree(path)
    guard let other = names.first(where: { !Self.isOwn($0) || !$0.contains(Self.mark(run)) }) else { return true }
    throw GasError(
      "has events of another run than this one: \(other.excerpt)", file: path, advice: "name another folder")
  }

  /// Writes an event file of a run from its beginning, which takes the place of all that this program made of a run of
  /// its name.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - run: the run.
  ///   - seconds: when its events begin, in seconds since 1970.
  /// - Returns: the path of the file, and the claim to its folder, which whoever goes on writing keeps.
  /// - Throws: `GasError` if there are event files that do not give way, another process writes there, or the disk
  ///   fails; what was there is then as it was.
  func write(_ bytes: [UInt8], of run: RunFolder, seconds: Double) throws -> (path: String, claim: EventFolderClaim) {
    let claim = try EventFolderClaim(folder.subfolder(run.name))
    let path = "\(claim.path)/\(Self.name(run, Int(seconds), epoch: 0))"
    try claim.writing {
      try checkHasRoom(claim.path)
      try AtomicFile.write(path, replaces: replacesExisting ? .anything : .nothing) { try $0.write(bytes) }
    }
    for other in Self.eventFiles(in: claim.path) where Self.isOwn(other) && "\(claim.path)/\(other)" != path {
      try FileTree.remove("\(claim.path)/\(other)")
    }
    return (path, claim)
  }

  /// The events of a run that TensorBoard shows.
  ///
  /// - Parameter run: the run.
  /// - Returns: the events of all files, without those that count no more.
  /// - Throws: `GasError` if a file cannot be read.
  func shown(of run: RunFolder) throws -> [TensorBoardRecord] {
    let path = try folder.subfolder(run.name)
    var shown: [TensorBoardRecord] = []
    for name in Self.eventFiles(in: path).filter(Self.isOwn) {
      let file = try MappedFile(opening: "\(path)/\(name)")
      for record in withExtendedLifetime(file, { TensorBoardRecord.all(in: file.bytes) }) {
        if record.isStart { shown.removeAll { $0.step >= record.step } } else { shown.append(record) }
      }
    }
    return shown
  }

  /// Writes another event file of a run, which goes on where others end.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - run: the run.
  ///   - seconds: when its events begin, in seconds since 1970.
  ///   - epoch: the first epoch in it.
  /// - Returns: the path of the file, and the claim to its folder, which whoever goes on writing keeps.
  /// - Throws: `GasError` if another process writes there, or the disk fails.
  func append(
    _ bytes: [UInt8], to run: RunFolder, seconds: Double, epoch: Int
  ) throws -> (path: String, claim: EventFolderClaim) {
    let claim = try EventFolderClaim(folder.subfolder(run.name))
    // Behind all that are there, whatever the clock says: TensorBoard reads files in the order of their names.
    let latest = Self.eventFiles(in: claim.path).filter(Self.isOwn).compactMap(Self.seconds).max() ?? 0
    let path = "\(claim.path)/\(Self.name(run, max(Int(seconds), latest + 1), epoch: epoch))"
    try claim.writing { try AtomicFile.write(path, replaces: false) { try $0.write(bytes) } }
    return (path, claim)
  }

  /// The name of an event file. TensorBoard knows it by `tfevents`; the checksum is that of the run's store.
  private static func name(_ run: RunFolder, _ seconds: Int, epoch: Int) -> String {
    let digits = String(seconds)
    return prefix + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + mark(run) + ".\(epoch)"
  }

  private static func seconds(_ name: String) -> Int? {
    name.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }
  }

  private static let prefix = "events.out.tfevents."
  private static let program = ".gas-run."

  private static func mark(_ run: RunFolder) -> String { program + run.storeChecksum }

  /// Whether the name is one that this program gives.
  private static func isOwn(_ name: String) -> Bool { name.hasPrefix(prefix) && name.contains(program) }

  private static func eventFiles(in path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.contains("tfevents") && !Leftovers.isLeftoverName($0) }.sorted()
  }
}
