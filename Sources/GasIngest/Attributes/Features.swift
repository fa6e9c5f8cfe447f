import GasBase
import GasStore

/// Element types that dense features can be stored in.
public enum FeatureType: String, CaseIterable, Codable, Sendable {
  case float32
  /// 11 bits of precision, up to 65 504.
  case float16
  /// 8 bits of precision, the range of float32.
  case bfloat16

  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }
}

/// The features of all nodes: checked, and ready to be written row by row.
struct Features {
  let matrix: Matrix
  let type: FeatureType
  let normalisation: FeatureNormalisation
  /// Sparse input stays sparse unless asked otherwise.
  let isStoredSparse: Bool
  private let progress: ProgressDisplay
  private var scaling = FeatureScaling.none
  private static let chunkValues = 1 << 18

  var manifest: Manifest.Features {
    .init(storage: isStoredSparse ? .sparse : .dense, width: matrix.width, normalisation: normalisation.rawValue)
  }

  /// Opens features and reads them once: every value must be finite, and `standard` needs the columns' moments.
  init(
    opening path: String, type: FeatureType, normalisation: FeatureNormalisation, storesDense: Bool, _ inputs: InputLog,
    progress: ProgressDisplay
  ) throws {
    matrix = try Matrix(opening: path, inputs)
    self.type = type
    self.normalisation = normalisation
    self.progress = progress
    isStoredSparse = matrix.isSparse && !storesDense
    try checkShape()
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
    scaling = try check()
  }

  private func checkShape() throws {
    if case .dense(let array) = matrix, array.shape.count != 2 {
      throw GasError(
        expected: "features of shape [nodes, features]", found: array.header.shapeText, file: matrix.path,
        advice: array.shape.count == 1 ? "save a[:, None] for a single feature" : nil)
    }
    guard matrix.width > 0 else { throw GasError("features of no columns", file: matrix.path) }
  }

  /// - Returns: what the normalisation will do to each row.
  private func check() throws -> FeatureScaling {
    if isStoredSparse {
      try forEachSparseRow(of: nil) { node, columns, values in
        guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw notFinite(values[place], node, Int(columns[place]))
      }
      return normalisation == .row ? .row : .none
    }
    var moments = ColumnMoments(width: normalisation == .standard ? matrix.width : 0)
    try forEachRow(of: nil, title: "checking features") { row, values in
      try checkFinite(row, values)
      if normalisation == .standard { moments.add(values) }
    }
    matrix.release(0..<matrix.rowCount)
    switch normalisation {
    case .none: return .none
    case .row: return .row
    case .standard: return moments.scaling
    }
  }

  /// Calls `body` with node and values of each row, before scaling; in original order without `order`.
  private func forEachRow(
    of order: NodeOrder?, title: String, _ body: (Int, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let rows = 0..<matrix.rowCount
    var reader = RowReader(matrix)
    let memory = Buffer<Float>()
    let line = progress.line(title, total: rows.count, unit: "rows")
    defer { line?.finish() }
    let chunk = max(1, Self.chunkValues / matrix.width)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: chunk) {
      let end = min(rows.upperBound, start + chunk)
      for row in start..<end {
        let values = memory.resized(to: matrix.width)
        let node = order.map { Int($0.nodes[row]) } ?? row
        try reader.read(node, into: values)
        try body(node, values)
      }
      line?.advance(by: end - start)
    }
  }

  private func checkFinite(_ node: Int, _ values: UnsafeMutableBufferPointer<Float>) throws {
    // Compared as integers, many at a time: infinities and NaN have the largest exponent.
    let largest = values.reduce(0 as UInt32) { max($0, $1.bitPattern & 0x7fff_ffff) }
    guard largest >= Float.infinity.bitPattern, let column = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw notFinite(values[column], node, column)
  }

  private func notFinite(_ value: Float, _ row: Int, _ column: Int) -> GasError {
    GasError(expected: "finite features", found: "\(value) in row \(row), column \(column)", file: matrix.path)
  }

  private func doesNotFit(_ value: Float, _ row: Int, _ column: Int) -> GasError {
    GasError(
      "the value \(value) in row \(row), column \(column) does not fit into \(type.rawValue)", file: matrix.path,
      advice: "pass another --feature-type or --feature-norm")
  }
}

extension Features {
  /// Writes the features in the order of the store's rows.
  func write(_ order: NodeOrder, to store: StoreWriter) throws {
    if isStoredSparse { return try writeSparse(order, to: store) }
    let column = try store.column(
      .features, type: type.elementType, width: matrix.width, encoding: .raw)
    try forEachRow(of: order, title: "writing features") { node, values in
      scaling.apply(values)
      try checkFits(node, values)
      try column.append(rounding: UnsafeBufferPointer(values))
    }
  }

  private func checkFits(_ node: Int, _ values: UnsafeMutableBufferPointer<Float>) throws {
    guard let limit = type.elementType.narrowingLimit else { return }
    guard let column = values.firstIndex(where: { !(abs($0) < limit) }) else { return }
    throw doesNotFit(values[column], node, column)
  }

  private func writeSparse(_ order: NodeOrder, to store: StoreWriter) throws {
    let offsets = try store.column(.featureOffsets, type: .uint64, encoding: .raw)
    let indices = try store.column(.featureIndices, type: .uint32, encoding: .raw)
    let values = try store.column(.featureValues, type: .float32, encoding: .raw)
    var offset: UInt64 = 0
    try offsets.append(offset)
    try forEachSparseRow(of: order) { node, rowIndices, rowValues in
      scaling.apply(rowValues)
      if let place = rowValues.firstIndex(where: { !$0.isFinite }) {
        throw doesNotFit(rowValues[place], node, Int(rowIndices[place]))
      }
      try indices.append(rowIndices)
      try values.append(UnsafeBufferPointer(rowValues))
      offset += UInt64(rowIndices.count)
      try offsets.append(offset)
    }
  }

  /// As `forEachRow`, with the columns that have values.
  private func forEachSparseRow(
    of order: NodeOrder?, _ body: (Int, [UInt32], UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    guard case .sparse(let sparse) = matrix else { preconditionFailure("the features are dense") }
    var cursor = ScipyMatrix.Cursor(sparse)
    for row in 0..<sparse.rowCount {
      let node = order.map { Int($0.nodes[row]) } ?? row
      try cursor.read(node)
      var values = cursor.values
      try values.withUnsafeMutableBufferPointer { try body(node, cursor.indices, $0) }
    }
  }
}
