import GasAutodiff

/// The batch as a stage sees it, besides the stage's input.
public struct StageContext {
  /// The tape that records the stage's operations.
  public let tape: Tape
  /// n × (n + h), in the model's `graphForm`.
  public let adjacency: SparseMatrix
  /// A row for each entry of the adjacency, in its order; zeros for self-loops that the graph form added. The last
  /// column is the weight where the model takes it so (`EdgeWeightUse.feature`). `nil` if the model uses neither.
  public let edgeFeatures: Matrix?
  /// Values that earlier stages left, and that this one leaves for later ones.
  public let carried: CarriedState
  /// Terms that the stage adds to the loss.
  public let penalties: Penalties

  /// Describes a batch. By default it has no edge features, no carried values and no penalties.
  public init(
    tape: Tape, adjacency: SparseMatrix, edgeFeatures: Matrix? = nil, carried: CarriedState = CarriedState(),
    penalties: Penalties = Penalties()
  ) {
    self.tape = tape
    self.adjacency = adjacency
    self.edgeFeatures = edgeFeatures
    self.carried = carried
    self.penalties = penalties
  }

  /// n, the number of rows that the stage is to return.
  public var batchRowCount: Int { adjacency.rowCount }
}

/// Terms that stages add to the loss of a training step, each 1 × 1.
public final class Penalties {
  /// The terms so far, in the order in which they were added.
  public private(set) var terms: [Variable] = []

  /// Makes an empty list.
  public init() {}

  /// Adds a term, which must be 1 × 1.
  public func add(_ term: Variable) {
    precondition(term.rows == 1 && term.columns == 1, "a penalty is a scalar, not \(term.rows) × \(term.columns)")
    terms.append(term)
  }
}

/// Values of the batch's rows that an early stage leaves for later ones, such as GCNII's X₀: n × width each, by name.
///
/// In training all stages of a step share one. In layer-wise inference the driver keeps what a stage declares in
/// `carries` in a column on disk and gives it to the later stages as constants, so nothing of size N × width stays in
/// memory.
public final class CarriedState {
  private var variables: [String: Variable] = [:]
  private let load: (String) -> Variable?

  /// Makes an empty state.
  ///
  /// - Parameter load: loads what an earlier pass has left under a name; it is called at most once for each.
  public init(loading load: @escaping (String) -> Variable? = { _ in nil }) {
    self.load = load
  }

  /// The value under a name, n × width. Traps if no earlier stage has left it.
  public subscript(name: String) -> Variable {
    get {
      if let known = variables[name] { return known }
      guard let loaded = load(name) else { preconditionFailure("no earlier stage has left \"\(name)\"") }
      variables[name] = loaded
      return loaded
    }
    set { variables[name] = newValue }
  }
}
