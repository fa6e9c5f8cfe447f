import GasBase
import GasFiles
import GasFormats
import GasStore

/// Rows of an output that come in the order of the store and belong in that of the input, or of a list. It is used from
/// one thread.
final class OrderedRows<Element: BitwiseCopyable> {
  private let buckets: RowBuckets
  private let width: Int
  private var isArranged = false

  /// - Parameters:
  ///   - bytes: the bytes of all rows, n × width.
  ///   - width: elements in a row.
  ///   - folder: the folder whose disk takes the numbers of rows that wait in buckets.
  ///   - bucketBytes: how many bytes are put in order in memory at a time (`OutputSizes`).
  ///   - source: the file that says where rows belong.
  /// - Throws: `GasError` if the disk is too full.
  init(in bytes: FlatArray<UInt8>, width: Int, scratchIn folder: String, bucketBytes: Int, from source: String) throws {
    self.width = width
    let rowBytes = width * MemoryLayout<Element>.stride
    buckets = try RowBuckets(
      rowCount: rowBytes == 0 ? 0 : bytes.count / rowBytes, .equal(rowBytes), target: bytes,
      scratch: ScratchFolder(at: folder), bucketBytes: bucketBytes, from: source)
  }

  /// Memory for the row at a place, to be filled before the next one is asked for.
  ///
  /// - Throws: `GasError` if another row came twice.
  func row(at place: Int) throws -> UnsafeMutableBufferPointer<Element> {
    try buckets.place(for: place).assumingMemoryBound(to: Element.self)
  }

  /// Takes rows that are in their places out of resident memory.
  func release() { buckets.release() }

  /// Puts the rows in their places, once all have come. A second call does nothing.
  ///
  /// - Throws: `GasError` if the disk fails.
  func arrange() throws {
    if !isArranged { try buckets.arrange() }
    isArranged = true
  }
}

/// A `.npy` file whose rows come in the order of the store.
final class OrderedFile<Element: NpyElement> {
  private let file: NpyOutput<Element>
  private let rows: OrderedRows<Element>

  /// - Parameters:
  ///   - path: the name that the file is to get. Scratch files are beside it, or where the user wants them.
  ///   - rowCount: how many rows it has.
  ///   - width: elements in a row; `nil` for a vector.
  ///   - bucketBytes: how many bytes are put in order in memory at a time.
  ///   - source: the file that says where rows belong.
  /// - Throws: `GasError` if the file cannot be made or the disk is too full.
  init(creating path: String, rowCount: Int, width: Int?, bucketBytes: Int, from source: String) throws {
    file = try NpyOutput(creating: path, rowCount: rowCount, width: width)
    rows = try OrderedRows(
      in: file.bytes, width: width ?? 1, scratchIn: ScratchPlace.named ?? AtomicFile.parent(of: path),
      bucketBytes: bucketBytes, from: source)
  }

  /// Memory for the row at a place, to be filled before the next one is asked for.
  func row(at place: Int) throws -> UnsafeMutableBufferPointer<Element> { try rows.row(at: place) }

  /// Takes rows that are in their places out of resident memory.
  func release() { rows.release() }

  /// Puts the rows in their places, and waits until they are on the disk.
  ///
  /// - Parameters:
  ///   - nodes: the list whose distinct nodes these are; `nil` for all nodes.
  ///   - replaces: what the file will take the place of.
  /// - Returns: the file, to be published, with a row for each node of the list.
  /// - Throws: `GasError` if the disk fails.
  func ready(_ nodes: NodeList?, replaces: Replacement) throws -> ReadyFile {
    try rows.arrange()
    guard let nodes, nodes.count > nodes.distinctCount else { return try file.ready(replaces: replaces) }
    return try file.selecting(nodes.count, nodes.number).ready(replaces: replaces)
  }
}
