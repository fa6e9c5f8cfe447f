/// A chunk of edges on a tape of its own, with which messages are written.
///
/// The edges are whole rows of the adjacency, in its order. Each of their values has a row for each edge. Values from
/// outside the messages come in by `source`, `target` and `shared`, parameters by `tape.use`.
public struct Edges {
  /// The chunk's tape. Operations on messages record themselves here.
  public let tape: Tape
  /// How many edges there are in the chunk.
  public let count: Int
  /// The adjacency's values, count × 1, if it has any. A constant; `message.scaledHeads(by: weight)` multiplies by
  /// them.
  public let weight: Variable?
  /// The graph's edge features, count × width, if it has any. A constant.
  public let features: Variable?

  let chunk: EdgeChunk
  /// The chunk's rows × its edges. Edge i is column i.
  let incidence: SparseMatrix
  private let outer: Tape
  private let addsGradients: Bool

  init(
    _ chunk: EdgeChunk, of adjacency: SparseMatrix, features: Matrix?, tape: Tape, outer: Tape, addsGradients: Bool
  ) {
    (self.chunk, self.tape, self.outer, self.addsGradients) = (chunk, tape, outer, addsGradients)
    count = chunk.entries.count
    weight = adjacency.values.map { values in
      let base = UnsafeMutablePointer(mutating: values) + chunk.entries.lowerBound
      return tape.constant(Matrix(rows: chunk.entries.count, columns: 1, base: base))
    }
    self.features = features.map { tape.constant($0.rowRange(chunk.entries)) }
    incidence = chunk.incidence(of: adjacency, in: tape.arena)
  }

  /// The sources' values: row e is x[u] for the edge e = (v, u).
  ///
  /// - Parameter x: a dense value from outside with a row for each column of the adjacency: the batch's and the halo's.
  /// - Returns: count × the columns of x.
  public func source(_ x: Variable) -> Variable {
    precondition(x.rows == chunk.columnCount, "sources are among \(chunk.columnCount) rows, not \(x.rows)")
    return shared(x).gatheredRows(chunk.sources)
  }

  /// The targets' values: row e is x[v] for the edge e = (v, u).
  ///
  /// - Parameter x: a dense value from outside whose first rows are the batch's.
  /// - Returns: count × the columns of x.
  public func target(_ x: Variable) -> Variable {
    precondition(x.rows >= chunk.rows.upperBound, "a target is row \(chunk.rows.upperBound - 1), there are \(x.rows)")
    let targets = UnsafeBufferPointer(start: incidence.transposed!.rows, count: count)
    return inner(x, rows: chunk.rows).gatheredRows(targets)
  }

  /// A value from outside as it is, the same for all edges: a matrix to multiply by, or to gather rows from.
  public func shared(_ x: Variable) -> Variable {
    inner(x, rows: 0..<x.rows)
  }

  /// Scores of edges, count × H, normalised over the edges that have the same target: `Variable.softmax(over:)`.
  public func softmax(_ scores: Variable) -> Variable {
    scores.softmax(over: incidence)
  }

  /// The outer value's rows as an input of this tape. Both share one gradient, so what is added here is added there.
  private func inner(_ x: Variable, rows: Range<Int>) -> Variable {
    precondition(x.tape === outer, "edges take values of the tape that passes the messages")
    let wanted = max(0, min(x.gradientRows, rows.upperBound) - rows.lowerBound)
    let variable = tape.input(x.value.rowRange(rows), gradientRows: wanted)
    if addsGradients && wanted > 0 {
      x.contribute { gradient, adds in
        if !adds { gradient.fill(with: 0) }
        variable.gradient = gradient.rowRange(rows.lowerBound..<rows.lowerBound + wanted)
      }
    }
    return variable
  }
}

/// Some whole rows of an adjacency and their entries.
struct EdgeChunk {
  let rows: Range<Int>
  let entries: Range<Int>
  /// The column of each entry.
  let sources: UnsafeBufferPointer<UInt32>
  let columnCount: Int

  /// The rows from `start` on that have at most `greatest` entries together. They are at least one row, so a hub's
  /// chunk is as long as its row.
  init(of adjacency: SparseMatrix, from start: Int, greatest: Int) {
    let limit = adjacency.offsets[start] + Int64(greatest)
    var end = min(start + 1, adjacency.rowCount)
    while end < adjacency.rowCount && adjacency.offsets[end + 1] <= limit { end += 1 }
    rows = start..<end
    entries = Int(adjacency.offsets[start])..<Int(adjacency.offsets[end])
    sources = UnsafeBufferPointer(start: adjacency.columns + entries.lowerBound, count: entries.count)
    columnCount = adjacency.columnCount
  }

  /// The matrix rows × entries, with entry i in column i, and its transposed form, whose rows are the entries' targets.
  func incidence(of adjacency: SparseMatrix, in arena: Arena) -> SparseMatrix {
    let offsets = arena.allocate(Int64.self, count: rows.count + 1)
    for row in 0...rows.count {
      offsets[row] = adjacency.offsets[rows.lowerBound + row] - Int64(entries.lowerBound)
    }
    let numbers = arena.allocate(UInt32.self, count: entries.count)
    let starts = arena.allocate(Int64.self, count: entries.count + 1)
    let targets = arena.allocate(UInt32.self, count: entries.count)
    for row in 0..<rows.count {
      for entry in Int(offsets[row])..<Int(offsets[row + 1]) {
        (numbers[entry], starts[entry], targets[entry]) = (UInt32(entry), Int64(entry), UInt32(row))
      }
    }
    starts[entries.count] = Int64(entries.count)
    return SparseMatrix(
      rowCount: rows.count, columnCount: entries.count, offsets: offsets, columns: numbers,
      transposed: SparseTranspose(
        rowCount: entries.count, offsets: starts, rows: targets, entries: numbers, values: nil))
  }
}
