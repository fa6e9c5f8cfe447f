import GasBase

/// Graph convolutional network: `layers` graph convolutions with relu between and dropout before each.
///
/// The last convolution's parameters are `.unregularised`, the others `.regularised`, as in the published experiments.
public final class GCN: ConvolutionalModel {
  public init(
    features: Int, hidden: Int, classes: Int, layers: Int = 2, dropout: Double = 0.5, random: inout SeededRandom
  ) {
    let widths = Self.widths(features: features, hidden: hidden, classes: classes, layers: layers)
    var convolutions: [any Convolution] = []
    for (index, width) in widths.enumerated() {
      convolutions.append(
        GCNConvolution(
          "convolutions.\(index)", inputs: width.inputs, outputs: width.outputs,
          decay: index == layers - 1 ? .unregularised : .regularised, random: &random))
    }
    super.init(convolutions, dropout: dropout, graphForm: .symmetric)
  }
}
