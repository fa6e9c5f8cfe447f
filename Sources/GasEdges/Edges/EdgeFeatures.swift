import GasBase
import GasFiles
import GasFormats
import GasGraph
import GasStore

/// Features of the edges in an array of their own, one row for each edge in the order of the input: float [M, D] or
/// [M].
///
/// The file is not copied: it is checked once from front to back, and read again when rows are written.
package struct EdgeFeatures {
  private let array: NpyReader
  private static let chunkValues = 1 << 18

  /// Edges are numbered by `EdgeNumber`, whose last value is a mark.
  private static let largestRowCount = Int(EdgeNumber.none)

  /// The file's path.
  package var path: String { array.path }
  /// Features of an edge.
  package var width: Int { array.rowWidth }
  /// What the manifest says about them.
  package var manifest: Manifest.EdgeFeatures { .init(width: width) }

  /// Opens and checks the features.
  ///
  /// - Parameters:
  ///   - path: a `.npy` file.
  ///   - inputs: notes the file.
  ///   - space: how much memory may be used.
  /// - Throws: `GasError` if the file is no matrix of finite numbers, or if a row does not fit into memory.
  package init(opening path: String, _ inputs: InputLog, _ space: Workspace) throws {
    array = try NpyReader(opening: path, called: inputs.name(of: path))
    guard !array.type.isText, 1...2 ~= array.shape.count, array.rowWidth > 0 else {
      throw GasError(
        expected: "edge features of shape [edges, features]",
        found: "\(array.type.descr) of shape \(array.header.shapeText)", file: array.path)
    }
    guard array.rowCount <= Self.largestRowCount else {
      throw GasError(
        expected: "at most \(Self.largestRowCount) edges with features", found: "\(array.rowCount)", file: array.path)
    }
    try space.checkRow(of: array.rowWidth, "edge features", bytesEach: 16, file: array.path)
    inputs.record(path: path, array.fileChecksum())
    if let note = NpyReader.note(ofVanishing: try check(), path: array.path) { inputs.note(note) }
  }

  /// Checks that all numbers are finite. Returns how many become 0 as float32.
  private func check() throws -> Int {
    var vanishingCount = 0
    let memory = Buffer<Float>()
    for range in (0..<array.elementCount).chunks(ofCount: Self.chunkValues) {
      let values = memory.resized(to: range.count)
      array.read(range, into: values)
      vanishingCount += array.vanishingCount(range)
      array.release(range)
      guard let place = values.firstIndex(where: { !$0.isFinite }) else { continue }
      let element = range.lowerBound + place
      let (expected, found) = array.notFinite(element, "edge features")
      throw GasError(
        expected: expected, found: "\(found) for edge \(element / width), column \(element % width)", file: array.path,
        at: .offset(array.offset(of: element)))
    }
    return vanishingCount
  }

  /// Checks that there is a row for each edge of the input.
  ///
  /// - Parameter edgeCount: how many edges were read.
  /// - Throws: `GasError` if the numbers differ.
  package func check(edgeCount: Int) throws {
    guard array.rowCount == edgeCount else {
      throw GasError(
        expected: "\(edgeCount) rows, one for each edge", found: "\(array.rowCount)", file: array.path)
    }
  }

  /// Reads the row of an edge; zeros for a self-loop that was added.
  package func read(_ edge: EdgeNumber, into row: UnsafeMutableBufferPointer<Float>) {
    guard edge != .none else { return row.update(repeating: 0) }
    array.read(Int(edge) * width..<(Int(edge) + 1) * width, into: row)
  }

  /// Takes everything that was read out of resident memory.
  package func release() {
    array.release(0..<array.elementCount)
  }
}
