import GasBase

/// Graph convolutional network (Kipf and Welling, ICLR 2017): a stack of graph convolutions.
///
/// The last convolution's parameters are `.unregularised`, the others `.regularised`, as in the published experiments;
/// with outer linear layers all convolutions are regularised and the linear layers are not.
public final class GCN: LayerStack {
  /// Makes a model of `shape` and draws its weights.
  public convenience init(_ shape: StackShape, random: inout SeededRandom) {
    self.init(shape, graphForm: .symmetric, random: &random) { index, name, inputs, outputs, random in
      let isOutput = index == shape.layers - 1 && !shape.hasOuterLinears
      return GCNConvolution(
        name, inputs: inputs, outputs: outputs, decay: isOutput ? .unregularised : .regularised, random: &random)
    }
  }
}
