import GasBase

/// Y = Â·X·W + b, the graph convolution of Kipf and Welling (ICLR 2017).
///
/// Â = D^−½ (A + I) D^−½ with D the in-degrees of A + I comes with the adjacency's values; a model with this layer asks
/// for `GraphForm.symmetric`. X: (n + h) × inputs, Â: n × (n + h), W: inputs × outputs (glorot), b: 1 × outputs (zero
/// at first).
public final class GCNConvolution: Convolution {
  public let linear: Linear

  public var parameters: [Parameter] { linear.parameters }
  public var outputs: Int { linear.outputs }
  public var inputUse: InputUse { .aggregate(by: .sum, own: false) }

  public init(
    _ name: String, inputs: Int, outputs: Int, decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    linear = Linear(
      name, inputs: inputs, outputs: outputs, initialiser: .glorot(inputs: inputs, outputs: outputs),
      biasInitialiser: .zeros, decay: decay, random: &random)
  }

  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    linear.addBias(linear.aggregate(x, over: context.adjacency, by: .sum), inPlace: true)
  }
}
