import GasAutodiff
import GasBase

/// Y[v] = MLP((1 + ε)·X[v] + Σ_{u ∈ N(v)} a_vu · X[u]), the graph isomorphism layer (Xu et al., ICLR 2019).
///
/// X: (n + h) × inputs, dense or sparse; a: the adjacency's values, 1 where it has none; ε: a trained 1 × 1 parameter,
/// 0 at first. MLP(H) = relu(norm(H·W₁ + b₁))·W₂ + b₂ with W₁: inputs × hidden, W₂: hidden × outputs, both as PyTorch's
/// linear layers start, and a norm if asked for.
///
/// With `lipschitz` λ > 0 a training step gains the penalty λ · mean over the batch's rows of
/// ‖MLP(H) − MLP(H + 0.1·N)‖₂, N standard normal, anew in each step (GNNAutoScale, ICML 2021): it keeps the error of
/// stale histories from growing with depth. The noisy pass leaves a batch norm's running statistics as they are.
public final class GINConvolution: Convolution {
  /// ε, 1 × 1.
  public let epsilon: Parameter
  /// W₁ and b₁.
  public let first: Linear
  /// The norm between the MLP's layers, if it has one.
  public let norm: (any Norm)?
  /// W₂ and b₂.
  public let second: Linear
  /// λ, the weight of the penalty; the model divides it by the number of histories.
  public let lipschitz: Double
  private static let noiseDeviation: Float = 0.1

  /// The trained parameters: ε, then the MLP's parameters in their order.
  public var parameters: [Parameter] {
    [epsilon] + first.parameters + (norm?.parameters ?? []) + second.parameters
  }
  /// A batch norm's running statistics, for `GraphModel.buffers`.
  public var buffers: [NamedMatrix] { norm?.buffers ?? [] }
  /// The columns of the result.
  public var outputs: Int { second.outputs }
  /// The sum over the adjacency and the batch's own rows are read.
  public var inputUse: InputUse { .aggregate(by: .sum, own: true) }

  /// Makes a layer and draws its weights.
  ///
  /// - Parameters:
  ///   - name: the prefix of its parameters' names.
  ///   - inputs: columns of the input.
  ///   - hidden: the MLP's width between its layers; by default that of the result.
  ///   - outputs: columns of the output.
  ///   - norm: the norm between the MLP's layers.
  ///   - lipschitz: λ, the weight of the Lipschitz term; 0 for none.
  ///   - decay: which weight decay its parameters have.
  ///   - random: the generator that the weights are drawn from.
  public init(
    _ name: String, inputs: Int, hidden: Int? = nil, outputs: Int, norm: NormKind = .none, lipschitz: Double = 0,
    decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    precondition(lipschitz >= 0, "a penalty's weight is not negative, as \(lipschitz) is")
    let hidden = hidden ?? outputs
    self.lipschitz = lipschitz
    epsilon = Parameter(name + ".epsilon", rows: 1, columns: 1, initialiser: .zeros, decay: decay, random: &random)
    first = Linear(name + ".first", inputs: inputs, outputs: hidden, decay: decay, random: &random)
    self.norm = norm.make(name + ".norm", columns: hidden, decay: decay, random: &random)
    second = Linear(name + ".second", inputs: hidden, outputs: outputs, decay: decay, random: &random)
  }

  /// Computes Y, n × outputs, from X, (n + h) × inputs, and in training adds the penalty to the context's.
  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let transformed = transform(x, in: context)
    let y = finish(transformed, isNoisy: false)
    if lipschitz > 0 && context.tape.isTraining {
      let noise = context.tape.normalNoise(
        rows: context.batchRowCount, columns: first.inputs, deviation: Self.noiseDeviation)
      let noisy = finish(transformed.adding(first.transform(noise)), isNoisy: true)
      context.penalties.add(y.subtracting(noisy).meanRowNorm().scaled(by: Float(lipschitz)))
    }
    return y
  }

  /// H·W₁, with the product before or after the aggregation.
  private func transform(_ x: Variable, in context: StageContext) -> Variable {
    if x.isAggregatedFirst(over: context.adjacency, outputs: first.outputs) {
      first.transform(aggregate(x, in: context))
    } else {
      aggregate(first.transform(x), in: context)
    }
  }

  /// H = (1 + ε)·X[v] + Σ a_vu · X[u].
  private func aggregate(_ x: Variable, in context: StageContext) -> Variable {
    let own = x.prefixRows(context.batchRowCount)
    let received = x.aggregated(over: context.adjacency, by: .sum)
    return received.adding(own).adding(own.scaled(by: x.tape.use(epsilon)))
  }

  /// The rest of the MLP after H·W₁.
  private func finish(_ product: Variable, isNoisy: Bool) -> Variable {
    let hidden = first.addBias(product)
    return second((norm?(hidden, updatingStatistics: !isNoisy) ?? hidden).relu(inPlace: true))
  }
}
