import GasBase

/// Y[v] = ‖ₕ Σ_{u ∈ N(v)} α_vuʰ Z[u]ʰ + b with Z = X·W in H heads of C columns, the graph attention layer of Veličković
/// et al. (ICLR 2018).
///
/// α_vuʰ is the softmax over u ∈ N(v) of leaky relu(Z[v]ʰ·a_targetʰ + Z[u]ʰ·a_sourceʰ), and with edge features e_vu
/// also + (e_vu·W_e)ʰ·a_edgeʰ. Heads stand side by side, or are averaged. A model with this layer asks for
/// `GraphForm.selfLoops`, since a node attends to itself too; values of the adjacency take no part. Weights of edges
/// come as one of their features (`EdgeWeightUse.feature`).
///
/// X: (n + h) × inputs, dense or sparse, W: inputs × (H·C), the a: H × C, W_e: edge width × (H·C), b: 1 × `outputs`;
/// all glorot, b zero, as in PyTorch Geometric. W_e and a_edge only ever meet each other, so entries × (H·C) numbers
/// are not formed.
public final class GATConvolution: Convolution {
  public let weight, attentionSource, attentionTarget, bias: Parameter
  /// W_e and a_edge, where edges have features.
  public let edgeWeight, attentionEdge: Parameter?
  public let concatenates: Bool
  public let dropout: Double
  public let slope: Float

  public var parameters: [Parameter] {
    [weight, attentionSource, attentionTarget] + [edgeWeight, attentionEdge].compactMap { $0 } + [bias]
  }
  public var heads: Int { attentionSource.value.rows }
  public var outputs: Int { bias.value.columns }

  /// - Parameters:
  ///   - name: what the names of its parameters begin with.
  ///   - inputs: columns of the input.
  ///   - headWidth: C, the columns of a head.
  ///   - heads: H, the attention heads.
  ///   - concatenates: whether the heads stand side by side (`outputs` is H·C) or are averaged (C).
  ///   - dropout: the probability, 0 ≤ p < 1, that a coefficient α drops out in training.
  ///   - edgeWidth: columns of the edge features; 0 for a layer that does not look at them.
  ///   - slope: of the leaky relu.
  ///   - decay: whose weight decay its weights have.
  ///   - random: what the weights are drawn from.
  public init(
    _ name: String, inputs: Int, headWidth: Int, heads: Int = 1, concatenates: Bool = true, dropout: Double = 0,
    edgeWidth: Int = 0, slope: Float = 0.2, decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    let width = heads * headWidth
    func make(_ part: String, _ rows: Int, _ columns: Int, _ start: Initialiser) -> Parameter {
      Parameter(name + "." + part, rows: rows, columns: columns, initialiser: start, decay: decay, random: &random)
    }
    let attention = Initialiser.glorot(inputs: heads, outputs: headWidth)
    weight = make("weight", inputs, width, .glorot(inputs: inputs, outputs: width))
    attentionSource = make("attention-source", heads, headWidth, attention)
    attentionTarget = make("attention-target", heads, headWidth, attention)
    if edgeWidth > 0 {
      edgeWeight = make("edge-weight", edgeWidth, width, .glorot(inputs: edgeWidth, outputs: width))
      attentionEdge = make("attention-edge", heads, headWidth, attention)
    } else {
      (edgeWeight, attentionEdge) = (nil, nil)
    }
    bias = make("bias", 1, concatenates ? width : headWidth, .zeros)
    (self.concatenates, self.dropout, self.slope) = (concatenates, dropout, slope)
  }

  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let tape = x.tape
    let z = x.product(tape.use(weight))
    let y = z.attended(
      over: context.adjacency, source: z.headProducts(tape.use(attentionSource)),
      target: z.prefixRows(context.batchRowCount).headProducts(tape.use(attentionTarget)),
      edge: edgeScores(context), slope: slope, dropout: dropout)
    return (concatenates ? y : y.meanOfHeads(heads)).addingBias(tape.use(bias))
  }

  /// (e·W_e)ʰ·a_edgeʰ = e·m with m[d, h] = Σ_c W_e[d, h·C + c] · a_edge[h, c].
  private func edgeScores(_ context: StageContext) -> Variable? {
    guard let edgeWeight, let attentionEdge else { return nil }
    guard let features = context.edgeFeatures else {
      preconditionFailure("the layer looks at edge features; there are none")
    }
    let tape = context.tape
    return tape.constant(features).product(tape.use(edgeWeight).headProducts(tape.use(attentionEdge)))
  }
}
