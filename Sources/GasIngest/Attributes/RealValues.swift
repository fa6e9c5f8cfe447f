import GasBase
import GasEdges
import GasFiles
import GasStore

extension ValueMoments {
  /// Reads the real values of labels once.
  ///
  /// - Parameters:
  ///   - matrix: the labels, NaN for values that are missing.
  ///   - inputs: notes columns without values.
  /// - Throws: `GasError` naming a value that is not finite in float32; if there are too many columns, or no values.
  init(of matrix: Matrix, _ inputs: InputLog) throws {
    try matrix.checkLabelWidth(advice: "save fewer columns")
    if case .dense(let array) = matrix { try array.checkAreFloats("values") }
    self.init(width: matrix.width)
    try matrix.forEachRow { row, values in
      if let column = values.firstIndex(where: \.isInfinite) {
        throw GasError(
          expected: "values that float32 holds, or NaN for missing ones",
          found: "\(values[column]) in row \(row), column \(column)", file: matrix.path)
      }
      add(UnsafeBufferPointer(values))
    }
    let empty = columns.indices.filter { columns[$0].count == 0 }
    guard empty.count < columns.count else { throw GasError("no node has a label", file: matrix.path) }
    guard let first = empty.first else { return }
    inputs.note(
      "\(matrix.path): \(empty.count) of \(columns.count) columns have no value at all (column \(first)"
        + (empty.count > 1 ? " is the first)" : ")"))
  }
}

/// The weight that each node has in the loss: checked, and ready to be written row by row.
struct SampleWeights {
  let matrix: Matrix
  /// What the weights are like of the nodes that are trained on; `nil` before `measure`.
  private(set) var moments: ValueMoments.Column?

  /// Opens and checks weights.
  ///
  /// - Parameters:
  ///   - path: a `.npy` or `.npz` file, or text with a weight a line.
  ///   - inputs: notes the file.
  ///   - scratch: where compressed archives are unpacked.
  /// - Throws: `GasError` if the file is damaged, has more than one column, or holds what is no weight; if all are 0.
  init(opening path: String, _ inputs: InputLog, _ scratch: ScratchFolder) throws {
    let matrix = try Matrix(openingLabels: path, holdingRealValues: true, inputs, scratch)
    guard matrix.width == 1, !matrix.isSparse else {
      throw GasError(
        expected: "one weight for each node (--sample-weights)",
        found: matrix.isSparse ? "a sparse matrix" : "\(matrix.width) columns", file: matrix.path)
    }
    if case .dense(let array) = matrix { try array.checkAreFloats("weights (--sample-weights)") }
    var isAnyPositive = false
    try matrix.forEachRow { row, values in
      guard values[0] >= 0, values[0].isFinite else {
        throw GasError(
          expected: "finite weights of at least 0 (--sample-weights)", found: "\(values[0]) in row \(row)",
          file: matrix.path, advice: "a node of weight 0 is not trained on")
      }
      if values[0] > 0 { isAnyPositive = true }
    }
    self.matrix = matrix
    guard isAnyPositive else {
      throw GasError("all sample weights are 0", file: matrix.path, advice: "nodes of weight 0 are not trained on")
    }
  }

  /// Finds out what the weights of labelled nodes are like that a split trains on, or of all labelled nodes where there
  /// is none: other weights count nowhere.
  ///
  /// - Parameters:
  ///   - labels: the labels of the nodes.
  ///   - splits: the parts of the nodes.
  ///   - space: where marks are kept.
  /// - Throws: `GasError` if the disk fails.
  mutating func measure(_ labels: Labels?, _ splits: Splits?, _ space: Workspace) throws {
    let isUnlabelled: FlatArray<UInt8> = try space.zeros(count: matrix.rowCount)
    try labels?.forEachUnlabelled { isUnlabelled[$0] = 1 }
    var moments = ValueMoments(width: 1)
    try matrix.forEachRow { node, values in
      guard isUnlabelled[node] == 0, splits?.trains(on: node) != false else { return }
      moments.add(UnsafeBufferPointer(values))
    }
    self.moments = moments.columns[0]
  }

  /// Writes the weights in the order of the store's rows.
  func write(_ rows: RowArranger, to store: StoreWriter) throws {
    let column = try store.column(.sampleWeights, type: .float32, encoding: .raw)
    try rows.write(bytesPerRow: MemoryLayout<Float>.size, to: column) { put in
      try matrix.forEachRow { node, values in put(node, UnsafeRawBufferPointer(values)) }
    }
  }
}
