import GasBase
import GasFiles

/// Writes a store beside its final place and gives it its name when it is whole.
///
/// 1. Nothing is seen under the store's name before `commit` returns.
/// 2. A store that is replaced stays as it was until then.
/// 3. `abandon`, also called on release, removes whatever was written.
///
/// Not thread-safe.
public final class StoreWriter {
  /// Where the store is to be, links followed.
  public let path: String
  /// Where the store is until then.
  public var temporaryPath: String { draft.path }
  /// A folder for files that are needed only until the store is whole: inside the temporary one, or where it was asked
  /// for.
  public var scratchPath: String { scratchDraft?.path ?? temporaryPath + "/" + Self.scratchName }
  /// The name of that folder.
  package static let scratchName = "scratch"
  private let replaceExisting: Bool
  private let replaced: ReplacedStore
  /// The manifest that stood there at the beginning; `nil` if there was none.
  private let found: FileVersion?
  private let draft: DraftFolder
  private let scratchDraft: DraftFolder?
  private var writers: [ColumnName: ColumnWriter] = [:]
  private var encoding: Manifest.SmallFileEntry?
  /// How long to wait for another process that has just put a store there and still holds its lock.
  private static let longestWaitSeconds = 20.0

  /// Makes a folder beside the final place. Also removes what a killed process has left of the same store.
  ///
  /// - Parameters:
  ///   - path: the name that the store gets when it is whole.
  ///   - replaceExisting: whether a store of that name is replaced.
  ///   - discardedRuns: how many trained runs the user agreed to lose; nil for none.
  ///   - inputs: files that are needed for the work, none of which may lie in what is replaced.
  ///   - scratch: the folder for scratch files; `nil` keeps them beside the store.
  /// - Throws: `GasError` if something has the name that may not be replaced, or if the folder cannot be made.
  public init(
    creating path: String, replaceExisting: Bool = false, discardedRuns: Int? = nil, inputs: [String] = [],
    scratch: String? = nil
  ) throws {
    let path = try OutputPath.resolved(path)
    try EnclosingStore.refuse(folder: path)
    self.path = path
    self.replaceExisting = replaceExisting
    replaced = ReplacedStore(path: path, discardedRuns: discardedRuns)
    Leftovers.sweep(beside: path)
    found = FileVersion(path + "/" + Manifest.fileName)
    if FileTree.kind(of: path) != nil {
      guard replaceExisting else { throw Self.exists(path) }
      _ = try replaced.check()
      if let input = inputs.first(where: { OutputPath.lies($0, in: path) }) {
        throw GasError(
          "lies in the store that would be replaced", file: input, advice: "copy it elsewhere, or name another --output"
        )
      }
    }
    let scratchPlace = scratch.map { $0 + "/gas-ingest" }
    if let scratchPlace { Leftovers.sweep(beside: scratchPlace) }
    draft = try DraftFolder(for: path)
    scratchDraft = try scratchPlace.map { try DraftFolder(for: $0) }
    _ = try FileTree.makeFolder(draft.path + "/columns")
  }

  deinit { abandon() }

  /// Starts a column. Several may be written at the same time.
  ///
  /// - Parameters:
  ///   - name: which column of the store; each is started once.
  ///   - type: the type of its elements.
  ///   - width: elements in a row; `nil` for a plain vector.
  ///   - encoding: how its blocks are stored.
  /// - Returns: the writer of the column, which `commit` finishes.
  /// - Throws: `GasError` if the file cannot be created.
  public func column(
    _ name: ColumnName, type: ElementType, width: Int? = nil, encoding: ColumnEncoding
  ) throws -> ColumnWriter {
    precondition(writers[name] == nil, "column \(name.rawValue) is written once")
    let writer = try ColumnWriter(
      creating: temporaryPath + "/columns/" + name.fileName, type: type, width: width, encoding: encoding)
    writers[name] = writer
    return writer
  }

  /// Writes down how tables became features and labels.
  ///
  /// - Parameter encoding: what became of each column.
  /// - Throws: `GasError` if the disk fails.
  public func write(_ encoding: TableEncoding) throws {
    let text = try encoding.encoded()
    try AtomicFile.write(temporaryPath + "/" + TableEncoding.fileName, text: text)
    self.encoding = Manifest.SmallFileEntry(Array(text.utf8))
  }

  /// Finishes all columns, writes the manifest and puts the store in its place.
  ///
  /// - Parameter manifest: what the store is; its columns are filled in.
  /// - Throws: `GasError` if writing fails, if columns do not fit the manifest, or if something has taken the store's
  ///   name that may not be replaced: another store than at the beginning, or the same one with runs that the user does
  ///   not know of. Then both are kept, and the error says where.
  public func commit(_ manifest: Manifest) throws {
    var manifest = manifest
    manifest.columns = try ColumnName.allCases.compactMap { name in
      try writers[name].map { Manifest.ColumnEntry(name, try $0.finish()) }
    }
    manifest.tableEncoding = encoding
    try AtomicFile.write(temporaryPath + "/" + Manifest.fileName, text: manifest.encoded())
    try POSIX.syncDirectory(temporaryPath + "/columns")
    // Opening checks what every reader will check: nothing unreadable gets the name.
    _ = try Store(opening: temporaryPath)
    try publish()
  }

  /// Removes what was written. After `commit` it does nothing.
  public func abandon() {
    writers = [:]
    draft.discard()
    scratchDraft?.discard()
  }

  /// Removes the folder for scratch files, which nothing needs any more.
  ///
  /// - Throws: `GasError` if it lies in the store's and cannot be removed, since it would become part of the store.
  public func removeScratch() throws {
    guard let scratchDraft else { return try FileTree.remove(scratchPath) }
    scratchDraft.discard()
  }

  /// What stands in the store's place may not be replaced, so that the new store is to be kept beside it.
  private struct Refusal: Error {
    let reason: any Error

    /// Makes a refusal of what some checks throw.
    static func of<Result>(_ checks: () throws -> Result) throws -> Result {
      do { return try checks() } catch { throw Refusal(reason: error) }
    }
  }

  /// Gives the store its name; or a free one beside it, where what stands in its place has come or changed since this
  /// began: the user knows nothing of that, and what took hours is not thrown away.
  private func publish() throws {
    do {
      try takePlace()
    } catch let refusal as Refusal {
      let place = try draft.publishBeside()
      let reason = refusal.reason as? GasError
      throw GasError(
        reason?.problem ?? "\(refusal.reason)", file: reason?.file ?? path,
        advice: "the new store is kept as \(place): remove one of them")
    }
  }

  /// Puts the store in its place. The checks of `init` are made again: hours may have passed.
  private func takePlace() throws {
    guard FileTree.kind(of: path) != nil else { return try takeFreePlace() }
    guard replaceExisting else { throw Refusal(reason: GasError("already exists", file: path)) }
    guard let old = try FolderLock.wait(path, seconds: Self.longestWaitSeconds) else {
      throw Refusal(reason: GasError("another process is replacing it", file: path))
    }
    guard found == FileVersion(path + "/" + Manifest.fileName) else { throw Refusal(reason: newer) }
    let runs = try Refusal.of(replaced.check)
    try withExtendedLifetime((old, runs)) {
      // A run that began in between is seen where the old store is then, and no run can begin there any more.
      _ = try draft.replace(old) { place in try Refusal.of { try replaced.checkContents(at: place) } }
    }
  }

  private func takeFreePlace() throws {
    do {
      _ = try draft.publish()
    } catch {
      guard draft.isUnnamed, FileTree.kind(of: path) != nil else { throw error }
      throw Refusal(reason: newer)
    }
  }

  private var newer: GasError {
    GasError("another process has put a store there since this began, so it is not overwritten", file: path)
  }

  private static func exists(_ path: String) -> GasError {
    GasError("already exists", file: path, advice: "name another --output, or pass --overwrite")
  }
}
