import GasBase

/// Y = X·W + b for X: n × inputs (dense or sparse), W: inputs × outputs, b: 1 × outputs.
public final class Linear {
  public let weight: Parameter
  public let bias: Parameter?

  public var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
  public var inputs: Int { weight.value.rows }
  public var outputs: Int { weight.value.columns }

  /// - Parameters:
  ///   - name: the parameters are called `name.weight` and `name.bias`.
  ///   - inputs: columns of the input.
  ///   - outputs: columns of the output.
  ///   - initialiser: of the weight; by default uniform in ±1/√inputs, as in PyTorch.
  ///   - biasInitialiser: by default as PyTorch's, like the weight's default; nil for a layer without bias.
  ///   - decay: whose weight decay the weight has.
  ///   - random: what the weights are drawn from.
  public init(
    _ name: String, inputs: Int, outputs: Int, initialiser: Initialiser? = nil, biasInitialiser: Initialiser?,
    decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    weight = Parameter(
      name + ".weight", rows: inputs, columns: outputs, initialiser: initialiser ?? .fanIn(inputs), decay: decay,
      random: &random)
    bias = biasInitialiser.map {
      Parameter(name + ".bias", rows: 1, columns: outputs, initialiser: $0, decay: decay, random: &random)
    }
  }

  /// A layer as PyTorch starts it.
  public convenience init(
    _ name: String, inputs: Int, outputs: Int, bias: Bool = true, decay: Parameter.Decay = .regularised,
    random: inout SeededRandom
  ) {
    self.init(
      name, inputs: inputs, outputs: outputs, biasInitialiser: bias ? .fanIn(inputs) : nil, decay: decay,
      random: &random)
  }

  public func callAsFunction(_ x: Variable) -> Variable {
    addBias(transform(x), inPlace: true)
  }

  /// X·W alone, for those who aggregate before adding the bias.
  ///
  /// - Parameters:
  ///   - sum: what the product is added to, in its place (`Variable.product`).
  ///   - isLastUse: whether nobody else reads x.
  func transform(_ x: Variable, addedTo sum: Variable? = nil, isLastUse: Bool = false) -> Variable {
    x.product(x.tape.use(weight), addedTo: sum, isLastUse: isLastUse)
  }

  /// - Parameter inPlace: see `Variable.addingBias`.
  func addBias(_ x: Variable, inPlace: Bool = false) -> Variable {
    bias.map { x.addingBias(x.tape.use($0), inPlace: inPlace) } ?? x
  }
}
