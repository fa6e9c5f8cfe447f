/// Layers of one kind and what models put around them: all models but APPNP are this with other convolutions.
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
  /// What stands around the convolutions.
  public struct Surroundings {
    /// The probability, 0 ≤ p < 1, that an element of a layer's input drops out in training.
    public var dropout: Double
    /// Whether features drop out too.
    public var dropsInput = true
    public var activation = Activation.relu
    /// Where a layer's input is added to its output, if both are equally wide.
    public var residual = Residual.none
    public var usesEdgeFeatures = false
    public var edgeWeightUse = EdgeWeightUse.values
    public var before: Linear?
    public var after: Linear?
    /// One for each convolution that is followed by an activation, or none.
    public var norms: [BatchNorm] = []
    /// Follows `before`.
    public var inputNorm: BatchNorm?
    /// Jumping knowledge (Xu et al., ICML 2018): `after` reads the outputs of all layers side by side, that of `before`
    /// first.
    public var jumps = false
    /// The name under which the first stage leaves what the first convolution reads (before its dropout): GCNII's X₀.
    public var initialName: String?

    public init(dropout: Double) {
      self.dropout = dropout
    }
  }

  public enum Activation: Sendable {
    case relu
    case elu

    /// May take the place of x, which nobody else reads.
    func callAsFunction(_ x: Variable) -> Variable {
      switch self {
      case .relu: x.relu(inPlace: true)
      case .elu: x.elu(inPlace: true)
      }
    }
  }

  public enum Residual: Sendable {
    case none
    case beforeActivation
    case afterActivation
  }

  public let convolutions: [any Convolution]
  public let surroundings: Surroundings
  public let graphForm: GraphForm

  public var usesEdgeFeatures: Bool { surroundings.usesEdgeFeatures }
  public var edgeWeightUse: EdgeWeightUse { surroundings.edgeWeightUse }

  public var parameters: [Parameter] {
    (surroundings.before?.parameters ?? []) + convolutions.flatMap(\.parameters)
      + norms.flatMap(\.parameters) + (surroundings.after?.parameters ?? [])
  }

  public var buffers: [NamedMatrix] { convolutions.flatMap(\.buffers) + norms.flatMap(\.buffers) }

  private var norms: [BatchNorm] { surroundings.norms + [surroundings.inputNorm].compactMap { $0 } }

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

  /// Rows that drop out by themselves, or that a linear layer reads first, are not only aggregated.
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

  /// Of layers counted from 1; 0 is `before`.
  private static func outputName(_ layer: Int) -> String { "outputs.\(layer)" }

  /// What the first convolution reads.
  private func prepared(_ features: Variable, _ context: StageContext) -> Variable {
    var x = surroundings.dropsInput ? features.dropout(surroundings.dropout) : features
    guard let before = surroundings.before else { return x }
    x = before(x)
    if let norm = surroundings.inputNorm { x = norm(x) }
    x = x.relu(inPlace: true)
    let initial = x.prefixRows(context.batchRowCount)
    if let name = surroundings.initialName { context.carried[name] = initial }
    if surroundings.jumps { context.carried[Self.outputName(0)] = initial }
    return x.dropout(surroundings.dropout)
  }

  private func completed(_ index: Int, _ output: Variable, _ input: Variable) -> Variable {
    var y = output
    if !surroundings.norms.isEmpty { y = surroundings.norms[index](y) }
    guard surroundings.residual != .none, input.columns == y.columns else { return surroundings.activation(y) }
    let own = input.prefixRows(y.rows).densified()
    return surroundings.residual == .beforeActivation
      ? surroundings.activation(y.adding(own)) : surroundings.activation(y).adding(own)
  }

  /// Leaves a hidden layer's output where it is wanted; after the last layer, the linear layer behind.
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
