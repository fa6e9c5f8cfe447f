import GasBase

/// Records one step's operations and differentiates through them backwards.
///
/// Values and gradients live in an arena that the caller resets between steps. Operations are methods of `Variable`;
/// each does its work at once and, when training, leaves a closure that turns the gradient of its result into those of
/// its inputs. The closures run in the reverse order of recording, so gradients are summed in a fixed order, and every
/// operation splits its work by shapes alone: the bits of a step do not depend on the number of threads. Not
/// thread-safe: one thread drives a tape.
public final class Tape {
  /// The memory of values and gradients.
  public let arena: Arena
  /// The threads that operations share.
  public let parallel: Parallel
  /// Whether operations are recorded, and whether dropout drops.
  public let isTraining: Bool
  /// What operations keep and products read. Operations without a form for bfloat16 compute with float32.
  public let precision: Precision

  private struct Entry {
    let result: Variable
    let backward: (Matrix) -> Void
  }

  private var entries: [Entry] = []
  private var transposes: [TransposeKey: SparseTranspose] = [:]
  private let stepSeed: UInt64
  private var keysDrawn: UInt64 = 0
  /// Whether messages are being written. They have tapes of their own, and nothing may be recorded here meanwhile.
  private var isWritingMessages = false
  /// The gradient from which `backward` is going back, as long as no other value has taken it over.
  private var used: Matrix?

  /// Makes an empty tape for one step.
  ///
  /// - Parameters:
  ///   - arena: the memory of values and gradients.
  ///   - parallel: the threads that operations share.
  ///   - isTraining: whether operations are recorded, and whether dropout drops.
  ///   - seed: the run's seed.
  ///   - step: the number of the step; random choices depend on seed, step and the order of operations only.
  ///   - precision: what operations keep and products read.
  public init(
    arena: Arena, parallel: Parallel = .serial, isTraining: Bool, seed: UInt64 = 0, step: Int = 0,
    precision: Precision = .float32
  ) {
    self.arena = arena
    self.precision = precision
    self.parallel = parallel
    self.isTraining = isTraining
    var random = SeededRandom(seed: seed, stream: UInt64(bitPattern: Int64(step)))
    stepSeed = random.next()
  }

  // MARK: Values

  /// A value without a gradient: features, pulled histories.
  public func constant(_ matrix: Matrix) -> Variable {
    Variable(self, .dense(matrix), gradientRows: 0)
  }

  /// Sparse features, as a value without a gradient.
  public func constant(_ matrix: SparseMatrix) -> Variable {
    Variable(self, .sparse(matrix), gradientRows: 0)
  }

  /// A value with a gradient, for its first `gradientRows` rows, or for all.
  public func input(_ matrix: Matrix, gradientRows: Int? = nil) -> Variable {
    Variable(self, .dense(matrix), gradientRows: isTraining ? gradientRows ?? matrix.rows : 0)
  }

  /// The parameter as a value of this tape. `backward` adds to `parameter.gradient`.
  public func use(_ parameter: Parameter) -> Variable {
    let variable = input(parameter.value)
    variable.gradient = isTraining ? parameter.gradient : nil
    return variable
  }

  // MARK: Recording

  /// Records an operation.
  ///
  /// - Parameters:
  ///   - value: the result that the operation computed.
  ///   - gradientRows: how many leading rows of the result depend on inputs that require a gradient; 0 if none.
  ///   - backward: gets the gradient of those rows of the result, which it may overwrite, and contributes to the
  ///     gradients of the operation's inputs. The gradient's memory is used again afterwards, unless it was passed on
  ///     (`contribute(passing:)`). The closure is kept only when it will be needed.
  /// - Returns: the result as a variable.
  public func record(
    _ value: Matrix, gradientRows: Int, backward: @escaping (_ gradient: Matrix) -> Void
  ) -> Variable {
    record(.dense(value), gradientRows: gradientRows, backward: backward)
  }

  /// Records an operation whose result may be overwritten or not: see `Variable.isOverwritable`.
  func record(
    _ value: Matrix, gradientRows: Int, isOverwritable: Bool, backward: @escaping (_ gradient: Matrix) -> Void
  ) -> Variable {
    record(.dense(value), gradientRows: gradientRows, isOverwritable: isOverwritable, backward: backward)
  }

  func record(
    _ storage: Variable.Storage, gradientRows: Int, isOverwritable: Bool = false,
    backward: @escaping (_ gradient: Matrix) -> Void
  ) -> Variable {
    let wanted = isTraining ? gradientRows : 0
    return record(
      Variable(self, storage, gradientRows: wanted, isOverwritable: isOverwritable), backward: backward)
  }

  /// Records a product that is computed when it is read.
  func record(_ product: PendingProduct, gradientRows: Int, backward: @escaping (_ gradient: Matrix) -> Void)
    -> Variable
  {
    record(Variable(self, product, gradientRows: isTraining ? gradientRows : 0), backward: backward)
  }

  private func record(_ result: Variable, backward: @escaping (_ gradient: Matrix) -> Void) -> Variable {
    precondition(!isWritingMessages, Self.foreignValue)
    if result.gradientRows > 0 { entries.append(Entry(result: result, backward: backward)) }
    return result
  }

  /// Differentiates a scalar. Afterwards inputs and parameters hold their gradients, and the record is empty.
  public func backward(from loss: Variable) {
    precondition(loss.rows == 1 && loss.columns == 1, "a loss is a scalar, not \(loss.rows) × \(loss.columns)")
    let one = arena.matrix(rows: 1, columns: 1)
    one[0, 0] = 1
    backward(from: loss, gradient: one)
  }

  /// Differentiates Σ gradient ⊙ result. The gradient has the result's shape and is copied.
  public func backward(from result: Variable, gradient: Matrix) {
    precondition(gradient.rows == result.rows && gradient.columns == result.columns, "the gradient has another shape")
    let seed = arena.matrix(rows: gradient.rows, columns: gradient.columns)
    seed.copy(from: gradient)
    result.contribute(passing: seed)
    while let entry = entries.popLast() {
      guard let gradient = entry.result.gradient else { continue }
      used = gradient
      entry.backward(gradient)
      entry.result.gradient = nil
      if let used { arena.recycle(used) }
    }
    used = nil
  }

  /// Notes that a gradient, or a part of it, became that of another value.
  func keep(_ gradient: Matrix) {
    if let used, used.overlaps(gradient) { self.used = nil }
  }

  // MARK: What operations share

  static let foreignValue = """
    among messages, an operation takes a value of the tape outside; bring it in by edges.source(x), edges.target(x) or \
    edges.shared(x), and parameters by edges.tape.use(p)
    """

  /// Runs `body`, during which operations on this tape's values trap.
  func whileWritingMessages<Result>(_ body: () -> Result) -> Result {
    isWritingMessages = true
    defer { isWritingMessages = false }
    return body()
  }

  /// A fresh key for counter-based random numbers.
  package func drawKey() -> UInt64 {
    keysDrawn += 1
    var random = SeededRandom(seed: stepSeed, stream: keysDrawn)
    return random.next()
  }

  /// The transposed form of at least the first `columnCount` columns, with its values, and with the numbers of its
  /// entries if they are wanted `numbered`. A batch may bring it; what it lacks is built once a step for each matrix,
  /// and numbered if the batch brought none, since later operations may want that.
  func transposed(_ matrix: SparseMatrix, columnCount: Int, numbered: Bool = false) -> SparseTranspose {
    func isEnough(_ found: SparseTranspose) -> Bool {
      found.rowCount >= columnCount && (found.values != nil || matrix.values == nil)
        && (found.entries != nil || !numbered)
    }
    if let ready = matrix.transposed, isEnough(ready) { return ready }
    let key = TransposeKey(offsets: matrix.offsets, values: matrix.values, rowCount: matrix.rowCount)
    if let known = transposes[key], isEnough(known) { return known }
    let built = SparseTranspose(
      of: matrix, columnCount: columnCount, numbered: numbered || matrix.transposed == nil, in: arena)
    transposes[key] = built
    return built
  }

  private struct TransposeKey: Hashable {
    let offsets: UnsafePointer<Int64>
    let values: UnsafePointer<Float>?
    let rowCount: Int
  }
}
