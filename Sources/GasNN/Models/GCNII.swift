import GasBase

/// GCNII (Chen et al., ICML 2020): `layers` of its convolutions between two linear layers, deep without over-smoothing,
/// since every layer sees what the first linear layer made of the features.
///
/// Convolutions are `.regularised`, the linear layers `.unregularised`.
public final class GCNII: LayerStack {
  /// Makes a model and draws its weights.
  ///
  /// - Parameters:
  ///   - shape: widths, layers, dropout, and what is between layers. Outer linear layers are always there.
  ///   - alpha: share of X₀ in each layer.
  ///   - theta: how fast the layers' transformation fades with depth: β = log(θ / layer + 1).
  ///   - sharesWeights: whether one matrix transforms X₀ and the rest.
  ///   - random: the generator that the weights are drawn from.
  public convenience init(
    _ shape: StackShape, alpha: Double = 0.1, theta: Double = 0.5, sharesWeights: Bool = true,
    random: inout SeededRandom
  ) {
    var shape = shape
    shape.hasOuterLinears = true
    self.init(
      shape, graphForm: .symmetric, initialName: GCNIIConvolution.initialName, random: &random
    ) { index, name, inputs, _, random in
      GCNIIConvolution(
        name, width: inputs, layer: index + 1, alpha: alpha, theta: theta, sharesWeights: sharesWeights,
        random: &random)
    }
  }
}
