import GasAutodiff
import GasBase

/// Layers of dropout → linear with relu between, on each node's features alone. It shows what the graph adds. One layer
/// is logistic regression. It has a single stage, since there is nothing to pull.
public final class MLP: GraphModel {
  /// The linear layers in their order.
  public let layers: [Linear]
  /// The probability that an element of a layer's input drops out in training.
  public let dropout: Double
  /// Whether features drop out too.
  public let dropsInput: Bool
  /// The model needs no edges.
  public let graphForm = GraphForm.nodesOnly
  /// The model needs no weights of edges.
  public let edgeWeightUse = EdgeWeightUse.none

  /// The trained parameters: weight and bias of each layer.
  public var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// Makes a model of the widths, layers and dropout of `shape` and draws its weights.
  public init(_ shape: StackShape, random: inout SeededRandom) {
    var linears: [Linear] = []
    for (index, width) in shape.widths.enumerated() {
      linears.append(
        Linear("layers.\(index)", inputs: width.inputs, outputs: width.outputs, random: &random))
    }
    layers = linears
    dropout = shape.dropout
    dropsInput = shape.dropsInput
  }

  /// The only stage: all layers.
  public var stages: [Stage] {
    [
      Stage(width: layers[layers.count - 1].outputs) { [layers, dropout, dropsInput] x, context in
        let batch = x.prefixRows(context.batchRowCount)
        return layers.enumerated().reduce(batch) { x, layer in
          let y = layer.element(layer.offset > 0 || dropsInput ? x.dropout(dropout) : x)
          return layer.offset == layers.count - 1 ? y : y.relu(inPlace: true)
        }
      }
    ]
  }
}
