/// A value on a tape, which operations take and return.
///
/// Its value is a dense `Matrix`, on tapes of that precision also of bfloat16 numbers, or a `SparseMatrix` or its
/// aggregation alone (`KnownAggregate`) for input features. The gradient is kept for the first `gradientRows` rows
/// only: a batch's rows come first, pulled halo rows after them are constants, and gradients that nothing needs are not
/// computed. A variable belongs to its tape's thread. It must not be used after the tape is gone.
public final class Variable {
  /// The tape that the value belongs to. It is not kept alive.
  public unowned let tape: Tape
  /// `nil` as long as `product` waits, and if another operation has taken it.
  private var known: Storage?
  private let product: PendingProduct?
  private var isPending = false
  /// How many leading rows take part in differentiation; 0 for a constant.
  public let gradientRows: Int
  /// ∂loss/∂value, `gradientRows` × columns, after `Tape.backward`. It is kept for inputs and parameters; the gradients
  /// of intermediate results are used up on the way.
  public internal(set) var gradient: Matrix?
  /// Whether the operation that made it goes back without its value, as products, sums and means do. An operation that
  /// follows may then take its place, if no other reads it.
  let isOverwritable: Bool

  enum Storage {
    case dense(Matrix)
    case narrow(NarrowRows)
    case joined(JoinedRows)
    case sparse(SparseMatrix)
    case aggregate(KnownAggregate)
  }

  init(_ tape: Tape, _ storage: Storage, gradientRows: Int, isOverwritable: Bool = false) {
    self.tape = tape
    known = storage
    product = nil
    self.gradientRows = gradientRows
    self.isOverwritable = isOverwritable
  }

  init(_ tape: Tape, _ product: PendingProduct, gradientRows: Int) {
    self.tape = tape
    self.product = product
    isPending = true
    self.gradientRows = gradientRows
    isOverwritable = true
  }

  /// The value as it is kept, which is computed now if it waited for that.
  var storage: Storage {
    if let product = takePending() { known = .dense(product.value(on: tape)) }
    guard let known else { preconditionFailure("an operation has taken the value's place") }
    return known
  }

  /// A product that is not computed yet, for an operation that takes its place. The value cannot be read any more.
  func takePending() -> PendingProduct? {
    guard isPending else { return nil }
    isPending = false
    return product
  }

  /// The same with a bias, if it has none yet.
  func takePending(adding bias: Matrix) -> PendingProduct? {
    guard product?.bias == nil, let taken = takePending() else { return nil }
    taken.bias = bias
    return taken
  }

  /// Whether any row takes part in differentiation.
  public var requiresGradient: Bool { gradientRows > 0 }

  /// The number of rows: n of a batch, or n + h with its halo's.
  public var rows: Int {
    if let product { return product.rows }
    return switch storage {
    case .dense(let matrix): matrix.rows
    case .narrow(let rows): rows.matrix.rows
    case .joined(let parts): parts.rows
    case .sparse(let matrix): matrix.rowCount
    case .aggregate(let known): known.rowCount
    }
  }

  /// The number of columns.
  public var columns: Int {
    if let product { return product.columns }
    return switch storage {
    case .dense(let matrix): matrix.columns
    case .narrow(let rows): rows.matrix.columns
    case .joined(let parts): parts.own.columns
    case .sparse(let matrix): matrix.columnCount
    case .aggregate(let known): known.aggregate.columns
    }
  }

  /// Whether the value is a `SparseMatrix`.
  public var isSparse: Bool {
    if case .sparse = storage { true } else { false }
  }

  /// The dense value as float32 numbers. A sparse variable has none: it takes part in products, dropout, `prefixRows`
  /// and `densified` only. A variable of which the aggregation alone is known takes part in what its stage's `InputUse`
  /// says. Others trap.
  public var value: Matrix {
    switch storage {
    case .dense(let matrix): return matrix
    case .narrow(let rows): return rows.value(on: tape)
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
  /// Traps unless the other value belongs to the same tape.
  func requireSameTape(_ other: Variable) {
    precondition(tape === other.tape, Tape.foreignValue)
  }

  /// Adds an operation's contribution to the gradient. `body` gets the matrix (`gradientRows` × columns) and whether to
  /// add to it (true) or to overwrite it (false: this is the first contribution). For a constant, nothing is done.
  public func contribute(_ body: (_ gradient: Matrix, _ adds: Bool) -> Void) {
    contribute(inPlaceOfValue: false, body)
  }

  /// `contribute`, of which a first contribution takes the value's place if `inPlaceOfValue` is set. That is for values
  /// that nothing reads any more.
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
