import GasBase

/// Layers of dropout → linear with relu between, on each node's features alone: what the graph must beat. One layer is logistic
/// regression. A single stage, since there is nothing to pull.
public final class MLP: GraphModel {
  public let layers: [Linear]
  public let dropout: Double
  public let graphForm = GraphForm.nodesOnly

  public var parameters: [Parameter] { layers.flatMap(\.parameters) }

  public init(
    features: Int, hidden: Int, classes: Int, layers: Int = 2, dropout: Double = 0.5, random: inout SeededRandom
  ) {
    let widths = ConvolutionalModel.widths(features: features, hidden: hidden, classes: classes, layers: layers)
    var linears: [Linear] = []
    for (index, width) in widths.enumerated() {
      linears.append(
        Linear("layers.\(index)", inputs: width.inputs, outputs: width.outputs, random: &random))
    }
    self.layers = linears
    self.dropout = dropout
  }

  public var stages: [Stage] {
    [
      Stage(width: layers[layers.count - 1].outputs) { [layers, dropout] x, context in
        let batch = x.prefixRows(context.batchRowCount)
        return layers.enumerated().reduce(batch) { x, layer in
          let y = layer.element(x.dropout(dropout))
          return layer.offset == layers.count - 1 ? y : y.relu()
        }
      }
    ]
  }
}
