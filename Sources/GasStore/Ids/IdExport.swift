import GasBase
import GasFiles
import GasFormats

/// Writes a store's original ids in original order, which names the rows of exported files.
///
/// Ids are scattered into mapped files; memory is that of one partition.
public struct IdExport {
  private let store: Store

  /// Prepares the export of a store's ids; reads nothing yet.
  public init(_ store: Store) {
    self.store = store
  }

  /// Refuses a file name that says something else than what `ready` writes: integers make an array, names a text.
  ///
  /// - Parameter path: the file's name.
  /// - Throws: `GasError` if integers would go to a file that does not end in `.npy`, or names to one that does.
  public func checkName(_ path: String) throws {
    let hasNames = store.manifest.idKind == .string
    guard hasNames == path.hasSuffix(".npy") else { return }
    throw GasError(
      expected: hasNames
        ? "a name for text, since ids are names, a line each" : "a name that ends in .npy, since ids are integers",
      found: "\"\(path)\"", advice: hasNames ? "pass --ids ids.txt" : "pass --ids ids.npy")
  }

  /// Writes the ids to a file that replaces any of that name.
  ///
  /// - Parameter path: of a `.npy` file of int64 [N] for integer ids, of a text file with a name a line otherwise.
  /// - Throws: `GasError` if ids are damaged or the file cannot be written.
  public func write(to path: String) throws { try ready(at: path).publish() }

  /// Writes the ids to a file that does not have its name yet.
  ///
  /// - Parameters:
  ///   - path: of a `.npy` file of int64 [N] for integer ids, of a text file with a name a line otherwise.
  ///   - replaces: what the file takes the place of.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if ids are damaged or the file cannot be written.
  public func ready(at path: String, replaces: Replacement = .anything) throws -> ReadyFile {
    switch store.manifest.idKind {
    case .string: try names(path, replaces)
    case .integer, .sequential: try integers(path, replaces)
    }
  }

  private func integers(_ path: String, _ replaces: Replacement) throws -> ReadyFile {
    let output = try NpyOutput<Int64>(creating: path, rowCount: store.nodeCount)
    try IdWalk(store).forEachInteger(release: output.release) { _, place, id in output.row(place)[0] = id }
    return try output.ready(replaces: replaces)
  }

  private func names(_ path: String, _ replaces: Replacement) throws -> ReadyFile {
    try checkEndOfLines()
    let writer = try FileWriter(drafting: path)
    let folder = ScratchPlace.named ?? AtomicFile.parent(of: path)
    let lines = try NameLines(store, scratchIn: folder) { byteCount in
      try writer.extend(to: byteCount)
      return try writer.mapped()
    }
    try lines.sync()
    return try writer.ready(replaces: replaces)
  }

  /// Refuses names that would be several lines, or that a reader of lines would cut. Tables may have such ids.
  private func checkEndOfLines() throws {
    try IdWalk(store).forEachName { _, place, name in
      guard name.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else { return }
      throw GasError(
        "the id \(UnsafeRawBufferPointer(name).shown) of node \(place) holds an end of a line, so a list of lines cannot have it",
        file: store.path, advice: "--scores writes ids in quotes")
    }
  }
}
