import GasBase
import GasStore

/// Edges in a NumPy array of integers: one pair a row, [E, 2], or sources above targets, [2, E]. Two edges, [2, 2], are pairs.
struct EdgeArray: EdgeFile {
  private let reader: NpyReader
  private let path: String
  private let edgeCount: Int
  let unit = "edges"
  private let arePairs: Bool
  private static let batchCount = 1 << 17

  /// - Parameter name: what messages call the file, if not by its path.
  init(opening path: String, called name: String? = nil) throws {
    self.path = path
    reader = try NpyReader(opening: path, called: name)
    guard reader.type.isInteger else {
      throw GasError(
        expected: "integer node ids", found: reader.type.descr, file: reader.path,
        advice: "save them with a.astype(\"int64\")"
      )
    }
    guard reader.shape.count == 2, reader.shape.contains(2) else {
      throw GasError(expected: "edges of shape [E, 2] or [2, E]", found: reader.header.shapeText, file: reader.path)
    }
    arePairs = reader.shape[1] == 2
    edgeCount = reader.elementCount / 2
  }

  var name: String { reader.path }
  var size: Int? { edgeCount }

  func forEachBatch(_ body: (EdgeBatch, Int) throws -> Void) throws {
    for start in stride(from: 0, to: edgeCount, by: Self.batchCount) {
      let range = start..<min(edgeCount, start + Self.batchCount)
      try body(EdgeBatch(file: reader.path, edges: try edges(range), places: .edges(from: start)), range.count)
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

  func record(in inputs: InputLog) { inputs.record(path: path, reader.fileChecksum()) }
}
