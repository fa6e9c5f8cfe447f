import GasBase

/// A trained matrix: its value, the gradient that `Tape.backward` adds to, and what the optimiser and checkpoints call
/// it.
public final class Parameter {
  /// Which of the optimiser's two weight decays applies.
  public enum Decay: Sendable {
    case regularised
    case unregularised
  }

  public let name: String
  public let decay: Decay
  private let ownedValue: OwnedMatrix
  private let ownedGradient: OwnedMatrix

  public var value: Matrix { ownedValue.matrix }
  public var gradient: Matrix { ownedGradient.matrix }

  /// - Parameters:
  ///   - name: unique in the model, dots between the parts, as in `convolutions.0.weight`.
  ///   - rows: of its value.
  ///   - columns: of its value.
  ///   - initialiser: the distribution of its first value.
  ///   - decay: which weight decay it has.
  ///   - random: what the first value is drawn from.
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
  /// Before each step: `backward` adds to what is there.
  public func zeroGradients() {
    for parameter in self { parameter.gradient.fill(with: 0) }
  }

  /// How many numbers are trained.
  public var elementCount: Int { reduce(0) { $0 + $1.value.count } }
}

/// How a parameter starts.
public enum Initialiser: Sendable {
  case zeros
  case ones
  /// Uniform in −bound ..< bound.
  case uniform(bound: Double)

  /// Glorot and Bengio's (2010): uniform, bound √(6 / (inputs + outputs)); what graph convolutions start with.
  public static func glorot(inputs: Int, outputs: Int) -> Initialiser {
    .uniform(bound: (6 / Double(max(1, inputs + outputs))).squareRoot())
  }

  /// Uniform, bound 1 / √inputs: where PyTorch's linear layers start, weight and bias.
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
