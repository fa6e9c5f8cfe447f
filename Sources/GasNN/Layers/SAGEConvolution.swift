import GasBase

/// Y[v] = X[v]·W₁ + mean_{u ∈ N(v)} X[u]·W₂ + b, GraphSAGE's mean layer (Hamilton, Ying, Leskovec, NeurIPS 2017).
///
/// X: (n + h) × inputs, W₁ and W₂: inputs × outputs, b: 1 × outputs. The bias belongs to the neighbours' part and all
/// start as PyTorch's linear layers do, as in PyTorch Geometric. A node without neighbours gets X[v]·W₁ + b.
public final class SAGEConvolution: Convolution {
  public let root: Linear
  public let neighbours: Linear

  public var parameters: [Parameter] { neighbours.parameters + root.parameters }
  public var outputs: Int { root.outputs }
  public var inputUse: InputUse { .aggregate(by: .mean, own: true) }

  public init(
    _ name: String, inputs: Int, outputs: Int, decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    neighbours = Linear(name + ".neighbours", inputs: inputs, outputs: outputs, decay: decay, random: &random)
    root = Linear(name + ".root", inputs: inputs, outputs: outputs, bias: false, decay: decay, random: &random)
  }

  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let received = neighbours.aggregate(x, over: context.adjacency, by: .mean)
    return root.transform(
      x.prefixRows(context.batchRowCount), addedTo: neighbours.addBias(received, inPlace: true))
  }
}
