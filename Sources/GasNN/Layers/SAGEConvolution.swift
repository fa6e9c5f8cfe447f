import GasAutodiff
import GasBase

/// Y[v] = X[v]·W₁ + mean_{u ∈ N(v)} X[u]·W₂ + b, GraphSAGE's mean layer (Hamilton, Ying, Leskovec, NeurIPS 2017).
///
/// X: (n + h) × inputs, W₁ and W₂: inputs × outputs, b: 1 × outputs. The bias belongs to the neighbours' part and all
/// start as PyTorch's linear layers do, as in PyTorch Geometric. A node without neighbours gets X[v]·W₁ + b.
public final class SAGEConvolution: Convolution {
  /// W₁, without a bias.
  public let root: Linear
  /// W₂ and b.
  public let neighbours: Linear

  /// The trained parameters: W₂, b, W₁.
  public var parameters: [Parameter] { neighbours.parameters + root.parameters }
  /// The columns of the result.
  public var outputs: Int { root.outputs }
  /// The mean over the adjacency and the batch's own rows are read.
  public var inputUse: InputUse { .aggregate(by: .mean, own: true) }

  /// Makes a layer and draws its weights. Its parameters are called `name.neighbours.…` and `name.root.…`.
  public init(
    _ name: String, inputs: Int, outputs: Int, decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    neighbours = Linear(name + ".neighbours", inputs: inputs, outputs: outputs, decay: decay, random: &random)
    root = Linear(name + ".root", inputs: inputs, outputs: outputs, bias: false, decay: decay, random: &random)
  }

  /// Computes Y, n × outputs, from X, (n + h) × inputs, with product and aggregation in the cheaper order.
  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let received = neighbours.aggregate(x, over: context.adjacency, by: .mean)
    return root.transform(
      x.prefixRows(context.batchRowCount), addedTo: neighbours.addBias(received, inPlace: true))
  }
}
