import GasBase
import GasFiles

/// Outputs of labelled nodes, a column for each class or label, in constant memory, and the curve of each column.
///
/// Rows are gathered in memory. Where they do not fit, they go to a file without a name, a piece at a time, column by
/// column, so that a column is read in few pieces. A column that does not fit is sorted on the disk (`ExternalSorter`).
/// Curves are exact in either case. It is used from one thread, and shares columns out among several.
package final class RankColumns {
  /// The number of classes or labels.
  let columnCount: Int
  private let folder: String
  /// How many keys are in memory, and how many are sorted there.
  let capacity: Int
  let rowsInPiece: Int
  /// Row by row, those that are not in the file yet.
  var rows: [RankKey] = []
  private(set) var file: ScratchFile?
  /// How many pieces of `rowsInPiece` rows the file has.
  private(set) var pieceCount = 0
  private(set) var rowCount = 0
  /// The nodes of each column that were put column by column.
  var positives: [Int]
  /// Whether the rows in memory were put column by column, after which no more can be added.
  var isTurned = false
  let parallel: Parallel
  let desk = RankDesk()

  /// The memory of the keys that are kept, and of those that are sorted, in bytes.
  package static let standardBytes = 8 << 20

  /// The same under a budget: of 1 GiB and more as without one, of less a 128th part, but 1 MiB at least. What scores
  /// take of a small budget, the page cache lacks.
  package static func bytes(within memoryBytes: Int?) -> Int {
    min(standardBytes, max(1 << 20, (memoryBytes ?? .max) / 128))
  }

  /// No rows yet.
  ///
  /// - Parameters:
  ///   - columnCount: the number of classes or labels.
  ///   - folder: the folder whose disk takes what does not fit.
  ///   - byteCount: memory for keys; twice as much is used while they are sorted.
  ///   - parallel: the threads that work; memory and results do not depend on them.
  package init(
    columnCount: Int, scratchIn folder: String, byteCount: Int = RankColumns.standardBytes,
    _ parallel: Parallel = .serial
  ) {
    self.parallel = parallel
    self.columnCount = columnCount
    self.folder = folder
    capacity = max(1, byteCount / MemoryLayout<RankKey>.stride)
    rowsInPiece = max(1, capacity / max(1, columnCount))
    positives = [Int](repeating: 0, count: columnCount)
  }

  /// Whether no node was added.
  var isEmpty: Bool { rowCount == 0 }

  /// Adds nodes. Not to be called once a column was asked for.
  ///
  /// - Parameter keys: row by row, one for each column.
  /// - Throws: `GasError` if the disk fails.
  package func append(_ keys: UnsafeBufferPointer<RankKey>) throws {
    precondition(keys.count.isMultiple(of: columnCount) && !isTurned, "a key for each column, before any is read")
    let keysInPiece = rowsInPiece * columnCount
    var first = 0
    while first < keys.count {
      if rows.count == keysInPiece { try setAside() }
      let end = min(keys.count, first + keysInPiece - rows.count)
      rows.append(contentsOf: UnsafeBufferPointer(rebasing: keys[first..<end]))
      first = end
    }
    rowCount += keys.count / max(1, columnCount)
  }

  private func setAside() throws {
    let file = try self.file ?? ScratchFile(creating: ScratchFolder(at: folder).newPath())
    self.file = file
    _ = try turned(rows).withUnsafeBytes { try file.append($0) }
    pieceCount += 1
    rows.removeAll(keepingCapacity: true)
  }

  /// The curve of a column.
  ///
  /// - Parameter column: the class or label.
  /// - Returns: the curve of all rows so far.
  /// - Throws: `GasError` if the disk fails.
  package func curve(of column: Int) throws -> RankCurve {
    turn()
    var curve = RankCurve(positives: positives[column])
    try forEachSorted(of: column) { curve.add($0) }
    curve.finish()
    return curve
  }

  /// The steps of a column's ROC and precision-recall curves.
  ///
  /// - Parameter column: the class or label.
  /// - Returns: the steps of all rows so far; `nil` unless there are nodes of both kinds.
  /// - Throws: `GasError` if the disk fails.
  package func steps(of column: Int) throws -> RankSteps? {
    // Every output is above −∞, so that all known rows are counted.
    let counts = try counts(of: column, above: -.infinity)
    guard counts.truePositives > 0, counts.falsePositives > 0 else { return nil }
    var steps = RankSteps(positives: counts.truePositives, negatives: counts.falsePositives)
    try forEachSorted(of: column) { steps.add($0) }
    steps.finish()
    return steps
  }

  /// Shows a column's keys, greatest outputs first, a piece at a time.
  private func forEachSorted(of column: Int, _ body: (UnsafeBufferPointer<RankKey>) -> Void) throws {
    if rowCount <= capacity {
      let buffers = desk.sortBuffers(for: rowCount)
      var count = 0
      try forEachPiece(of: column, at: desk) { keys in
        _ = UnsafeMutableBufferPointer(rebasing: buffers.records[count...]).update(fromContentsOf: keys)
        count += keys.count
      }
      body(sorted(buffers, count))
    } else {
      // A sort takes a quarter of what its workspace is allowed, half of it for each of its buffers.
      let space = Workspace(
        scratch: try ScratchFolder(at: folder), memoryBytes: 8 * capacity * MemoryLayout<RankKey>.stride,
        parallel: parallel)
      let sorter = ExternalSorter<RankKey>(keyBits: RankKey.bits, in: space)
      try forEachPiece(of: column, at: desk) { for key in $0 { try sorter.append(key) } }
      try sorter.forEachSorted { body($0) }
    }
  }

  /// Fewer keys are sorted faster by comparing them.
  private static let fewestForRadix = 1 << 11

  func sorted(_ buffers: SortBuffers<RankKey>, _ count: Int) -> UnsafeBufferPointer<RankKey> {
    guard count < Self.fewestForRadix else { return buffers.sorted(count: count, bits: RankKey.bits) }
    var keys = UnsafeMutableBufferPointer(rebasing: buffers.records[..<count])
    keys.sort { $0.key < $1.key }
    return UnsafeBufferPointer(keys)
  }

  /// The counts of predicting a column's label where its output is above a threshold.
  ///
  /// - Parameters:
  ///   - column: the class or label.
  ///   - threshold: the greatest output that is not predicted.
  /// - Returns: the counts of all rows in which the label is known.
  /// - Throws: `GasError` if the disk fails.
  package func counts(of column: Int, above threshold: Double) throws -> LabelTally.Counts {
    let limit = RankKey(threshold, applies: false).place
    var counts = LabelTally.Counts()
    try forEachPiece(of: column, at: desk) { keys in
      for key in keys where key != .missing { counts.add(applies: key.applies, isPredicted: key.place < limit) }
    }
    return counts
  }
}
