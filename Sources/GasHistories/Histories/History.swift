import GasAutodiff
import GasBase
import GasFiles
import GasStore

/// One layer's historical embeddings h̄: a row for each node, and the step at which it was last pushed.
///
/// Both are in mapped files. Pushes of some nodes may run at the same time as pulls of others; the same row may not be
/// pushed and pulled at the same time (the prefetcher leaves out rows that are about to be pushed).
public final class History: Sendable {
  /// The layer, from 1.
  public let layer: Int
  /// The column of embeddings, N rows as they are encoded.
  public let embeddings: MutableColumn
  /// The column of steps, uint32 [N]: the step at which each row was last pushed.
  public let pushedSteps: MutableColumn
  /// The embeddings as numbers.
  package let rows: EncodedRows

  /// Numbers in a row.
  public var width: Int { rows.width }
  /// How rows are stored.
  public var encoding: RowEncoding { rows.encoding }

  static func fileNames(layer: Int) -> (embeddings: String, pushedSteps: String) {
    ("history-\(layer).gascol", "pushed-\(layer).gascol")
  }

  /// Creates the files of a history, all zeros.
  ///
  /// - Parameters:
  ///   - folder: the run's folder; files of that name are replaced.
  ///   - layer: the layer, from 1.
  ///   - nodeCount: how many rows it has.
  ///   - width: numbers in a row.
  ///   - encoding: how rows are stored.
  /// - Throws: `GasError` if the disk fails or is too full.
  public static func create(
    in folder: String, layer: Int, nodeCount: Int, width: Int, _ encoding: RowEncoding = .float32
  ) throws {
    let names = fileNames(layer: layer)
    try MutableColumn.create(
      "\(folder)/\(names.embeddings)", type: encoding.elementType, rowCount: nodeCount,
      width: encoding.columnWidth(width))
    try MutableColumn.create("\(folder)/\(names.pushedSteps)", type: .uint32, rowCount: nodeCount, width: nil)
  }

  /// Creates a history of zeros whose files do not have their names yet.
  ///
  /// - Parameters: those of `create`; files of these names stay until then.
  /// - Returns: the history, and its files, to be published.
  /// - Throws: `GasError` if the disk fails or is too full.
  static func draft(
    in folder: String, layer: Int, nodeCount: Int, width: Int, _ encoding: RowEncoding
  ) throws -> (history: History, files: [ReadyFile]) {
    let names = fileNames(layer: layer)
    let rows = try MutableColumn.draft(
      "\(folder)/\(names.embeddings)", type: encoding.elementType, rowCount: nodeCount,
      width: encoding.columnWidth(width))
    let steps = try MutableColumn.draft(
      "\(folder)/\(names.pushedSteps)", type: .uint32, rowCount: nodeCount, width: nil)
    return (try History(layer, rows.column, steps.column), [rows.file, steps.file])
  }

  private init(_ layer: Int, _ embeddings: MutableColumn, _ pushedSteps: MutableColumn) throws {
    (self.layer, self.embeddings, self.pushedSteps) = (layer, embeddings, pushedSteps)
    rows = try Self.rows(of: embeddings)
  }

  /// Opens a history.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - layer: the layer, from 1.
  ///   - access: whether rows will be pushed too.
  /// - Throws: `GasError` if a file is missing or damaged, or if the two do not belong together.
  public init(in folder: String, layer: Int, access: MappedFile.Access = .readWrite) throws {
    let names = Self.fileNames(layer: layer)
    self.layer = layer
    embeddings = try MutableColumn(opening: "\(folder)/\(names.embeddings)", access: access)
    pushedSteps = try MutableColumn(opening: "\(folder)/\(names.pushedSteps)", access: access)
    guard embeddings.header.rowCount == pushedSteps.header.rowCount else {
      throw GasError(
        expected: "\(embeddings.header.rowCount) rows", found: "\(pushedSteps.header.rowCount)", file: pushedSteps.path)
    }
    rows = try Self.rows(of: embeddings)
  }

  /// The rows of a column, whose element type tells the encoding.
  private static func rows(of column: MutableColumn) throws -> EncodedRows {
    let (type, columnWidth) = (column.header.type, column.header.width)
    guard let encoding = RowEncoding.allCases.first(where: { $0.elementType == type }),
      columnWidth > encoding.columnWidth(0)
    else {
      throw GasError(
        expected: "float32, float16, bfloat16 or uint8 rows", found: "\(type), \(columnWidth) a row", file: column.path)
    }
    return EncodedRows(column.values, width: columnWidth - encoding.columnWidth(0), encoding)
  }

  /// A history of zeros in files without names.
  init(
    scratchIn folder: String, layer: Int, nodeCount: Int, width: Int, _ encoding: RowEncoding = .float32,
    isReserved: Bool
  ) throws {
    self.layer = layer
    embeddings = try .nameless(
      in: folder, type: encoding.elementType, rowCount: nodeCount, width: encoding.columnWidth(width),
      isReserved: isReserved)
    pushedSteps = try .nameless(in: folder, type: .uint32, rowCount: nodeCount, width: nil, isReserved: isReserved)
    rows = EncodedRows(embeddings.values, width: width, encoding)
  }

  /// Starts to read the pages that `push` will need: those that hold other rows beside the first and the last.
  package func prepareToPush(_ rows: Range<Int>) {
    for values in [embeddings.values, pushedSteps.values] {
      values.advise(.willNeed, rows: rows.prefix(1))
      values.advise(.willNeed, rows: rows.suffix(1))
    }
  }

  /// h̄_v := h_v for the rows of a partition.
  ///
  /// - Parameters:
  ///   - rows: the partition's rows.
  ///   - values: `width` numbers for each, as many rows.
  ///   - step: the step at which they are pushed.
  ///   - writing: sends the rows to the disk if there is a memory budget.
  ///   - parallel: threads that encode.
  ///   - sums: whether to compute a checksum.
  /// - Returns: CRC-32 of the rows as they are stored, if `sums`.
  /// - Throws: `GasError` if the disk fails.
  @discardableResult
  package func push(
    _ rows: Range<Int>, _ values: DenseRows, step: Int, writing: WriteThrottle? = nil,
    parallel: Parallel = .serial, sums: Bool = false
  ) throws -> UInt32? {
    let checksum = sums ? try self.rows.writeSummed(rows, from: values, parallel: parallel) : nil
    if !sums { try self.rows.write(rows, from: values, parallel: parallel) }
    try writing?.note(embeddings.values, rows)
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: rows.count) { steps in
      steps.initialize(repeating: UInt32(step))
      try pushedSteps.values.write(rows, from: steps.baseAddress!)
    }
    try writing?.note(pushedSteps.values, rows)
    return checksum
  }

  /// The same for rows of float32.
  @discardableResult
  package func push(
    _ rows: Range<Int>, _ values: UnsafePointer<Float>, step: Int, parallel: Parallel = .serial, sums: Bool = false
  ) throws -> UInt32? {
    let matrix = Matrix(rows: rows.count, columns: width, base: UnsafeMutablePointer(mutating: values))
    return try push(rows, .float32(matrix), step: step, parallel: parallel, sums: sums)
  }

  /// Returns when all that was pushed is on the disk.
  package func sync() throws {
    try embeddings.values.sync()
    try pushedSteps.values.sync()
  }

  /// How far the stored rows are from `exact`, before they are replaced by it.
  package func drift(_ rows: Range<Int>, from exact: UnsafePointer<Float>) throws -> Drift {
    defer { embeddings.values.release(rows: rows) }
    guard encoding != .float32 else {
      let stored = try embeddings.values.rows(rows, as: Float.self)
      return Drift(rows: rows.count, width: width, stored.baseAddress!, exact)
    }
    return try self.rows.pieces(rows).reduce(into: Drift()) { sum, piece in
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: piece.count * width) { stored in
        try self.rows.copy(piece, into: stored.baseAddress!)
        let exact = exact + (piece.lowerBound - rows.lowerBound) * width
        sum += Drift(rows: piece.count, width: width, stored.baseAddress!, exact)
      }
    }
  }

  /// How many of the rows were pushed how many steps before `step`, by that number of steps.
  package func ages(_ rows: Range<Int>, at step: Int) throws -> [Int: Int] {
    var ages: [Int: Int] = [:]
    var run = (pushed: UInt32.max, length: 0)
    // Neighbouring rows were mostly pushed together: one look-up a run, not a row.
    for pushed in try pushedSteps.values.rows(rows, as: UInt32.self) {
      if pushed != run.pushed {
        if run.length > 0 { ages[step - Int(run.pushed), default: 0] += run.length }
        run = (pushed, 0)
      }
      run.length += 1
    }
    if run.length > 0 { ages[step - Int(run.pushed), default: 0] += run.length }
    return ages
  }

  /// Takes both columns out of resident memory. Nothing is lost.
  public func release() {
    embeddings.values.release()
    pushedSteps.values.release()
  }
}
