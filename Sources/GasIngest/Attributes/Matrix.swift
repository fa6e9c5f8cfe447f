import GasBase
import GasEdges
import GasFiles
import GasFormats

/// A matrix of the user with one row for each node: a `.npy` array or a SciPy CSR matrix, read row by row.
enum Matrix: Sendable {
  case dense(NpyReader)
  case sparse(ScipyMatrix)

  /// Opens a matrix.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - inputs: notes the file.
  ///   - scratch: where compressed archives are unpacked.
  /// - Throws: `GasError` if the file is neither, or if its array is not of two dimensions.
  init(opening path: String, _ inputs: InputLog, _ scratch: ScratchFolder) throws {
    if NumPy.isArchive(path) {
      let archive = try NpzReader(opening: path, newScratchPath: scratch.newPath)
      // numpy.savez makes such a file of a single array.
      let isPlain = archive.names.count == 1 && !archive.has("indptr") && !archive.has("format")
      self =
        try isPlain
        ? .dense(Self.numbers(archive.array(archive.names[0]))) : .sparse(ScipyMatrix(opening: archive))
      inputs.record(path: path, archive.fileChecksum())
      return
    }
    guard NumPy.isArray(path) else {
      throw GasError(
        expected: "a .npy array or a .npz matrix", found: "another kind of file", file: path,
        advice: "save the array with numpy.save")
    }
    let array = try Self.numbers(NpyReader(opening: path, called: inputs.name(of: path)))
    self = .dense(array)
    inputs.record(path: path, array.fileChecksum())
  }

  /// Opens labels, which may also be text with a row a line: classes, or real values of any size.
  init(
    openingLabels path: String, holdingRealValues: Bool = false, _ inputs: InputLog, _ scratch: ScratchFolder
  ) throws {
    guard !NumPy.isArray(path) && !NumPy.isArchive(path) else {
      self = try Matrix(opening: path, inputs, scratch)
      return
    }
    let target = scratch.newPath() + ".npy"
    try NumberTable(
      path: path, rowCount: NumberTable.countRows(path), mayLackNumbers: true, holdsRealValues: holdingRealValues
    ).convert(to: target, inputs)
    inputs.note(target, madeOf: path)
    self = try Matrix(opening: target, inputs, scratch)
  }

  private static func numbers(_ array: NpyReader) throws -> NpyReader {
    guard !array.type.isText else {
      throw GasError(expected: "numbers", found: "text (\(array.type.descr))", file: array.path)
    }
    return array
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

  /// How many values are read at a time. In a file in Fortran order they are far apart, so more are read at a time,
  /// with fewer seeks.
  private var valuesPerChunk: Int {
    if case .dense(let array) = self, array.header.isFortranOrder { 1 << 22 } else { 1 << 18 }
  }

  /// How many values of a sparse matrix are not 0 and become 0 as float32.
  var sparseVanishingCount: Int {
    if case .sparse(let matrix) = self { matrix.vanishingCount } else { 0 }
  }

  /// How many values of some rows of a dense matrix are not 0 and become 0 as float32.
  func vanishingCount(_ rows: Range<Int>) -> Int {
    guard case .dense(let array) = self else { return 0 }
    return array.vanishingCount(rows.lowerBound * width..<rows.upperBound * width)
  }

  /// Calls `body` with each row, in order, as dense values that it may change. What has been read does not stay
  /// resident.
  ///
  /// - Parameters:
  ///   - line: shows how far it is.
  ///   - lookAt: is called with some rows, while they are resident, before `body` is with each of them.
  ///   - body: gets the number of a row and its values.
  /// - Throws: `GasError` if a sparse row is damaged; what `body` throws.
  func forEachRow(
    _ line: ProgressLine? = nil, lookAt: (Range<Int>) -> Void = { _ in },
    _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    var reader = RowReader(self)
    let memory = Buffer<Float>()
    let chunk = max(1, valuesPerChunk / max(1, width))
    for rows in (0..<rowCount).chunks(ofCount: chunk) {
      let values = memory.resized(to: rows.count * width)
      try reader.read(rows, into: values)
      lookAt(rows)
      for (place, row) in rows.enumerated() {
        try body(row, UnsafeMutableBufferPointer(rebasing: values[place * width..<(place + 1) * width]))
      }
      release(rows)
      line?.advance(by: rows.count)
    }
  }

  /// Takes rows that have been read in order out of resident memory.
  private func release(_ rows: Range<Int>) {
    switch self {
    case .dense(let array): array.release(rows.lowerBound * width..<rows.upperBound * width)
    case .sparse(let matrix): matrix.release()
    }
  }
}

/// Reads rows of a matrix as dense ones, with its own memory: one reader serves one thread.
private struct RowReader {
  private let matrix: Matrix
  private var cursor: ScipyMatrix.Cursor?

  init(_ matrix: Matrix) {
    self.matrix = matrix
    if case .sparse(let sparse) = matrix { cursor = ScipyMatrix.Cursor(sparse) }
  }

  /// Reads rows.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - values: memory for as many values for each row as the matrix has columns.
  /// - Throws: `GasError` if a sparse row is damaged.
  mutating func read(_ rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) throws {
    let width = matrix.width
    if case .dense(let array) = matrix {
      let range = rows.lowerBound * width..<rows.upperBound * width
      if array.header.isFortranOrder { array.advise(.willNeed, range) }
      return array.read(range, into: values)
    }
    values.update(repeating: 0)
    for (place, row) in rows.enumerated() {
      try cursor!.read(row)
      for (index, value) in zip(cursor!.indices, cursor!.values) { values[place * width + Int(index)] = value }
    }
  }
}
