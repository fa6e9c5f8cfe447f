/// A value on a tape: what operations take and return.
///
/// Its value is a dense `Matrix`, or a `SparseMatrix` or its aggregation alone (`KnownAggregate`) for input features.
/// The gradient is kept for the first `gradientRows` rows only: a batch's rows come first, pulled halo rows after them
/// are constants, and no work is done for a gradient that nobody wants. A variable belongs to its tape's thread; no
/// operation may be asked of it after the tape is gone.
public final class Variable {
  public unowned let tape: Tape
  let storage: Storage
  /// How many leading rows take part in differentiation; 0 for a constant.
  public let gradientRows: Int
  /// ∂loss/∂value, `gradientRows` × columns, after `Tape.backward`. Kept for inputs and parameters; that of an
  /// intermediate result is used up on the way.
  public internal(set) var gradient: Matrix?
  /// Whether the operation that made it goes back without its value, as products, sums and means do: one that follows
  /// may take its place, if nobody else reads it.
  let isOverwritable: Bool

  enum Storage {
    case dense(Matrix)
    case joined(JoinedRows)
    case sparse(SparseMatrix)
    case aggregate(KnownAggregate)
  }

  init(_ tape: Tape, _ storage: Storage, gradientRows: Int, isOverwritable: Bool = false) {
    self.tape = tape
    self.storage = storage
    self.gradientRows = gradientRows
    self.isOverwritable = isOverwritable
  }

  public var requiresGradient: Bool { gradientRows > 0 }

  public var rows: Int {
    switch storage {
    case .dense(let matrix): matrix.rows
    case .joined(let parts): parts.rows
    case .sparse(let matrix): matrix.rowCount
    case .aggregate(let known): known.rowCount
    }
  }

  public var columns: Int {
    switch storage {
    case .dense(let matrix): matrix.columns
    case .joined(let parts): parts.own.columns
    case .sparse(let matrix): matrix.columnCount
    case .aggregate(let known): known.aggregate.columns
    }
  }

  public var isSparse: Bool {
    if case .sparse = storage { true } else { false }
  }

  /// The dense value. A sparse variable has none: it takes part in products, dropout, `prefixRows` and `densified`
  /// only; one of which the aggregation alone is known takes part in what its stage's `InputUse` says.
  public var value: Matrix {
    switch storage {
    case .dense(let matrix): return matrix
    case .joined(let parts): return parts.value(on: tape)
    case .sparse: preconditionFailure("a sparse value; use densified() first")
    case .aggregate: preconditionFailure(KnownAggregate.otherUse)
    }
  }

  /// The only element of a 1 × 1 value, such as a loss.
  public var scalar: Float {
    precondition(rows == 1 && columns == 1, "a \(rows) × \(columns) value is not a scalar")
    return value[0, 0]
  }
}

extension Variable {
  /// Operations join values of one tape.
  func requireSameTape(_ other: Variable) {
    precondition(tape === other.tape, Tape.foreignValue)
  }

  /// Adds an operation's contribution to the gradient: `body` gets the matrix (`gradientRows` × columns) and whether to
  /// add to it (true) or to overwrite it (false: this is the first contribution). Does nothing for a constant.
  public func contribute(_ body: (_ gradient: Matrix, _ adds: Bool) -> Void) {
    contribute(inPlaceOfValue: false, body)
  }

  /// - Parameter inPlaceOfValue: whether a first contribution takes the value's place, which nobody reads any more.
  func contribute(inPlaceOfValue: Bool, _ body: (_ gradient: Matrix, _ adds: Bool) -> Void) {
    guard requiresGradient else { return }
    if let gradient {
      body(gradient, true)
    } else {
      precondition(!inPlaceOfValue || isOverwritable, "the value is still needed")
      let fresh =
        inPlaceOfValue ? value.rowRange(0..<gradientRows) : tape.arena.matrix(rows: gradientRows, columns: columns)
      gradient = fresh
      body(fresh, false)
    }
  }

  /// Adds `contribution`, or takes it over as the gradient if it is the first. The caller must not use it afterwards.
  /// It may have more rows than are wanted; missing rows count as zero.
  public func contribute(passing contribution: Matrix) {
    guard requiresGradient else { return }
    let wanted = contribution.rowRange(0..<min(gradientRows, contribution.rows))
    let elementwise = Elementwise(tape.parallel)
    if gradient == nil, wanted.rows == gradientRows {
      gradient = wanted
      tape.keep(wanted)
      return
    }
    contribute { gradient, adds in
      let common = gradient.rowRange(0..<wanted.rows)
      if adds {
        elementwise.add(common, wanted, into: common)
      } else {
        elementwise.copy(wanted, into: common)
        gradient.rowRange(wanted.rows..<gradient.rows).fill(with: 0)
      }
    }
  }
}
