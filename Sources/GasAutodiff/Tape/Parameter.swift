import GasBase

/// A trained matrix: its value, the gradient that `Tape.backward` adds to, and the name that the optimiser and
/// checkpoints use.
public final class Parameter {
  /// Which of the optimiser's two weight decays applies.
  public enum Decay: Sendable {
    /// `Adam.regularisedDecay`.
    case regularised
    /// `Adam.unregularisedDecay`.
    case unregularised
  }

  /// The name, unique in the model, by which checkpoints find it.
  public let name: String
  /// Which weight decay the optimiser applies.
  public let decay: Decay
  private let ownedValue: OwnedMatrix
  private let ownedGradient: OwnedMatrix

  /// The current value, rows × columns.
  public var value: Matrix { ownedValue.matrix }
  /// The gradient, rows × columns. `Tape.backward` adds to it; `zeroGradients` clears it.
  public var gradient: Matrix { ownedGradient.matrix }

  /// Makes a parameter and draws its first value.
  ///
  /// - Parameters:
  ///   - name: unique in the model, dots between the parts, as in `convolutions.0.weight`.
  ///   - rows: the rows of its value.
  ///   - columns: the columns of its value.
  ///   - initialiser: the distribution of its first value.
  ///   - decay: which weight decay it has.
  ///   - random: the generator that the first value is drawn from.
  public init(
    _ name: String, rows: Int, columns: Int, initialiser: Initialiser, decay: Decay = .regularised,
    random: inout SeededRandom
  ) {
    self.name = name
    self.decay = decay
    ownedValue = OwnedMatrix(rows: rows, columns: columns)
    ownedGradient = OwnedMatrix(rows: rows, columns: columns)
    initialiser.fill(value, random: &random)
  }
}

extension [Parameter] {
  /// Sets all gradients to 0, as is needed before each step, since `backward` adds to them.
  public func zeroGradients() {
    for parameter in self { parameter.gradient.fill(with: 0) }
  }

  /// The number of numbers that are trained.
  public var elementCount: Int { reduce(0) { $0 + $1.value.count } }
}

/// The distribution of a parameter's first value.
public enum Initialiser: Sendable {
  /// All numbers are 0.
  case zeros
  /// All numbers are 1.
  case ones
  /// Uniform in −bound ..< bound.
  case uniform(bound: Double)

  /// Glorot and Bengio's distribution (2010), with which graph convolutions start: uniform, bound
  /// √(6 / (inputs + outputs)).
  public static func glorot(inputs: Int, outputs: Int) -> Initialiser {
    .uniform(bound: (6 / Double(max(1, inputs + outputs))).squareRoot())
  }

  /// The distribution with which PyTorch's linear layers start, weight and bias: uniform, bound 1 / √inputs.
  public static func fanIn(_ inputs: Int) -> Initialiser {
    .uniform(bound: (1 / Double(max(1, inputs))).squareRoot())
  }

  func fill(_ matrix: Matrix, random: inout SeededRandom) {
    switch self {
    case .zeros: matrix.fill(with: 0)
    case .ones: matrix.fill(with: 1)
    case .uniform(let bound):
      for index in 0..<matrix.count { matrix.base[index] = Float((2 * random.uniform() - 1) * bound) }
    }
  }
}
