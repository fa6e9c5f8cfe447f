import GasAutodiff

/// Layers of one kind and the operations around them. All models but APPNP and MLP are this with other convolutions.
///
///     x ← dropout(x)                                       if the input drops out
///     x ← dropout(relu(norm(before(x))))                   with a linear layer before; its norm only if it jumps
///     for each convolution but the last:
///         x ← activation(norm(convolution(x)) + x)         norm and "+ x" (same width only) where asked for
///         ─── history ───
///         x ← dropout(x)
///     y ← convolution(x)                                   without a linear layer after: the result
///     y ← after(dropout(activation(norm(y) + x))) otherwise; x₀ and all layers' outputs side by side if it jumps
///
/// Each convolution is a stage, so histories lie between them. Dropout comes after the pull and so applies to the rows
/// of the batch and of the halo alike.
public class LayerStack: GraphModel {
  /// The operations around the convolutions, and their settings.
  public struct Surroundings {
    /// The probability, 0 ≤ p < 1, that an element of a layer's input drops out in training.
    public var dropout: Double
    /// Whether features drop out too.
    public var dropsInput = true
    /// The activation after each layer, except after an output without a linear layer.
    public var activation = Activation.relu
    /// Where a layer's input is added to its output, if both are equally wide.
    public var residual = Residual.none
    /// Whether the convolutions read the edges' features.
    public var usesEdgeFeatures = false
    /// How the convolutions get the weights of a weighted graph's edges.
    public var edgeWeightUse = EdgeWeightUse.values
    /// The linear layer before the first convolution, if there is one.
    public var before: Linear?
    /// The linear layer after the last convolution, if there is one.
    public var after: Linear?
    /// A norm for each convolution that is followed by an activation, or no norm at all.
    public var norms: [any Norm] = []
    /// The norm after `before`.
    public var inputNorm: (any Norm)?
    /// Jumping knowledge (Xu et al., ICML 2018): `after` reads the outputs of all layers side by side, that of `before`
    /// first.
    public var jumps = false
    /// The name under which the first stage leaves the input of the first convolution before its dropout: GCNII's X₀.
    public var initialName: String?

    /// Convolutions with dropout of their inputs, features included, and relu between, and nothing else.
    public init(dropout: Double) {
      self.dropout = dropout
    }
  }

  /// The function between layers.
  public enum Activation: Sendable {
    /// `Variable.relu`.
    case relu
    /// `Variable.elu`.
    case elu

    /// Applies the function. The result may take the place of x, which no other operation reads.
    func callAsFunction(_ x: Variable) -> Variable {
      switch self {
      case .relu: x.relu(inPlace: true)
      case .elu: x.elu(inPlace: true)
      }
    }
  }

  /// Where a layer's input is added to its output.
  public enum Residual: Sendable {
    /// Nowhere.
    case none
    /// activation(output + input).
    case beforeActivation
    /// activation(output) + input.
    case afterActivation
  }

  /// The convolutions in their order, one for each stage.
  public let convolutions: [any Convolution]
  /// The operations around the convolutions, and their settings.
  public let surroundings: Surroundings
  /// The form of the adjacency that the convolutions get.
  public let graphForm: GraphForm

  /// Whether the convolutions read the edges' features.
  public var usesEdgeFeatures: Bool { surroundings.usesEdgeFeatures }
  /// How the convolutions get the weights of a weighted graph's edges.
  public var edgeWeightUse: EdgeWeightUse { surroundings.edgeWeightUse }
  /// Whether a convolution's gradients go to single entries of the adjacency.
  public var usesEntryNumbers: Bool { convolutions.contains { $0.usesEntryNumbers } }

  /// The trained parameters: the linear layer before, the convolutions, the norms, the linear layer after.
  public var parameters: [Parameter] {
    (surroundings.before?.parameters ?? []) + convolutions.flatMap(\.parameters)
      + norms.flatMap(\.parameters) + (surroundings.after?.parameters ?? [])
  }

  /// The running statistics of batch norms.
  public var buffers: [NamedMatrix] { convolutions.flatMap(\.buffers) + norms.flatMap(\.buffers) }

  private var norms: [any Norm] { surroundings.norms + [surroundings.inputNorm].compactMap { $0 } }

  /// Makes a model of layers that exist already. It traps if there is no convolution, if the norms are not one for each
  /// activation, or if there is jumping knowledge without both linear layers.
  public init(_ convolutions: [any Convolution], _ surroundings: Surroundings, graphForm: GraphForm) {
    precondition(!convolutions.isEmpty, "a model has at least one layer")
    precondition(
      surroundings.norms.isEmpty
        || surroundings.norms.count == convolutions.count - (surroundings.after == nil ? 1 : 0),
      "each convolution before an activation has its norm")
    precondition(
      !surroundings.jumps || (surroundings.before != nil && surroundings.after != nil),
      "linear layers make and read what jumps")
    self.convolutions = convolutions
    self.surroundings = surroundings
    self.graphForm = graphForm
  }

  /// A stage for each convolution, with the operations around it.
  public var stages: [Stage] {
    convolutions.indices.map { index in
      let width = isLast(index) ? surroundings.after?.outputs : nil
      return Stage(
        width: width ?? convolutions[index].outputs, carries: carries(index), inputUse: inputUse(index)
      ) { [self] x, context in
        let input = index == 0 ? prepared(x, context) : x.dropout(surroundings.dropout)
        let output = convolutions[index](input, in: context)
        if isLast(index) && surroundings.after == nil { return output }
        return finished(index, completed(index, output, input), context)
      }
    }
  }

  /// The use that a stage makes of its input. If dropout or a linear layer comes first, all rows are read, whatever the
  /// convolution reads.
  private func inputUse(_ index: Int) -> InputUse {
    let dropsOut = surroundings.dropout > 0 && (index > 0 || surroundings.dropsInput)
    guard !dropsOut, index > 0 || surroundings.before == nil,
      case .aggregate(let aggregator, let own) = convolutions[index].inputUse
    else { return .rows }
    return .aggregate(by: aggregator, own: own || surroundings.residual != .none)
  }

  private func isLast(_ index: Int) -> Bool { index == convolutions.count - 1 }

  private func carries(_ index: Int) -> [String: Int] {
    var carries: [String: Int] = [:]
    if index == 0, let name = surroundings.initialName { carries[name] = surroundings.before?.outputs }
    if index == 0 && surroundings.jumps { carries[Self.outputName(0)] = surroundings.before?.outputs }
    if surroundings.jumps && !isLast(index) { carries[Self.outputName(index + 1)] = convolutions[index].outputs }
    return carries
  }

  /// The name of a layer's output; layers are counted from 1, and 0 is `before`.
  private static func outputName(_ layer: Int) -> String { "outputs.\(layer)" }

  /// The input of the first convolution.
  private func prepared(_ features: Variable, _ context: StageContext) -> Variable {
    var x = surroundings.dropsInput ? features.dropout(surroundings.dropout) : features
    guard let before = surroundings.before else { return x }
    x = before(x)
    if let norm = surroundings.inputNorm { x = norm(x, updatingStatistics: true) }
    x = x.relu(inPlace: true)
    let initial = x.prefixRows(context.batchRowCount)
    if let name = surroundings.initialName { context.carried[name] = initial }
    if surroundings.jumps { context.carried[Self.outputName(0)] = initial }
    return x.dropout(surroundings.dropout)
  }

  private func completed(_ index: Int, _ output: Variable, _ input: Variable) -> Variable {
    var y = output
    if !surroundings.norms.isEmpty { y = surroundings.norms[index](y, updatingStatistics: true) }
    guard surroundings.residual != .none, input.columns == y.columns else { return surroundings.activation(y) }
    let own = input.prefixRows(y.rows).densified()
    return surroundings.residual == .beforeActivation
      ? surroundings.activation(y.adding(own)) : surroundings.activation(y).adding(own)
  }

  /// Keeps a hidden layer's output for the linear layer after the last one; after the last layer, applies that linear
  /// layer.
  private func finished(_ index: Int, _ output: Variable, _ context: StageContext) -> Variable {
    guard isLast(index), let after = surroundings.after else {
      if surroundings.jumps { context.carried[Self.outputName(index + 1)] = output }
      return output
    }
    guard surroundings.jumps else { return after(output.dropout(surroundings.dropout)) }
    let earlier = convolutions.indices.map { context.carried[Self.outputName($0)] }
    return after(context.tape.concatenateColumns(earlier + [output]).dropout(surroundings.dropout))
  }
}
