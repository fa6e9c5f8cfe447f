import GasAutodiff
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
  /// Whether the heads stand side by side; otherwise they are averaged.
  public let concatenates: Bool
  /// The probability that a coefficient α drops out in training.
  public let dropout: Double
  /// The slope of the leaky relu below 0.
  public let slope: Float

  /// The trained parameters: W, the a of sources and targets, W_e and a_edge if there are any, b.
  public var parameters: [Parameter] {
    [weight, attentionSource, attentionTarget] + [edgeWeight, attentionEdge].compactMap { $0 } + [bias]
  }
  /// H, the number of attention heads.
  public var heads: Int { attentionSource.value.rows }
  /// The columns of the result: H·C, or C where heads are averaged.
  public var outputs: Int { bias.value.columns }
  /// Each entry's attention has a gradient.
  public let usesEntryNumbers = true

  /// Makes a layer and draws its weights.
  ///
  /// - Parameters:
  ///   - name: the prefix of its parameters' names.
  ///   - inputs: columns of the input.
  ///   - headWidth: C, the columns of a head.
  ///   - heads: H, the number of attention heads.
  ///   - concatenates: whether the heads stand side by side (`outputs` is H·C) or are averaged (C).
  ///   - dropout: the probability, 0 ≤ p < 1, that a coefficient α drops out in training.
  ///   - edgeWidth: columns of the edge features; 0 for a layer that does not use them.
  ///   - slope: the slope of the leaky relu below 0.
  ///   - decay: which weight decay its parameters have.
  ///   - random: the generator that the weights are drawn from.
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

  /// Attends to neighbours: n × `outputs` from (n + h) × inputs. Traps if the layer uses edge features and there are
  /// none.
  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let tape = x.tape
    let z = x.product(tape.use(weight))
    let y = z.attended(
      over: context.adjacency, source: z.headProducts(tape.use(attentionSource)),
      target: z.prefixRows(context.batchRowCount).headProducts(tape.use(attentionTarget)),
      edge: edgeScores(context), slope: slope, dropout: dropout)
    return (concatenates ? y : y.meanOfHeads(heads)).addingBias(tape.use(bias))
  }

  /// The edges' part of the scores: (e·W_e)ʰ·a_edgeʰ = e·m with m[d, h] = Σ_c W_e[d, h·C + c] · a_edge[h, c].
  private func edgeScores(_ context: StageContext) -> Variable? {
    guard let edgeWeight, let attentionEdge else { return nil }
    guard let features = context.edgeFeatures else {
      preconditionFailure("the layer looks at edge features; there are none")
    }
    let tape = context.tape
    return tape.constant(features).product(tape.use(edgeWeight).headProducts(tape.use(attentionEdge)))
  }
}
