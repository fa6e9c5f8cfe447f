import GasAutodiff
import GasBase
import Glibc

/// Y = (1 − β)·S + β·S·W with S = (1 − α)·Â·X + α·X₀: GCNII (Chen et al., ICML 2020).
///
/// With separate weights S's two parts have one each:
/// Y = (1 − β)·P + β·P·W₁ + (1 − β)·Q + β·Q·W₂, P = (1 − α)·Â·X, Q = α·X₀. β = log(θ / layer + 1) weakens the
/// transformation with depth.
///
/// X: (n + h) × width, X₀: n × width, left by the first stage as "x0"; W: width × width (glorot), no bias. A model with
/// this layer asks for `GraphForm.symmetric`.
public final class GCNIIConvolution: Convolution {
  /// W, or W₁ with separate weights.
  public let linear: Linear
  /// W₂, which transforms X₀'s part; nil if both share `linear`.
  public let initialLinear: Linear?
  /// α, the share of X₀.
  public let alpha: Double
  /// β, the strength of the transformation.
  public let beta: Double

  /// The trained parameters: W, or W₁ and W₂.
  public var parameters: [Parameter] { linear.parameters + (initialLinear?.parameters ?? []) }
  /// The columns of input and result.
  public var outputs: Int { linear.outputs }

  static let initialName = "x0"

  /// Makes a layer and draws its weights.
  ///
  /// - Parameters:
  ///   - name: the prefix of its parameters' names.
  ///   - width: columns of input and output.
  ///   - layer: the layer's number, counted from 1.
  ///   - alpha: share of X₀ in each layer, 0 … 1.
  ///   - theta: θ, above 0.
  ///   - sharesWeights: whether one matrix serves the input and X₀.
  ///   - random: the generator that the weights are drawn from.
  public init(
    _ name: String, width: Int, layer: Int, alpha: Double, theta: Double, sharesWeights: Bool,
    random: inout SeededRandom
  ) {
    precondition(layer > 0, "layers are counted from 1")
    let initialiser = Initialiser.glorot(inputs: width, outputs: width)
    func linear(_ name: String, _ random: inout SeededRandom) -> Linear {
      Linear(name, inputs: width, outputs: width, initialiser: initialiser, biasInitialiser: nil, random: &random)
    }
    self.linear = linear(name, &random)
    initialLinear = sharesWeights ? nil : linear(name + ".initial", &random)
    self.alpha = alpha
    beta = log(theta / Double(layer) + 1)
  }

  /// Computes Y, n × width, from X, (n + h) × width, and the carried X₀. Traps if no earlier stage has left X₀.
  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let received = x.aggregated(over: context.adjacency)
    let initial = context.carried[Self.initialName]
    guard let initialLinear else {
      return mixed(received.combined(Float(1 - alpha), with: initial, Float(alpha)), linear)
    }
    return mixed(received.scaled(by: Float(1 - alpha)), linear)
      .adding(mixed(initial.scaled(by: Float(alpha)), initialLinear))
  }

  /// (1 − β)·S + β·S·W, computed as S·((1 − β)·I + β·W), since the small matrix is combined instead of the large ones.
  private func mixed(_ s: Variable, _ linear: Linear) -> Variable {
    let weight = s.tape.use(linear.weight)
    let identity = s.tape.constant(s.tape.identity(size: weight.rows))
    return s.product(weight.combined(Float(beta), with: identity, Float(1 - beta)))
  }
}
