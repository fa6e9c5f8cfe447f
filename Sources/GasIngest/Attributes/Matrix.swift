import GasBase
import GasStore

/// A matrix of the user's with one row for each node: a `.npy` array or a SciPy CSR matrix, read row by row.
enum Matrix: Sendable {
  case dense(NpyReader)
  case sparse(ScipyMatrix)

  /// - Throws: `GasError` if the file is neither, or not of two dimensions.
  init(opening path: String, _ inputs: InputLog) throws {
    if NumPy.isArchive(path) {
      let archive = try NpzReader(opening: path)
      self = .sparse(try ScipyMatrix(opening: archive))
      inputs.record(path: path, archive.withFileBytes { $0 })
      return
    }
    guard NumPy.isArray(path) else {
      throw GasError(expected: "a .npy array or a .npz matrix", found: "another kind of file", file: path)
    }
    let array = try NpyReader(opening: path, called: inputs.name(of: path))
    guard !array.type.isText else {
      throw GasError(expected: "numbers", found: "text (\(array.type.descr))", file: path)
    }
    self = .dense(array)
    inputs.record(path: path, array.withFileBytes { $0 })
  }

  var path: String {
    switch self {
    case .dense(let array): array.path
    case .sparse(let matrix): matrix.path
    }
  }

  var rowCount: Int {
    switch self {
    case .dense(let array): array.rowCount
    case .sparse(let matrix): matrix.rowCount
    }
  }

  var width: Int {
    switch self {
    case .dense(let array): array.rowWidth
    case .sparse(let matrix): matrix.width
    }
  }

  var isSparse: Bool {
    if case .sparse = self { true } else { false }
  }

  /// Takes rows that have been read in order out of resident memory.
  func release(_ rows: Range<Int>) {
    guard case .dense(let array) = self else { return }
    array.release(rows.lowerBound * width..<rows.upperBound * width)
  }
}

/// Reads rows of a matrix as dense ones, with memory of its own: one reader serves one thread.
struct RowReader {
  private let matrix: Matrix
  private var cursor: ScipyMatrix.Cursor?

  init(_ matrix: Matrix) {
    self.matrix = matrix
    if case .sparse(let sparse) = matrix { cursor = ScipyMatrix.Cursor(sparse) }
  }

  /// - Parameter values: as many as the matrix has columns.
  mutating func read(_ row: Int, into values: UnsafeMutableBufferPointer<Float>) throws {
    if case .dense(let array) = matrix {
      array.read(row * values.count..<(row + 1) * values.count, into: values)
      return
    }
    try cursor!.read(row)
    values.update(repeating: 0)
    for (index, value) in zip(cursor!.indices, cursor!.values) { values[Int(index)] = value }
  }
}
