import GasBase
import GasNN
import GasStore

/// Writes a batch's adjacency: the lists of its partitions one after the other, with entries turned into columns of the
/// batch, in the form that the model asks for.
///
/// Entries keep the order in which they are stored, whatever the batch, so sums over a row come out the same however
/// partitions are grouped.
struct AdjacencyBuilder {
  let form: GraphForm
  let memory: BatchMemory
  private let addsLoops: Bool
  private let weights: EdgeWeightUse
  private let needsValues: Bool
  private let offsets: UnsafeMutableBufferPointer<Int64>
  private let columns: UnsafeMutableBufferPointer<UInt32>
  private let values: UnsafeMutableBufferPointer<Float>
  private let edgeFeatures: UnsafeMutableBufferPointer<Float>
  /// How many numbers an entry's features have, and how many of these come from the store.
  private let (edgeFeatureWidth, storedFeatureWidth): (Int, Int)
  /// What symmetric normalisation divides by: the degrees of the batch's rows, then those of its halo.
  private let degrees: UnsafeMutableBufferPointer<Float>
  private var row = 0
  private(set) var edgeCount = 0

  /// - Parameters:
  ///   - form: which self-loops and values the adjacency has.
  ///   - weights: how the weights are used; `.none` where the graph has none.
  ///   - edgeFeatureWidth: how many features an entry has in the store; 0 for none.
  ///   - size: how many rows the batch and its halo have.
  ///   - storedEdgeCount: how many entries the batch's partitions have; the memory also holds a self-loop for each row.
  ///   - memory: takes the adjacency.
  init(
    form: GraphForm, weights: EdgeWeightUse, edgeFeatureWidth: Int, size: (rows: Int, halo: Int), storedEdgeCount: Int,
    memory: BatchMemory
  ) {
    self.form = form
    self.memory = memory
    self.weights = weights
    storedFeatureWidth = edgeFeatureWidth
    self.edgeFeatureWidth = edgeFeatureWidth + (weights == .feature ? 1 : 0)
    let rowCount = size.rows
    addsLoops = form != .plain
    needsValues = weights == .values || form == .symmetric
    // At least one, so that a batch without edges has addresses too.
    let capacity = max(1, storedEdgeCount + (addsLoops ? rowCount : 0))
    offsets = memory.offsets.resized(to: rowCount + 1)
    columns = memory.columns.resized(to: capacity)
    values = memory.values.resized(to: needsValues ? capacity : 0)
    edgeFeatures = memory.edgeFeatures.resized(to: capacity * self.edgeFeatureWidth)
    degrees = memory.degreeScales.resized(to: form == .symmetric ? rowCount + size.halo : 0)
    offsets[0] = 0
  }

  /// Appends the lists of a partition.
  ///
  /// - Parameters:
  ///   - partition: the lists.
  ///   - haloColumns: the batch column of each of the partition's halo rows.
  ///   - weightedDegrees: the degrees of its rows, for symmetric normalisation by weights.
  mutating func append(
    _ partition: PartitionAdjacency, haloColumns: UnsafeBufferPointer<UInt32>,
    weightedDegrees: UnsafeBufferPointer<Float>?
  ) {
    let start = UInt32(row)
    let nodeCount = partition.nodeCount
    var entry = 0
    for local in 0..<nodeCount {
      let end = entry + Int(partition.degrees[local])
      let isLoopMissing = addsLoops && !partition.hasLoop(local, entry..<end)
      if isLoopMissing {
        putLoopFeatures(partition, entry..<end)
        put(UInt32(row), 1)
      }
      if form == .symmetric {
        degrees[row] = (weightedDegrees?[local] ?? Float(end - entry)) + (isLoopMissing ? 1 : 0)
      }
      copyEdgeFeatures(partition, entry..<end)
      while entry < end {
        let code = Int(partition.neighbours[entry])
        let column = code < nodeCount ? start + UInt32(code) : haloColumns[code - nodeCount]
        put(column, weights == .values ? partition.weights[entry] : 1)
        entry += 1
      }
      row += 1
      offsets[row] = Int64(edgeCount)
    }
  }

  /// Where the features of the next `count` entries belong.
  private func nextEdgeFeatures(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
    let start = edgeCount * edgeFeatureWidth
    return UnsafeMutableBufferPointer(rebasing: edgeFeatures[start..<start + count * edgeFeatureWidth])
  }

  /// Copies the features of a list's entries, which follow each other as they do in the store. Each entry's weight
  /// comes behind its features where the model reads weights as a feature.
  private func copyEdgeFeatures(_ partition: PartitionAdjacency, _ entries: Range<Int>) {
    guard edgeFeatureWidth > 0 else { return }
    let target = nextEdgeFeatures(entries.count)
    let source = partition.edgeFeatures
    if weights != .feature {
      let stored = entries.lowerBound * storedFeatureWidth..<entries.upperBound * storedFeatureWidth
      _ = target.update(fromContentsOf: source[stored])
      return
    }
    var place = 0
    for entry in entries {
      for column in 0..<storedFeatureWidth { target[place + column] = source[entry * storedFeatureWidth + column] }
      target[place + storedFeatureWidth] = partition.weights[entry]
      place += edgeFeatureWidth
    }
  }

  /// Writes the features of a self-loop that the form adds: zeros, and the mean of the row's weights where these are a
  /// feature.
  private func putLoopFeatures(_ partition: PartitionAdjacency, _ entries: Range<Int>) {
    let features = nextEdgeFeatures(1)
    features.update(repeating: 0)
    guard weights == .feature, !entries.isEmpty else { return }
    let sum = entries.reduce(0.0) { $0 + Double(partition.weights[$1]) }
    features[storedFeatureWidth] = Float(sum / Double(entries.count))
  }

  private mutating func put(_ column: UInt32, _ value: Float) {
    columns[edgeCount] = column
    // Values that are all 1 are written when they are normalised.
    if weights == .values { values[edgeCount] = value }
    edgeCount += 1
  }

  /// Ends the adjacency: normalises values if the form asks for it, and transposes.
  ///
  /// Symmetric form: value(v, u) = w / √(d_v d_u), where d is the sum of a row's weights with its self-loop (Kipf and
  /// Welling 2017). Degrees are the store's for rows and halo alike, so a row's scale is the same in every batch.
  /// `NormalisedDegrees` has checked that d > 0.
  func finish(
    haloDegrees: UnsafeBufferPointer<Float>, transposed: BatchContents.Transposed, numbersEntries: Bool
  ) -> SparseMatrix {
    if form == .symmetric { normalise(haloDegrees) }
    var matrix = SparseMatrix(
      rowCount: row, columnCount: row + haloDegrees.count, offsets: UnsafePointer(offsets.baseAddress!),
      columns: UnsafePointer(columns.baseAddress!),
      values: needsValues ? UnsafePointer(values.baseAddress!) : nil)
    if transposed != .none {
      let columnCount = transposed == .own ? row : matrix.columnCount
      matrix.transposed = memory.transpose.transposed(
        matrix, columnCount: columnCount, numbered: numbersEntries)
    }
    return matrix
  }

  /// The entries' features, edgeCount × width; `nil` if there are none.
  var edgeFeatureRows: Matrix? {
    guard edgeFeatureWidth > 0 else { return nil }
    return Matrix(rows: edgeCount, columns: edgeFeatureWidth, base: edgeFeatures.baseAddress!)
  }

  private func normalise(_ haloDegrees: UnsafeBufferPointer<Float>) {
    for index in haloDegrees.indices { degrees[row + index] = haloDegrees[index] }
    for index in degrees.indices { degrees[index] = Self.inverseRoot(degrees[index]) }
    let isWeighted = weights == .values
    for index in 0..<row {
      let scale = degrees[index]
      for entry in Int(offsets[index])..<Int(offsets[index + 1]) {
        let factor = scale * degrees[Int(columns[entry])]
        values[entry] = isWeighted ? values[entry] * factor : factor
      }
    }
  }

  private static func inverseRoot(_ degree: Float) -> Float {
    degree > 0 ? 1 / degree.squareRoot() : 0
  }
}
