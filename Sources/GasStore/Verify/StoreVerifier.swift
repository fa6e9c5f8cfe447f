import GasBase
import GasFiles

/// Checks every checksum and invariant that docs/format.md states, in memory of the largest partition.
///
/// The first thing that is wrong is thrown as a `GasError` naming file and offset.
public struct StoreVerifier {
  /// What was verified.
  public struct Report: Codable, Sendable {
    /// Columns that were read.
    public var columnCount = 0
    /// Bytes of their files.
    public var byteCount = 0
    /// Partitions whose adjacency was checked; 0 if checksums alone were.
    public var partitionCount = 0
    /// Histories of runs, and their clocks, whose headers were checked.
    public var runFileCount = 0
    /// Files and folders that interrupted programs left in the store or beside it. They are no damage.
    public var leftoverCount = 0
    /// Bytes that these files and folders take.
    public var leftoverBytes = 0
  }

  let store: Store
  private let progress: ProgressLine?

  /// Prepares to verify a store; `progress` advances by the bytes that have been read.
  public init(_ store: Store, progress: ProgressLine? = nil) {
    self.store = store
    self.progress = progress
  }

  /// Checks everything: checksums, then all that docs/format.md states about columns and histories.
  ///
  /// - Parameter tell: gets the name of each run whose files are not as they should be or cannot be read, and why; by
  ///   default the first is thrown.
  /// - Returns: what was verified.
  /// - Throws: `GasError` naming file and offset of the first thing that is wrong; what `tell` throws.
  public func verify(
    tellingOfRuns tell: (String, any Error) throws -> Void = { throw $1 }
  ) throws -> Report {
    var report = try verifyChecksums()
    try verifyEdgeFeatures()
    try verifyAdjacency()
    report.partitionCount = store.heldPartitions.count
    try verifyShard()
    try verifyOrder()
    try verifyIds()
    try verifyFeatures()
    try verifyLabels()
    try verifySplits()
    try verifySampleWeights()
    try verifyTableEncoding()
    report.runFileCount = try verifyRuns(tell)
    let leftovers = [false, true].flatMap { Leftovers.find(ofStore: store.path, ofEarlierVersions: $0) }
    report.leftoverCount = leftovers.count
    report.leftoverBytes = leftovers.reduce(0) { $0 + $1.byteCount }
    return report
  }

  /// Checks checksums alone: whether each byte is as it was written.
  ///
  /// - Returns: how much was read.
  /// - Throws: `GasError` naming file and offset of the first damaged block.
  public func verifyChecksums() throws -> Report {
    var report = Report()
    for name in store.columnNames {
      let column = store.column(name)
      try column.verify { progress?.advance(by: $0) }
      column.release()
      report.columnCount += 1
      report.byteCount += column.fileBytes
    }
    return report
  }

  /// Checks that histories have their header and the store's number of rows. The contents of histories are known for
  /// runs that have stopped; `RunVerifier` checks those.
  private func verifyRuns(_ tell: (String, any Error) throws -> Void) throws -> Int {
    let runs = store.runsPath
    var count = 0
    for run in try FileAccess.names(in: runs) where !Leftovers.isLeftoverName(run) {
      do { count += try verifyHistories(in: "\(runs)/\(run)") } catch { try tell(run, error) }
    }
    return count
  }

  private func verifyHistories(in folder: String) throws -> Int {
    let files = try FileAccess.names(in: folder).filter(RunFileName.isHistory)
    for file in files {
      let history = try MutableColumn(opening: "\(folder)/\(file)", access: .read)
      try Self.checkRowCount(history.header.rowCount, of: store, file: history.path)
    }
    return files.count
  }

  /// Checks that a history has a row for each node of the store.
  ///
  /// - Parameters:
  ///   - rowCount: what the header of the history says.
  ///   - store: the store.
  ///   - file: the history.
  /// - Throws: `GasError` that names the cause: the run was made for a store of another size.
  package static func checkRowCount(_ rowCount: Int, of store: Store, file: String) throws {
    guard rowCount != store.nodeCount else { return }
    throw GasError(
      expected: "\(store.nodeCount) rows", found: "\(rowCount)", file: file, at: .offset(32),
      advice: "the run was made for a store of \(Units.plural(rowCount, "node")), and this one has \(store.nodeCount): "
        + "move the run back to its store, or remove it with gas-run rm")
  }

  func damaged(_ name: ColumnName, element: Int, expected: String, found: String) -> GasError {
    let column = store.column(name)
    let range = column.byteRange(element..<min(element + 1, column.header.elementCount))
    return GasError(expected: expected, found: found, file: column.path, at: .offset(range.lowerBound))
  }

  /// Reads a column in pieces of bounded size.
  func scan<T: ColumnElement>(
    _ name: ColumnName, as: T.Type, chunk: Int = 1 << 18, _ body: (Int, UnsafeBufferPointer<T>) throws -> Void
  ) throws {
    let column = store.column(name)
    let buffer = Buffer<T>()
    let codec = BlockCodec()
    for range in (0..<column.header.elementCount).chunks(ofCount: chunk) {
      let elements = buffer.resized(to: range.count)
      try column.read(range, into: elements, using: codec)
      try body(range.lowerBound, UnsafeBufferPointer(elements))
      column.release()
    }
  }
}
