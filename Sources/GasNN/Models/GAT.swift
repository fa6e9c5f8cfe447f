import GasBase

/// Graph attention network (Veličković et al., ICLR 2018): a stack of attention layers with ELU between. Hidden heads
/// stand side by side, so hidden rows are `heads · hidden` wide; the output's heads are averaged. Dropout applies to
/// attention too. All parameters are `.regularised`.
public final class GAT: LayerStack {
  /// Makes a model and draws its weights.
  ///
  /// - Parameters:
  ///   - shape: widths, layers, dropout, and what is between layers. With outer linear layers the last layer is hidden
  ///     too: its heads, averaged, have `shape.hidden` columns.
  ///   - heads: heads of hidden layers, each with `shape.hidden` columns.
  ///   - outputHeads: heads of the last layer, each with a column for each class, or as wide as hidden ones.
  ///   - edgeWidth: columns of the edge features that attention uses; 0 for none.
  ///   - weighted: whether attention uses the weights of edges too, as one more of their features. This is PyTorch
  ///     Geometric's GATConv with `edge_dim` 1 and its fill value, the mean, for self-loops that are missing.
  ///   - random: the generator that the weights are drawn from.
  public convenience init(
    _ shape: StackShape, heads: Int = 8, outputHeads: Int = 1, edgeWidth: Int = 0, weighted: Bool = false,
    random: inout SeededRandom
  ) {
    var shape = shape
    shape.edgeWeightUse = weighted ? .feature : .none
    let columns = edgeWidth + (weighted ? 1 : 0)
    self.init(
      shape, graphForm: .selfLoops, activation: .elu, usesEdgeFeatures: edgeWidth > 0, random: &random
    ) { index, name, inputs, outputs, random in
      let isOutput = index == shape.layers - 1
      return GATConvolution(
        name, inputs: index == 0 ? inputs : inputs * heads, headWidth: outputs, heads: isOutput ? outputHeads : heads,
        concatenates: !isOutput, dropout: shape.dropout, edgeWidth: columns, random: &random)
    }
  }
}
