import Foundation
import GasBase

/// Writes a store beside its final place and gives it its name when it is whole.
///
/// 1. Nothing is seen under the store's name before `commit` returns.
/// 2. A store that is replaced stays as it was until then.
/// 3. `abandon`, also called on release, removes whatever was written.
///
/// Not thread-safe.
public final class StoreWriter {
  public let path: String
  public let temporaryPath: String
  private let replaceExisting: Bool
  private var writers: [ColumnName: ColumnWriter] = [:]
  private var isOpen = true

  /// - Throws: `GasError` if something stands at `path` and `replaceExisting` is false, or if that is not a store.
  public init(creating path: String, replaceExisting: Bool = false) throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.path = path
    self.replaceExisting = replaceExisting
    temporaryPath = AtomicFile.temporaryName(for: path)
    let files = FileManager.default
    if files.fileExists(atPath: path) {
      guard replaceExisting else {
        throw GasError("already exists", file: path, advice: "name another --output, or pass --overwrite")
      }
      guard files.fileExists(atPath: path + "/" + Manifest.fileName) else {
        throw GasError("is not a store, so it is not overwritten", file: path, advice: "name another --output")
      }
    }
    try? files.removeItem(atPath: temporaryPath)
    do {
      try files.createDirectory(atPath: temporaryPath + "/columns", withIntermediateDirectories: true)
    } catch {
      throw GasError("cannot create the folder: \(error.localizedDescription)", file: temporaryPath)
    }
  }

  deinit { abandon() }

  /// Starts a column. Several may be written at the same time.
  ///
  /// - Parameter width: elements in a row; `nil` for a plain vector.
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
    isOpen = false
  }

  public func abandon() {
    guard isOpen else { return }
    isOpen = false
    writers = [:]
    try? FileManager.default.removeItem(atPath: temporaryPath)
  }

  private func publish() throws {
    let files = FileManager.default
    guard replaceExisting && files.fileExists(atPath: path) else {
      return try AtomicFile.publish(temporaryPath, as: path)
    }
    if try POSIX.exchange(temporaryPath, path) {
      try POSIX.syncDirectory(AtomicFile.parent(of: path))
      try? files.removeItem(atPath: temporaryPath)
      return
    }
    let replaced = path + ".replaced-\(getpid())"
    try POSIX.rename(path, to: replaced)
    do {
      try AtomicFile.publish(temporaryPath, as: path)
    } catch {
      try? POSIX.rename(replaced, to: path)
      throw error
    }
    try? files.removeItem(atPath: replaced)
  }
}
