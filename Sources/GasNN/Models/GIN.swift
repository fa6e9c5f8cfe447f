import GasBase

/// Graph isomorphism network (Xu et al., ICLR 2019) as in GNNAutoScale's experiments: isomorphism layers between two
/// linear layers, x ← relu(MLP((1 + ε)·x + Σ x_u)) + x.
///
/// Layers are `.regularised`, the linear layers `.unregularised`.
public final class GIN: LayerStack {
  /// Makes a model and draws its weights.
  ///
  /// - Parameters:
  ///   - shape: widths, layers, dropout, and what is between layers. Outer linear layers are always there.
  ///   - lipschitz: weight of the penalty that keeps the error of stale histories small; each layer but the first adds
  ///     its share, divided by the number of histories. 0 for none.
  ///   - random: the generator that the weights are drawn from.
  public convenience init(_ shape: StackShape, lipschitz: Double = 0, random: inout SeededRandom) {
    var shape = shape
    shape.hasOuterLinears = true
    let norm = shape.norm
    // The norm belongs into the layers' MLP, not between the layers.
    shape.norm = .none
    let share = lipschitz / Double(max(1, shape.layers - 1))
    self.init(
      shape, graphForm: .plain, residual: .afterActivation, random: &random
    ) { index, name, inputs, outputs, random in
      GINConvolution(
        name, inputs: inputs, outputs: outputs, norm: norm, lipschitz: index > 0 ? share : 0, random: &random
      )
    }
  }
}
