import GasBase

/// A SciPy CSR matrix, read in place from the `.npz` file that `scipy.sparse.save_npz` writes.
///
/// Row r has the entries `indptr[r] ..< indptr[r+1]` of `indices` and `data`. Safe to use from several threads.
public final class ScipyMatrix: Sendable {
  /// The archive's path.
  public let path: String
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let width: Int
  /// The number of stored entries in all rows.
  public let entryCount: Int
  private let starts: NpyReader
  private let indices: NpyReader
  private let values: NpyReader

  /// Opens a matrix and checks the lengths of its parts; indices are checked as rows are read.
  ///
  /// - Parameter archive: an archive with `indptr`, `indices`, `data` and `shape`.
  /// - Throws: `GasError` if the archive holds no CSR matrix, or its parts do not fit each other.
  public init(opening archive: NpzReader) throws {
    path = archive.path
    try Self.checkFormat(archive)
    let shape = try archive.array("shape")
    guard shape.elementCount == 2 else {
      throw GasError(expected: "a matrix", found: "\(shape.elementCount) dimensions", file: shape.path)
    }
    let lengths = try shape.integers(0..<2)
    guard lengths.allSatisfy({ 0..<(1 << 32) ~= $0 }) else {
      throw GasError(expected: "a shape below 2^32", found: "\(lengths)", file: shape.path)
    }
    rowCount = Int(lengths[0])
    width = Int(lengths[1])
    starts = try archive.array("indptr")
    indices = try archive.array("indices")
    values = try archive.array("data")
    entryCount = indices.elementCount
    try checkLengths()
  }

  /// Opens a matrix from a file.
  ///
  /// - Parameter path: a `.npz` file.
  /// - Throws: `GasError` if it cannot be opened, holds no CSR matrix, or its parts do not fit each other.
  public convenience init(opening path: String) throws {
    try self.init(opening: NpzReader(opening: path))
  }

  private static func checkFormat(_ archive: NpzReader) throws {
    guard archive.has("indptr") || archive.has("format") else {
      throw GasError(
        expected: "a SciPy CSR matrix (indptr, indices, data, shape)", found: archive.names.joined(separator: ", "),
        file: archive.path, advice: "save one with scipy.sparse.save_npz, or pass a .npy file")
    }
    guard archive.has("format") else { return }
    let format = try archive.array("format")
    let name = format.type.isText && format.elementCount == 1 ? try format.string(at: 0) : "?"
    guard name == "csr" else {
      throw GasError(
        expected: "a CSR matrix", found: "format \"\(name)\"", file: archive.path,
        advice: "save it with scipy.sparse.save_npz(f, m.tocsr())")
    }
  }

  private func checkLengths() throws {
    for part in [starts, indices] where !part.type.isInteger {
      throw GasError(expected: "integers", found: part.type.descr, file: part.path)
    }
    guard !values.type.isText else { throw GasError(expected: "numbers", found: "text", file: values.path) }
    guard starts.elementCount == rowCount + 1 else {
      throw GasError(expected: "\(rowCount + 1) row starts", found: "\(starts.elementCount)", file: starts.path)
    }
    guard values.elementCount == entryCount else {
      throw GasError(
        expected: "\(entryCount) values, one for each index", found: "\(values.elementCount)", file: values.path)
    }
    let ends = try (start(0), start(rowCount))
    guard ends == (0, entryCount) else {
      throw GasError(expected: "row starts from 0 to \(entryCount)", found: "\(ends.0) to \(ends.1)", file: starts.path)
    }
  }

  /// How many stored values are not 0 and become 0 as float32.
  package var vanishingCount: Int {
    guard values.type == .float64 else { return 0 }
    return (0..<entryCount).chunks(ofCount: 1 << 20).reduce(0) { sum, range in
      defer { values.release(range) }
      return sum + values.vanishingCount(range)
    }
  }

  /// What messages say of the first value of a row that is not finite as float32; `nil` if each of them is.
  ///
  /// - Parameters:
  ///   - row: its number.
  ///   - contents: what messages call the values.
  /// - Returns: what was expected, and the value as the matrix has it.
  /// - Throws: `GasError` if row starts are out of range.
  package func notFinite(in row: Int, _ contents: String) throws -> (expected: String, found: String)? {
    let range = try entries(of: row)
    let place = values.floats(range).firstIndex { !$0.isFinite }
    return place.map { values.notFinite(range.lowerBound + $0, contents) }
  }

  /// Takes what has been read out of resident memory.
  public func release() {
    for part in [starts, indices, values] { part.release(0..<part.elementCount) }
  }

  private func start(_ row: Int) throws -> Int {
    Int(try starts.integers(row..<row + 1)[0])
  }

  /// Reads rows one after the other into memory of its own: one cursor serves one thread.
  public struct Cursor {
    private let matrix: ScipyMatrix
    private var entries: [(index: Int64, value: Float)] = []
    /// Columns of the row, strictly ascending.
    public private(set) var indices: [UInt32] = []
    /// The values of these columns.
    public private(set) var values: [Float] = []

    /// Makes a cursor; it reads nothing yet.
    public init(_ matrix: ScipyMatrix) {
      self.matrix = matrix
    }

    /// Reads a row: sorted by column, with entries of the same column added up, as SciPy understands them.
    ///
    /// - Parameter row: its number.
    /// - Throws: `GasError` if row starts or columns are out of range.
    public mutating func read(_ row: Int) throws {
      let range = try matrix.entries(of: row)
      let columns = try matrix.indices.integers(range)
      entries.removeAll(keepingCapacity: true)
      var isSorted = true
      for (column, value) in zip(columns, matrix.values.floats(range)) {
        guard column >= 0 && column < matrix.width else {
          throw GasError(
            expected: "a column below \(matrix.width)", found: "\(column) in row \(row)", file: matrix.indices.path)
        }
        if let last = entries.last, last.index >= column { isSorted = false }
        entries.append((column, value))
      }
      if !isSorted { entries.sort { $0.index < $1.index } }
      merge()
    }

    private mutating func merge() {
      indices.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
      for entry in entries {
        if indices.last == UInt32(entry.index) {
          values[values.count - 1] += entry.value
        } else {
          indices.append(UInt32(entry.index))
          values.append(entry.value)
        }
      }
    }
  }

  private func entries(of row: Int) throws -> Range<Int> {
    precondition(row >= 0 && row < rowCount, "row outside of \(path)")
    let ends = try starts.integers(row..<row + 2)
    guard ends[0] >= 0 && ends[0] <= ends[1] && ends[1] <= entryCount else {
      throw GasError(
        expected: "row starts that ascend up to \(entryCount)", found: "\(ends[0]), \(ends[1]) at row \(row)",
        file: starts.path, at: .offset(starts.offset(of: row)))
    }
    return Int(ends[0])..<Int(ends[1])
  }

  /// Writes a matrix as SciPy would.
  ///
  /// - Parameters:
  ///   - starts: where the entries of each row start, and where the last ones end.
  ///   - indices: the column of each entry.
  ///   - values: the value of each entry.
  ///   - width: the number of columns.
  ///   - path: the file, which replaces one of that name.
  /// - Throws: `GasError` if the disk fails.
  public static func write(
    starts: [Int64], indices: [UInt32], values: [Float], width: Int, to path: String
  ) throws {
    precondition(starts.first == 0 && starts.last.map(Int.init) == indices.count && indices.count == values.count)
    let writer = try NpzWriter(creating: path)
    // SciPy wants starts and indices of one signed type.
    let limit = max(indices.count, width)
    if limit <= Int(Int32.max) {
      try writer.add("indices", indices.map { Int32($0) })
      try writer.add("indptr", starts.map { Int32($0) })
    } else {
      try writer.add("indices", indices.map { Int64($0) })
      try writer.add("indptr", starts)
    }
    try writer.add("format", text: "csr")
    try writer.add("shape", [Int64(starts.count - 1), Int64(width)])
    try writer.add("data", values)
    try writer.finish()
  }
}
