/// What GCN and GraphSAGE share: [dropout → convolution → relu] × (L − 1), then dropout → convolution.
///
/// Each convolution is a stage, so histories lie between them. Dropout comes first in a stage and so applies to the rows of the
/// batch and of the halo alike, after the pull.
public class ConvolutionalModel: GraphModel {
  public let convolutions: [any Convolution]
  public let dropout: Double
  public let graphForm: GraphForm

  public var parameters: [Parameter] { convolutions.flatMap(\.parameters) }

  /// - Parameter dropout: the probability, 0 ≤ p < 1, that an element of a convolution's input drops out in training.
  public init(_ convolutions: [any Convolution], dropout: Double, graphForm: GraphForm) {
    precondition(!convolutions.isEmpty, "a model has at least one layer")
    self.convolutions = convolutions
    self.dropout = dropout
    self.graphForm = graphForm
  }

  public var stages: [Stage] {
    convolutions.enumerated().map { [dropout] index, convolution in
      let isLast = index == convolutions.count - 1
      return Stage(width: convolution.outputs) { x, context in
        let y = convolution(x.dropout(dropout), in: context)
        return isLast ? y : y.relu()
      }
    }
  }

  /// Input and output width of each of `layers` layers.
  static func widths(features: Int, hidden: Int, classes: Int, layers: Int) -> [(inputs: Int, outputs: Int)] {
    precondition(layers > 0, "a model has at least one layer")
    let widths = [features] + Array(repeating: hidden, count: layers - 1) + [classes]
    return Array(zip(widths, widths.dropFirst()).map { (inputs: $0, outputs: $1) })
  }
}
