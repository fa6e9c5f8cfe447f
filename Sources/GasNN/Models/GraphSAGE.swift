import GasBase

/// GraphSAGE with the mean over all neighbours: a stack of its layers. All their parameters are `.regularised`.
public final class GraphSAGE: LayerStack {
  /// Makes a model of `shape` and draws its weights.
  public convenience init(_ shape: StackShape, random: inout SeededRandom) {
    self.init(shape, graphForm: .plain, random: &random) { _, name, inputs, outputs, random in
      SAGEConvolution(name, inputs: inputs, outputs: outputs, random: &random)
    }
  }
}
