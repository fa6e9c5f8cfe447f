import CGasKernels
import GasBase
import GasNN
import GasStore

/// Writes a batch's adjacency: the lists of its partitions behind each other, entries turned into columns of the batch, in the
/// form that the model asks for.
///
/// Entries keep the order in which they are stored, whatever the batch, so that sums over a row come out in the same order
/// however partitions are grouped.
struct AdjacencyBuilder {
  let form: GraphForm
  let memory: BatchMemory
  private let addsLoops: Bool
  private let needsValues: Bool
  private let offsets: UnsafeMutableBufferPointer<Int64>
  private let columns: UnsafeMutableBufferPointer<UInt32>
  private let values: UnsafeMutableBufferPointer<Float>
  private let edgeFeatures: UnsafeMutableBufferPointer<Float>
  private let edgeFeatureWidth: Int
  private var row = 0
  private(set) var edgeCount = 0

  /// - Parameters:
  ///   - edgeFeatureWidth: 0 for none.
  ///   - storedEdgeCount: entries of the batch's partitions; room is made for a self-loop a row besides.
  init(
    form: GraphForm, weighted: Bool, edgeFeatureWidth: Int, rowCount: Int, storedEdgeCount: Int, memory: BatchMemory
  ) {
    self.form = form
    self.memory = memory
    self.edgeFeatureWidth = edgeFeatureWidth
    addsLoops = form != .plain
    needsValues = weighted || form == .symmetric
    // At least one, so that an edgeless batch has addresses too.
    let capacity = max(1, storedEdgeCount + (addsLoops ? rowCount : 0))
    offsets = memory.offsets.resized(to: rowCount + 1)
    columns = memory.columns.resized(to: capacity)
    values = memory.values.resized(to: needsValues ? capacity : 0)
    edgeFeatures = memory.edgeFeatures.resized(to: capacity * edgeFeatureWidth)
    offsets[0] = 0
  }

  /// - Parameter haloColumns: the batch column of each of the partition's halo rows.
  mutating func append(_ partition: PartitionAdjacency, haloColumns: UnsafeBufferPointer<UInt32>) {
    let start = UInt32(row)
    let nodeCount = partition.nodeCount
    var entry = 0
    for local in 0..<nodeCount {
      let end = entry + Int(partition.degrees[local])
      if addsLoops && !hasLoop(partition, entry..<end, local) {
        nextEdgeFeatures(1).update(repeating: 0)
        put(UInt32(row), 1)
      }
      copyEdgeFeatures(partition, entry..<end)
      while entry < end {
        let code = Int(partition.neighbours[entry])
        let column = code < nodeCount ? start + UInt32(code) : haloColumns[code - nodeCount]
        put(column, partition.weights.isEmpty ? 1 : partition.weights[entry])
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

  /// A list's rows stand side by side here as they do in the store.
  private func copyEdgeFeatures(_ partition: PartitionAdjacency, _ entries: Range<Int>) {
    guard edgeFeatureWidth > 0 else { return }
    let source = entries.lowerBound * edgeFeatureWidth..<entries.upperBound * edgeFeatureWidth
    _ = nextEdgeFeatures(entries.count).update(fromContentsOf: partition.edgeFeatures[source])
  }

  private mutating func put(_ column: UInt32, _ value: Float) {
    columns[edgeCount] = column
    if needsValues { values[edgeCount] = value }
    edgeCount += 1
  }

  private func hasLoop(_ partition: PartitionAdjacency, _ entries: Range<Int>, _ local: Int) -> Bool {
    // Entries ascend, so the self-loop is found by bisection.
    var low = entries.lowerBound
    var high = entries.upperBound
    while low < high {
      let middle = (low + high) / 2
      if Int(partition.neighbours[middle]) < local { low = middle + 1 } else { high = middle }
    }
    return low < entries.upperBound && Int(partition.neighbours[low]) == local
  }

  /// Ends the adjacency: normalises values if the form asks for it, and transposes.
  ///
  /// Symmetric form: value(v, u) = w / √(d_v d_u), d = Σ weights of a row with its self-loop (Kipf and Welling 2017); rows
  /// whose d is not positive get 0.
  func finish(haloDegrees: UnsafeBufferPointer<Float>, transposed: BatchContents.Transposed) -> SparseMatrix {
    if form == .symmetric { normalise(haloDegrees) }
    var matrix = SparseMatrix(
      rowCount: row, columnCount: row + haloDegrees.count, offsets: UnsafePointer(offsets.baseAddress!),
      columns: UnsafePointer(columns.baseAddress!),
      values: needsValues ? UnsafePointer(values.baseAddress!) : nil)
    if transposed != .none {
      let columnCount = transposed == .own ? row : matrix.columnCount
      matrix.transposed = memory.transpose.transposed(matrix, columnCount: columnCount)
    }
    return matrix
  }

  /// edgeCount × width, or `nil` if there are none.
  var edgeFeatureRows: Matrix? {
    guard edgeFeatureWidth > 0 else { return nil }
    return Matrix(rows: edgeCount, columns: edgeFeatureWidth, base: edgeFeatures.baseAddress!)
  }

  private func normalise(_ haloDegrees: UnsafeBufferPointer<Float>) {
    let scale = memory.degreeScales.resized(to: row + haloDegrees.count)
    for index in haloDegrees.indices { scale[row + index] = Self.inverseRoot(haloDegrees[index]) }
    for index in 0..<row {
      var sum: Float = 0
      for entry in Int(offsets[index])..<Int(offsets[index + 1]) { sum += values[entry] }
      scale[index] = Self.inverseRoot(sum)
    }
    for index in 0..<row {
      for entry in Int(offsets[index])..<Int(offsets[index + 1]) {
        values[entry] *= scale[index] * scale[Int(columns[entry])]
      }
    }
  }

  private static func inverseRoot(_ degree: Float) -> Float {
    degree > 0 ? 1 / degree.squareRoot() : 0
  }
}
