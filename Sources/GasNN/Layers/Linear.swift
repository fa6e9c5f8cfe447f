import GasAutodiff
import GasBase

/// Y = X·W + b for X: n × inputs (dense or sparse), W: inputs × outputs, b: 1 × outputs.
public final class Linear {
  /// W.
  public let weight: Parameter
  /// b; `nil` for a layer without bias.
  public let bias: Parameter?

  /// W, and b if there is one.
  public var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
  /// The columns of the input.
  public var inputs: Int { weight.value.rows }
  /// The columns of the output.
  public var outputs: Int { weight.value.columns }

  /// Makes a layer and draws its weights.
  ///
  /// - Parameters:
  ///   - name: the parameters are called `name.weight` and `name.bias`.
  ///   - inputs: columns of the input.
  ///   - outputs: columns of the output.
  ///   - initialiser: the weight's distribution; by default uniform in ±1/√inputs, as in PyTorch.
  ///   - biasInitialiser: the bias' distribution; nil for a layer without bias.
  ///   - decay: which weight decay the parameters have.
  ///   - random: the generator that the weights are drawn from.
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

  /// Makes a layer whose weight and bias start as in PyTorch.
  public convenience init(
    _ name: String, inputs: Int, outputs: Int, bias: Bool = true, decay: Parameter.Decay = .regularised,
    random: inout SeededRandom
  ) {
    self.init(
      name, inputs: inputs, outputs: outputs, biasInitialiser: bias ? .fanIn(inputs) : nil, decay: decay,
      random: &random)
  }

  /// Y = X·W + b, n × outputs. X is dense or sparse.
  public func callAsFunction(_ x: Variable) -> Variable {
    addBias(transform(x), inPlace: true)
  }

  /// X·W alone, for layers that aggregate before they add the bias. The product is added to `sum`, in its place
  /// (`Variable.product`). With `isLastUse` no other operation reads x, so its gradient may take its place.
  func transform(_ x: Variable, addedTo sum: Variable? = nil, isLastUse: Bool = false) -> Variable {
    x.product(x.tape.use(weight), addedTo: sum, isLastUse: isLastUse)
  }

  /// x + b, or x where there is no bias. For `inPlace` see `Variable.addingBias`.
  func addBias(_ x: Variable, inPlace: Bool = false) -> Variable {
    bias.map { x.addingBias(x.tape.use($0), inPlace: inPlace) } ?? x
  }
}
