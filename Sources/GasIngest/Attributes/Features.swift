import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasStore

/// The features of all nodes: checked, and ready to be written row by row.
struct Features {
  let matrix: Matrix
  let type: FeatureType
  let normalisation: FeatureNormalisation
  /// Whether rows are stored sparse: sparse input is, unless the user asks for dense rows.
  let isStoredSparse: Bool
  private let progress: ProgressDisplay
  private(set) var scaling = FeatureScaling.none

  var manifest: Manifest.Features {
    .init(
      storage: isStoredSparse ? .sparse : .dense, width: matrix.width, normalisation: normalisation.rawValue,
      encoding: type == .int8 ? .int8 : nil)
  }

  /// Bytes of all rows as they are stored.
  var byteCount: Int {
    if isStoredSparse, case .sparse(let matrix) = matrix { return matrix.entryCount * 8 + matrix.rowCount * 8 }
    return matrix.rowCount * type.encoding.rowBytes(matrix.width)
  }

  /// Opens features and reads them once: every value must be finite, and `standard` needs the columns' moments.
  init(
    opening path: String, type: FeatureType, normalisation: FeatureNormalisation, storesDense: Bool, _ inputs: InputLog,
    _ space: Workspace, progress: ProgressDisplay
  ) throws {
    matrix = try Matrix(opening: path, inputs, space.scratch)
    self.type = type
    self.normalisation = normalisation
    self.progress = progress
    isStoredSparse = matrix.isSparse && !storesDense
    try checkShape(space)
    guard !isStoredSparse || normalisation != .standard else {
      throw GasError(
        "standardised sparse features are no longer sparse", file: matrix.path,
        advice: "pass --dense-features, or --feature-norm row")
    }
    guard !isStoredSparse || type == .float32 else {
      throw GasError(
        "sparse features are stored as float32", file: path, advice: "pass --dense-features with --feature-type \(type)"
      )
    }
    scaling = try check(inputs)
  }

  private func checkShape(_ space: Workspace) throws {
    if case .dense(let array) = matrix, array.shape.count != 2 {
      throw GasError(
        expected: "features of shape [nodes, features]", found: array.header.shapeText, file: matrix.path,
        advice: array.shape.count == 1 ? "save a[:, None] for a single feature" : nil)
    }
    guard 1...Self.largestWidth ~= matrix.width else {
      throw GasError(
        expected: "from 1 to \(Self.largestWidth) features", found: "\(matrix.width)", file: matrix.path,
        advice: matrix.width == 0 ? nil : "save fewer columns")
    }
    guard !isStoredSparse else { return }
    try space.checkRow(
      of: matrix.width, "features", bytesEach: normalisation == .standard ? 64 : 16, file: matrix.path,
      advice: matrix.isSparse ? "leave out --dense-features" : nil)
  }

  /// Features are numbered by 32 bits, and the highest number is left free.
  private static let largestWidth = Int(Int32.max)

  /// Checks all values. Returns what the normalisation will do to each row.
  private func check(_ inputs: InputLog) throws -> FeatureScaling {
    var vanishingCount = matrix.sparseVanishingCount
    defer { if let note = NpyReader.note(ofVanishing: vanishingCount, path: matrix.path) { inputs.note(note) } }
    if isStoredSparse {
      var largest = 0
      try forEachSparseRow { node, columns, values in
        largest = max(largest, Int(columns.last ?? 0))
        guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw notFinite(values[place], node, Int(columns[place]))
      }
      try checkWidth(used: largest)
      return normalisation == .row ? .row : .none
    }
    var moments = ColumnMoments(width: normalisation == .standard ? matrix.width : 0)
    try forEachRow("checking features", lookAt: { vanishingCount += matrix.vanishingCount($0) }) { row, values in
      try checkFinite(row, values)
      if normalisation == .standard { moments.add(values) }
    }
    switch normalisation {
    case .none: return .none
    case .row: return .row
    case .standard: return moments.scaling
    }
  }

  private func checkWidth(used largest: Int) throws {
    let limit = Manifest.largestCount(used: largest)
    guard matrix.width > limit else { return }
    throw GasError(
      expected: "at most \(limit) features, where the last that has a value is column \(largest)",
      found: "\(matrix.width)", file: matrix.path, advice: "save the matrix without the empty columns behind it")
  }

  /// Calls `body` with node and values of each row, before scaling.
  func forEachRow(
    _ title: String, lookAt: (Range<Int>) -> Void = { _ in },
    _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let line = progress.line(title, total: matrix.rowCount, unit: "rows")
    defer { line?.finish() }
    try matrix.forEachRow(line, lookAt: lookAt, body)
  }

  private func checkFinite(_ node: Int, _ values: UnsafeMutableBufferPointer<Float>) throws {
    // Compared as integers, many at a time: infinities and NaN have the largest exponent.
    let largest = values.reduce(0 as UInt32) { max($0, $1.bitPattern & 0x7fff_ffff) }
    guard largest >= Float.infinity.bitPattern, let column = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw notFinite(values[column], node, column)
  }

  private func notFinite(_ value: Float, _ row: Int, _ column: Int) -> GasError {
    let problem =
      switch matrix {
      case .dense(let array): array.notFinite(row * matrix.width + column, "features")
      // What is known of the row has just been read.
      case .sparse(let matrix): try? matrix.notFinite(in: row, "features")
      }
    let (expected, found) = problem ?? ("finite features", "\(value)")
    return GasError(expected: expected, found: "\(found) in row \(row), column \(column)", file: matrix.path)
  }
}
