import CGasKernels
import GasBase

extension Variable {
  /// Y[i] = X[numbers[i]]: rows by number, as often as they are asked for.
  ///
  /// Y: count × columns. Backward: dX[numbers[i]] += dY[i] in the order of i, for the rows of X that want a gradient.
  /// The numbers must lie below `rows` and stay in place as long as the tape.
  public func gatheredRows(_ numbers: UnsafeBufferPointer<UInt32>) -> Variable {
    assert(numbers.allSatisfy { Int($0) < rows }, "a row to gather lies beyond the \(rows) that there are")
    let (x, width) = (value, columns)
    let y = tape.arena.matrix(rows: numbers.count, columns: width)
    let elementwise = Elementwise(tape.parallel)
    guard let first = numbers.baseAddress else { return tape.constant(y) }
    elementwise.forEachRows(y) { rows in
      let start = rows.lowerBound
      gas_gather_f32(Int64(rows.count), first + start, Int64(width), x.base, y.row(start))
    }
    return tape.record(y, gradientRows: requiresGradient ? numbers.count : 0) { [self] dy in
      contribute { dx, adds in
        if !adds { dx.fill(with: 0) }
        // Threads share columns, not rows, so that each sum has its terms in order.
        tape.parallel.forEachRange(of: width, chunk: Self.scatteredColumns) { columns in
          gas_scatter_add(
            Int64(dy.rows), first, Int64(dx.rows), Int64(width), Int64(columns.lowerBound), Int64(columns.upperBound),
            dy.base, dx.base)
        }
      }
    }
  }

  /// The columns that a thread takes at a time: a cache line of floats.
  private static var scatteredColumns: Int { 16 }
}
