import GasBase

/// GraphSAGE with the mean over all neighbours: `layers` layers with relu between and dropout before each. All parameters are
/// `.regularised`.
public final class GraphSAGE: ConvolutionalModel {
  public init(
    features: Int, hidden: Int, classes: Int, layers: Int = 2, dropout: Double = 0.5, random: inout SeededRandom
  ) {
    let widths = Self.widths(features: features, hidden: hidden, classes: classes, layers: layers)
    var convolutions: [any Convolution] = []
    for (index, width) in widths.enumerated() {
      convolutions.append(
        SAGEConvolution("convolutions.\(index)", inputs: width.inputs, outputs: width.outputs, random: &random))
    }
    super.init(convolutions, dropout: dropout, graphForm: .plain)
  }
}
