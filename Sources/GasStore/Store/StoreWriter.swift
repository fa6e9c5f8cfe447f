import Foundation
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
  /// Where it is until then.
  public var temporaryPath: String { draft.path }
  private let replaceExisting: Bool
  private let replaced: ReplacedStore
  private let draft: DraftFolder
  private var writers: [ColumnName: ColumnWriter] = [:]
  /// How long another process may take to give the old store up that it has just put there.
  private static let longestWaitSeconds = 20.0

  /// Also removes what a killed process has left of the same store.
  ///
  /// - Parameters:
  ///   - path: the name that the store gets when it is whole.
  ///   - replaceExisting: whether a store that stands at `path` is replaced.
  ///   - discardedRuns: how many trained runs may go with it; nil: none, and nobody was asked.
  ///   - inputs: files that are needed for the work, none of which may lie in what is replaced.
  /// - Throws: `GasError` if something stands at `path` that may not be replaced.
  public init(
    creating path: String, replaceExisting: Bool = false, discardedRuns: Int? = nil, inputs: [String] = []
  ) throws {
    let path = try OutputPath.resolved(path)
    self.path = path
    self.replaceExisting = replaceExisting
    replaced = ReplacedStore(path: path, discardedRuns: discardedRuns)
    Leftovers.sweep(beside: path)
    if FileTree.kind(of: path) != nil {
      guard replaceExisting else { throw Self.exists(path) }
      _ = try replaced.check()
      if let input = inputs.first(where: { OutputPath.lies($0, in: path) }) {
        throw GasError(
          "lies in the store that would be replaced", file: input, advice: "copy it elsewhere, or name another --output"
        )
      }
    }
    draft = try DraftFolder(for: path)
    _ = try FileTree.makeFolder(draft.path + "/columns")
  }

  deinit { abandon() }

  /// Starts a column. Several may be written at the same time.
  ///
  /// - Parameters:
  ///   - name: which column of the store.
  ///   - type: of its elements.
  ///   - width: elements in a row; `nil` for a plain vector.
  ///   - encoding: of its blocks.
  public func column(
    _ name: ColumnName, type: ElementType, width: Int? = nil, encoding: ColumnEncoding
  ) throws -> ColumnWriter {
    precondition(writers[name] == nil, "column \(name.rawValue) is written once")
    let writer = try ColumnWriter(
      creating: temporaryPath + "/columns/" + name.fileName, type: type, width: width, encoding: encoding)
    writers[name] = writer
    return writer
  }

  /// Finishes all columns, writes the manifest and puts the store in its place.
  public func commit(_ manifest: Manifest) throws {
    var manifest = manifest
    manifest.columns = try ColumnName.allCases.compactMap { name in
      try writers[name].map { Manifest.ColumnEntry(name, try $0.finish()) }
    }
    try AtomicFile.write(temporaryPath + "/" + Manifest.fileName, text: manifest.encoded())
    try POSIX.syncDirectory(temporaryPath + "/columns")
    // Opening checks what every reader will check: nothing unreadable gets the name.
    _ = try Store(opening: temporaryPath)
    try publish()
  }

  public func abandon() {
    writers = [:]
    draft.discard()
  }

  /// What was checked before the work is checked again: hours may have passed.
  private func publish() throws {
    guard FileTree.kind(of: path) != nil else {
      _ = try draft.publish()
      return
    }
    guard replaceExisting else { throw Self.exists(path) }
    guard let old = try FolderLock.wait(path, seconds: Self.longestWaitSeconds) else {
      throw GasError("another process is replacing it", file: path, advice: "run again when that is done")
    }
    let runs = try replaced.check()
    try withExtendedLifetime((old, runs)) {
      // A run that began in between is seen where the old store is then, and no run can begin there any more.
      _ = try draft.replace(old, check: replaced.checkContents)
    }
  }

  private static func exists(_ path: String) -> GasError {
    GasError("already exists", file: path, advice: "name another --output, or pass --overwrite")
  }
}
