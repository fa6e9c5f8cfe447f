import GasAutodiff
import GasBase

/// Y[r] = (X[r] − μ_r) / √(σ²_r + ε) ⊙ w + b, layer normalisation (Ba, Kiros and Hinton, 2016) as torch.nn.LayerNorm.
///
/// X: n × columns, dense; μ_r and σ²_r: the mean and the biased variance of row r; w (ones at first) and b (zeros):
/// 1 × columns. A row depends on no other, so training and inference compute the same, whatever is in the batch.
public final class LayerNorm: Norm {
  /// w, 1 × columns.
  public let weight: Parameter
  /// b, 1 × columns.
  public let bias: Parameter
  /// ε, which is added to a variance.
  public let epsilon: Double

  /// w and b.
  public var parameters: [Parameter] { [weight, bias] }
  /// It keeps nothing.
  public var buffers: [NamedMatrix] { [] }

  /// Makes a layer norm with w = 1 and b = 0. Its parameters are called `name.weight` and `name.bias`.
  public init(
    _ name: String, columns: Int, epsilon: Double = 1e-5, decay: Parameter.Decay = .regularised,
    random: inout SeededRandom
  ) {
    self.epsilon = epsilon
    weight = Parameter(
      name + ".weight", rows: 1, columns: columns, initialiser: .ones, decay: decay, random: &random)
    bias = Parameter(name + ".bias", rows: 1, columns: columns, initialiser: .zeros, decay: decay, random: &random)
  }

  /// Normalises the rows of x, m × columns; there are no statistics to update.
  public func callAsFunction(_ x: Variable, updatingStatistics updates: Bool = true) -> Variable {
    precondition(
      x.columns == weight.value.columns, "a layer norm of \(weight.value.columns) columns cannot take \(x.columns)")
    return x.layerNormalised(weight: x.tape.use(weight), bias: x.tape.use(bias), epsilon: epsilon)
  }
}
