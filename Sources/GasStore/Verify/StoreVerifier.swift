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

    package init() {}
  }

  let store: Store
  let share: VerifierShare
  private let progress: ProgressLine?

  /// Prepares to verify a store; `progress` advances by the bytes that have been read.
  public init(_ store: Store, progress: ProgressLine? = nil) { self.init(store, share: .all, progress: progress) }

  /// Prepares to verify one of several shares of a whole store.
  package init(_ store: Store, share: VerifierShare, progress: ProgressLine? = nil) {
    precondition(share.isAll || store.isWhole, "what one of several ranks has is not divided again")
    (self.store, self.share, self.progress) = (store, share, progress)
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
    var report = try report(of: [verifyShare()])
    try addRuns(to: &report, tellingOfRuns: tell)
    return report
  }

  /// Checks the share: its blocks' checksums, and all that docs/format.md states about its part of columns.
  ///
  /// - Returns: what was found, for `report`.
  /// - Throws: `GasError` naming file and offset of the first thing that is wrong.
  package func verifyShare() throws -> Share {
    _ = try verifyChecksums()
    try verifyEdgeFeatures()
    let found = try verifyAdjacency()
    try verifyShard()
    if share.includes(.order) { try verifyOrder() }
    if share.includes(.ids) { try verifyIds() }
    try verifyFeatures()
    try verifyLabels()
    try verifySplits()
    try verifySampleWeights()
    if share.includes(.encoding) { try verifyTableEncoding() }
    return found
  }

  /// Checks what all shares say together.
  ///
  /// - Parameter shares: what was found in each.
  /// - Returns: what was verified, without runs.
  /// - Throws: `GasError` naming the first thing that is wrong.
  package func report(of shares: [Share]) throws -> Report {
    let found = shares.reduce(Share(), +)
    try verifySums(found)
    var report = sizes
    report.partitionCount = found.partitionCount
    return report
  }

  /// Checks the histories of runs, and looks for what interrupted programs left.
  ///
  /// - Parameters:
  ///   - report: gets how many there are.
  ///   - tell: as that of `verify`.
  /// - Throws: `GasError` if it is not known which runs there are; what `tell` throws.
  package func addRuns(
    to report: inout Report, tellingOfRuns tell: (String, any Error) throws -> Void
  ) throws {
    report.runFileCount = try verifyRuns(tell)
    let leftovers = [false, true].flatMap { Leftovers.find(ofStore: store.path, ofEarlierVersions: $0) }
    report.leftoverCount = leftovers.count
    report.leftoverBytes = leftovers.reduce(0) { $0 + $1.byteCount }
  }

  /// Checks checksums alone: whether each byte is as it was written.
  ///
  /// - Returns: how much was read.
  /// - Throws: `GasError` naming file and offset of the first damaged block.
  public func verifyChecksums() throws -> Report {
    for name in store.columnNames {
      let column = store.column(name)
      try column.verify(blocks: share.range(of: column.blockCount)) { progress?.advance(by: $0) }
      column.release()
    }
    return sizes
  }

  /// A report of columns alone.
  private var sizes: Report {
    var report = Report()
    for name in store.columnNames {
      report.columnCount += 1
      report.byteCount += store.column(name).fileBytes
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

  /// Reads the share of a column, or all of it, in pieces of bounded size.
  func scan<T: ColumnElement>(
    _ name: ColumnName, as: T.Type, isDivided: Bool = true, _ body: (Int, UnsafeBufferPointer<T>) throws -> Void
  ) throws {
    let column = store.column(name)
    let buffer = Buffer<T>()
    let codec = BlockCodec()
    let elements = (isDivided ? share : .all).range(of: column.header.elementCount)
    for range in elements.chunks(ofCount: 1 << 18) {
      let elements = buffer.resized(to: range.count)
      try column.read(range, into: elements, using: codec)
      try body(range.lowerBound, UnsafeBufferPointer(elements))
      column.release()
    }
  }
}
