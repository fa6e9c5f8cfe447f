import GasBase
import GasFormats
import GasGraph

/// Edges in a NumPy array of integers: one pair a row, [E, 2], or sources above targets, [2, E]. An array of [2, 2] is
/// read as pairs.
///
/// An array in Fortran order is read as its transpose, whose elements are in the file in the order in which they are
/// needed.
struct EdgeArray: EdgeFile {
  private let reader: NpyReader
  private let path: String
  private let edgeCount: Int
  let unit = "edges"
  private let arePairs: Bool
  /// Whether the array could be two pairs, or two sources above two targets.
  private let isAmbiguous: Bool
  private static let batchCount = 1 << 17

  /// Opens an array and checks its type and shape.
  ///
  /// - Parameters:
  ///   - path: a `.npy` file.
  ///   - name: what messages call the file, if not its path.
  /// - Throws: `GasError` if it cannot be opened, or is no array of edges.
  init(opening path: String, called name: String? = nil) throws {
    self.path = path
    let array = try NpyReader(opening: path, called: name)
    guard array.type.isInteger else {
      throw GasError(
        expected: "integer node ids", found: array.type.descr, file: array.path,
        advice: array.type.isFloat
          ? "make them integers from the start: what was a float once may have been rounded to another node's id"
          : "save them with a.astype(\"int64\")"
      )
    }
    guard array.shape.count == 2, array.shape.contains(2) else {
      throw GasError(expected: "edges of shape [E, 2] or [2, E]", found: array.header.shapeText, file: array.path)
    }
    isAmbiguous = array.shape == [2, 2]
    reader = array.header.isFortranOrder ? array.transposed() : array
    arePairs = (array.shape[1] == 2) != array.header.isFortranOrder
    edgeCount = reader.elementCount / 2
  }

  var name: String { reader.path }
  var size: Int? { edgeCount }

  func forEachBatch(_ body: (EdgeBatch, Int) throws -> Void) throws {
    for range in (0..<edgeCount).chunks(ofCount: Self.batchCount) {
      let places = EdgeBatch.Places.edges(from: range.lowerBound)
      try body(EdgeBatch(file: reader.path, edges: try edges(range), places: places), range.count)
      release(range)
    }
  }

  private func edges(_ range: Range<Int>) throws -> EdgeChunk<Int64> {
    guard arePairs else {
      return EdgeChunk(
        sources: try reader.integers(range),
        targets: try reader.integers(edgeCount + range.lowerBound..<edgeCount + range.upperBound))
    }
    let ends = try reader.integers(2 * range.lowerBound..<2 * range.upperBound)
    return EdgeChunk(
      sources: range.indices.map { ends[2 * ($0 - range.lowerBound)] },
      targets: range.indices.map { ends[2 * ($0 - range.lowerBound) + 1] })
  }

  private func release(_ range: Range<Int>) {
    guard !arePairs else { return reader.release(2 * range.lowerBound..<2 * range.upperBound) }
    reader.release(range)
    reader.release(edgeCount + range.lowerBound..<edgeCount + range.upperBound)
  }

  func record(in inputs: InputLog) {
    inputs.record(path: path, reader.fileChecksum())
    if isAmbiguous && !inputs.isMade(path) { inputs.note("\(name): of shape (2, 2), taken as two edges, one a row") }
  }
}
