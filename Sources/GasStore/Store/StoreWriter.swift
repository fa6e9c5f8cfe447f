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
  private let place: DraftPlace
  private let draft: DraftFolder
  private let scratchDraft: DraftFolder?
  private var writers: [ColumnName: ColumnWriter] = [:]
  private var encoding: Manifest.SmallFileEntry?

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
    place = try DraftPlace(
      ReplacedStore(path: path, discardedRuns: discardedRuns), replacesExisting: replaceExisting, inputs: inputs)
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
  ///   - leavesHoles: whether pages of zeros take no disk space, where the file system has holes.
  /// - Returns: the writer of the column, which `commit` finishes.
  /// - Throws: `GasError` if the file cannot be created.
  public func column(
    _ name: ColumnName, type: ElementType, width: Int? = nil, encoding: ColumnEncoding, leavesHoles: Bool = false
  ) throws -> ColumnWriter {
    precondition(writers[name] == nil, "column \(name.rawValue) is written once")
    let writer = try ColumnWriter(
      creating: temporaryPath + "/columns/" + name.fileName, type: type, width: width, encoding: encoding,
      leavesHoles: leavesHoles)
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
    try place.publish(draft)
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
}
