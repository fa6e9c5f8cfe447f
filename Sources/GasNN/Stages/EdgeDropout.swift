import CGasKernels
import GasAutodiff
import GasBase

extension StageContext {
  /// The same batch with each entry of the adjacency left out with probability p; the batch itself when not training.
  ///
  /// Values that stay are divided by 1 − p, so that Σ over a row keeps its expectation; without values, entries are
  /// only left out. Self-loops are entries like others, and rows of edge features go with theirs. Which entries are
  /// left out depends on seed, step and the entry's place only. Gradients pass through the rest. As dropout of the
  /// adjacency in the GAS implementation (Fey et al., ICML 2021).
  ///
  /// Call it before other random operations of the step.
  ///
  /// - Parameter p: the probability that an entry is left out, 0 ≤ p < 1.
  /// - Returns: the batch with the remaining entries, in the tape's arena.
  public func droppingEdges(_ p: Double) -> StageContext {
    precondition(p >= 0 && p < 1, "a dropout probability lies in 0 ..< 1, not at \(p)")
    guard tape.isTraining && p > 0 else { return self }
    let left = adjacency.droppingEntries(p, on: tape)
    return StageContext(
      tape: tape, adjacency: left.matrix, edgeFeatures: edgeFeatures.map { tape.gather(left.places, of: $0) },
      carried: carried, penalties: penalties)
  }
}

extension SparseMatrix {
  /// The number of rows in a piece of work. The result does not depend on it.
  private static let rowChunk = 1 << 12

  /// The entries that are left, in the tape's arena, and the place that each of them had among all.
  fileprivate func droppingEntries(
    _ p: Double, on tape: Tape
  ) -> (matrix: SparseMatrix, places: UnsafeBufferPointer<UInt32>) {
    let (first, arena) = (Int(offsets[0]), tape.arena)
    let scales = keptScales(p, on: tape)
    let starts = arena.allocate(Int64.self, count: rowCount + 1)
    starts[0] = 0
    tape.parallel.forEachRange(of: rowCount, chunk: Self.rowChunk) { rows in
      for row in rows { starts[row + 1] = Int64(entries(of: row).count { scales[$0 - first] != 0 }) }
    }
    for row in 0..<rowCount { starts[row + 1] += starts[row] }
    let count = Int(starts[rowCount])
    let columns = arena.allocate(UInt32.self, count: count)
    let places = arena.allocate(UInt32.self, count: count)
    let values = self.values.map { _ in arena.allocate(Float.self, count: count) }
    tape.parallel.forEachRange(of: rowCount, chunk: Self.rowChunk) { rows in
      for row in rows {
        var place = Int(starts[row])
        for entry in entries(of: row) where scales[entry - first] != 0 {
          columns[place] = self.columns[entry]
          places[place] = UInt32(entry - first)
          if let values { values[place] = self.values![entry] * scales[entry - first] }
          place += 1
        }
      }
    }
    let matrix = SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: starts, columns: columns,
      values: values.map { UnsafePointer($0) })
    return (matrix, UnsafeBufferPointer(start: places, count: count))
  }

  /// A factor for each entry: 1 / (1 − p), or 0 if it is left out.
  private func keptScales(_ p: Double, on tape: Tape) -> UnsafePointer<Float> {
    let scales = tape.arena.matrix(rows: 1, columns: entryCount)
    let key = tape.drawKey()
    Elementwise(tape.parallel).forEach(entryCount) { range in
      (scales.base + range.lowerBound).update(repeating: 1, count: range.count)
      gas_dropout(Int64(range.lowerBound), Int64(range.upperBound), key, p, scales.base, scales.base)
    }
    return UnsafePointer(scales.base)
  }
}

extension Tape {
  /// The rows `rows` of a matrix, in this order.
  fileprivate func gather(_ rows: UnsafeBufferPointer<UInt32>, of source: Matrix) -> Matrix {
    let gathered = arena.matrix(rows: rows.count, columns: source.columns)
    Elementwise(parallel).forEachRows(gathered) { range in
      gas_gather_f32(
        Int64(range.count), rows.baseAddress! + range.lowerBound, Int64(source.columns), source.base,
        gathered.row(range.lowerBound))
    }
    return gathered
  }
}
