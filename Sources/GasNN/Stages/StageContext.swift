/// What a stage sees of the batch besides its input.
public struct StageContext {
  public let tape: Tape
  /// n × (n + h), in the model's `graphForm`.
  public let adjacency: SparseMatrix
  /// A row for each entry of the adjacency, in its order; zeros for self-loops that the graph form added. Behind the
  /// features stands the weight where the model takes it so (`EdgeWeightUse.feature`). `nil` if it uses neither.
  public let edgeFeatures: Matrix?
  public let carried: CarriedState
  public let penalties: Penalties

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

  /// n, the rows that the stage is to return.
  public var batchRowCount: Int { adjacency.rowCount }
}

/// Terms that stages add to the loss of a training step, each 1 × 1.
public final class Penalties {
  public private(set) var terms: [Variable] = []

  public init() {}

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

  /// - Parameter load: brings what an earlier pass has left under a name; asked at most once for each.
  public init(loading load: @escaping (String) -> Variable? = { _ in nil }) {
    self.load = load
  }

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
