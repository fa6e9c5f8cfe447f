import GasAutodiff
import GasBase

/// Y = Â·X·W + b, the graph convolution of Kipf and Welling (ICLR 2017).
///
/// Â = D^−½ (A + I) D^−½ with D the in-degrees of A + I comes with the adjacency's values; a model with this layer asks
/// for `GraphForm.symmetric`. X: (n + h) × inputs, Â: n × (n + h), W: inputs × outputs (glorot), b: 1 × outputs (zero
/// at first).
public final class GCNConvolution: Convolution {
  /// W and b.
  public let linear: Linear

  /// W and b, as parameters.
  public var parameters: [Parameter] { linear.parameters }
  /// The columns of the result.
  public var outputs: Int { linear.outputs }
  /// Only the sum over the adjacency is read.
  public var inputUse: InputUse { .aggregate(by: .sum, own: false) }

  /// Makes a layer and draws W. Its parameters are called `name.weight` and `name.bias`.
  public init(
    _ name: String, inputs: Int, outputs: Int, decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    linear = Linear(
      name, inputs: inputs, outputs: outputs, initialiser: .glorot(inputs: inputs, outputs: outputs),
      biasInitialiser: .zeros, decay: decay, random: &random)
  }

  /// Computes Y, n × outputs, from X, (n + h) × inputs, with product and aggregation in the cheaper order.
  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    linear.addBias(linear.aggregate(x, over: context.adjacency, by: .sum), inPlace: true)
  }
}
