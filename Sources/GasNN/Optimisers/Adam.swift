import CGasKernels
import GasAutodiff
import GasBase
import Glibc

/// Adam (Kingma and Ba, ICLR 2015) with a weight decay for each of two groups of parameters, step for step as in
/// PyTorch:
///
///     g ← g + λ·w;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²
///     w ← w − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///
/// Not thread-safe. A parameter's elements are independent, so the number of threads cannot change the bits.
public final class Adam {
  /// The parameters that a step changes.
  public let parameters: [Parameter]
  /// η. It may be changed between steps.
  public var learningRate: Double
  /// λ of `.regularised` parameters.
  public var regularisedDecay: Double
  /// λ of `.unregularised` parameters.
  public var unregularisedDecay: Double
  /// β₁, the decay of first moments.
  public var beta1 = 0.9
  /// β₂, the decay of second moments.
  public var beta2 = 0.999
  /// ε, which is added to the denominator.
  public var epsilon = 1e-8
  /// t, the number of steps so far. It is set when a checkpoint is restored.
  public var stepCount = 0

  private let firstMoments: [OwnedMatrix]
  private let secondMoments: [OwnedMatrix]

  /// Makes an optimiser that has taken no step. Parameters must have names of their own.
  public init(
    _ parameters: [Parameter], learningRate: Double, regularisedDecay: Double = 0, unregularisedDecay: Double = 0
  ) {
    precondition(Set(parameters.map(\.name)).count == parameters.count, "parameters need names of their own")
    self.parameters = parameters
    self.learningRate = learningRate
    self.regularisedDecay = regularisedDecay
    self.unregularisedDecay = unregularisedDecay
    firstMoments = parameters.map { OwnedMatrix(rows: $0.value.rows, columns: $0.value.columns) }
    secondMoments = parameters.map { OwnedMatrix(rows: $0.value.rows, columns: $0.value.columns) }
  }

  /// The moments, to be saved and, by writing into the matrices, restored: m as `NAME.adam-m`, v as `NAME.adam-v`.
  public var state: [(name: String, matrix: Matrix)] {
    parameters.indices.flatMap { index in
      [
        (name: parameters[index].name + ".adam-m", matrix: firstMoments[index].matrix),
        (name: parameters[index].name + ".adam-v", matrix: secondMoments[index].matrix),
      ]
    }
  }

  /// Takes one step along the parameters' gradients, which stay as they are.
  public func step(parallel: Parallel = .serial) {
    stepCount += 1
    for (index, parameter) in parameters.enumerated() {
      let settings = stepSettings(parameter.decay)
      let (g, w) = (parameter.gradient.base, parameter.value.base)
      let (m, v) = (firstMoments[index].matrix.base, secondMoments[index].matrix.base)
      Elementwise(parallel).forEach(parameter.value.count) { range in
        let first = range.lowerBound
        gas_adam(Int64(range.count), settings, g + first, w + first, m + first, v + first)
      }
    }
  }

  private func stepSettings(_ decay: Parameter.Decay) -> gas_adam_step {
    let t = Double(stepCount)
    let weightDecay = decay == .regularised ? regularisedDecay : unregularisedDecay
    return gas_adam_step(
      beta1: Float(beta1), beta2: Float(beta2), rest1: Float(1 - beta1), rest2: Float(1 - beta2),
      epsilon: Float(epsilon), weight_decay: Float(weightDecay),
      step_size: Float(learningRate / (1 - pow(beta1, t))),
      second_moment_scale: Float(1 / (1 - pow(beta2, t)).squareRoot()))
  }
}
