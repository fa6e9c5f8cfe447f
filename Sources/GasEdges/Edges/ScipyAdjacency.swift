import GasBase
import GasFiles
import GasFormats
import GasGraph

/// A graph as its adjacency matrix, saved by `scipy.sparse.save_npz`: entry (i, j) is the edge i → j.
struct ScipyAdjacency: EdgeFile {
  /// How the ends of entries are stored.
  private enum Layout {
    /// Row and column of each entry (COO).
    case coordinates(NpyReader, NpyReader)
    /// Columns of the entries of each row (CSR), or rows of each column (CSC).
    case compressed(starts: NpyReader, indices: NpyReader, byColumn: Bool)
  }

  let name: String
  let unit = "edges"
  private let archive: NpzReader
  private let layout: Layout
  private let weights: NpyReader?
  private let nodeCount: Int
  private let entryCount: Int
  private static let batchCount = 1 << 17

  var size: Int? { entryCount }

  /// Opens a matrix and checks the lengths of its parts.
  ///
  /// - Parameters:
  ///   - path: a `.npz` file.
  ///   - isWeighted: whether values are read as weights.
  ///   - scratch: where a compressed archive is unpacked; in memory if nil.
  /// - Throws: `GasError` if the file cannot be opened, or holds no matrix that can be read.
  init(opening path: String, isWeighted: Bool, scratch: ScratchFolder? = nil) throws {
    name = path
    archive = try NpzReader(opening: path, newScratchPath: scratch?.newPath)
    nodeCount = try Self.nodeCount(archive)
    switch try Self.format(archive) {
    case "coo":
      let (rows, columns) = (try Self.integers("row", archive), try Self.integers("col", archive))
      try Self.check(columns, count: rows.elementCount, "columns, one for each row index")
      layout = .coordinates(rows, columns)
      entryCount = rows.elementCount
    case let format:
      let (starts, indices) = (try Self.integers("indptr", archive), try Self.integers("indices", archive))
      try Self.check(starts, count: nodeCount + 1, "starts, one more than nodes")
      layout = .compressed(starts: starts, indices: indices, byColumn: format == "csc")
      entryCount = indices.elementCount
    }
    weights = isWeighted ? try archive.array("data") : nil
    if let weights, weights.type.isText { throw GasError(expected: "numbers", found: "text", file: weights.path) }
    try checkValueCount()
  }

  /// Checks that there is a value for each entry, whether it is read or not.
  private func checkValueCount() throws {
    guard weights != nil || archive.has("data") else { return }
    let shape = try archive.header("data").shape
    guard shape == [entryCount] else {
      throw GasError(
        expected: "\(entryCount) values, one for each entry", found: "\(shape.count == 1 ? "\(shape[0])" : "\(shape)")",
        file: "\(name)[data]")
    }
  }

  private static func format(_ archive: NpzReader) throws -> String {
    guard archive.has("shape"), archive.has("format") || archive.has("indptr") else {
      throw GasError(
        expected: "a sparse matrix of SciPy", found: "arrays " + archive.names.joined(separator: ", "),
        file: archive.path, advice: "save it with scipy.sparse.save_npz, or the edges as .npy")
    }
    // Files of old versions, which had CSR only, have no format.
    guard archive.has("format") else { return "csr" }
    let array = try archive.array("format")
    let format = array.type.isText && array.elementCount == 1 ? try array.string(at: 0) : "?"
    guard ["csr", "csc", "coo"].contains(format) else {
      throw GasError(
        expected: "a CSR, CSC or COO matrix", found: "format \"\(format)\"", file: archive.path,
        advice: "save it with scipy.sparse.save_npz(f, m.tocsr())")
    }
    return format
  }

  private static func nodeCount(_ archive: NpzReader) throws -> Int {
    _ = try format(archive)
    let shape = try integers("shape", archive)
    let lengths = try shape.integers(0..<shape.elementCount)
    guard lengths.count == 2, lengths[0] == lengths[1], 0...Int64(UInt32.max) ~= lengths[0] else {
      throw GasError(
        expected: "a square matrix, with a row and a column for each node", found: "shape \(lengths)", file: shape.path)
    }
    return Int(lengths[0])
  }

  private static func integers(_ name: String, _ archive: NpzReader) throws -> NpyReader {
    let array = try archive.array(name)
    guard array.type.isInteger else {
      throw GasError(expected: "integers", found: array.type.descr, file: array.path)
    }
    return array
  }

  private static func check(_ array: NpyReader, count: Int, _ what: String) throws {
    guard array.elementCount == count else {
      throw GasError(expected: "\(count) \(what)", found: "\(array.elementCount)", file: array.path)
    }
  }

  func forEachBatch(_ body: (EdgeBatch, Int) throws -> Void) throws {
    guard case .compressed(let starts, let indices, let byColumn) = layout else { return try forEachCoordinates(body) }
    var walk = try RowWalk(starts, entryCount: entryCount)
    try forEachRange { range in
      let (rows, columns) = (try walk.rows(of: range), try indices.integers(range))
      indices.release(range)
      try body(batch(range, byColumn ? (columns, rows) : (rows, columns)), range.count)
    }
    try walk.finish()
  }

  private func forEachCoordinates(_ body: (EdgeBatch, Int) throws -> Void) throws {
    guard case .coordinates(let rows, let columns) = layout else { preconditionFailure("the matrix is compressed") }
    try forEachRange { range in
      try body(batch(range, (rows.integers(range), columns.integers(range))), range.count)
      rows.release(range)
      columns.release(range)
    }
  }

  /// Calls `body` with ranges of entries; with an empty one if there are none, so that the nodes are known.
  private func forEachRange(_ body: (Range<Int>) throws -> Void) throws {
    for start in stride(from: 0, to: max(1, entryCount), by: Self.batchCount) {
      try body(start..<min(entryCount, start + Self.batchCount))
    }
  }

  private func batch(_ range: Range<Int>, _ ends: ([Int64], [Int64])) throws -> EdgeBatch {
    let edges = EdgeChunk(sources: ends.0, targets: ends.1, weights: weights?.floats(range) ?? [])
    if let weights, let place = edges.weights.firstIndex(where: { !$0.isFinite }) {
      let entry = range.lowerBound + place
      throw GasError(
        expected: "finite weights", found: "\(edges.weights[place]) for entry \(entry)", file: weights.path,
        at: .offset(weights.offset(of: entry)))
    }
    weights?.release(range)
    return EdgeBatch(file: name, edges: edges, places: .edges(from: range.lowerBound), nodeCount: nodeCount)
  }

  func record(in inputs: InputLog) { inputs.record(path: name, archive.fileChecksum()) }
}
