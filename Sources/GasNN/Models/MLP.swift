import GasBase

/// Layers of dropout → linear with relu between, on each node's features alone: what the graph must beat. One layer is
/// logistic regression. A single stage, since there is nothing to pull.
public final class MLP: GraphModel {
  public let layers: [Linear]
  public let dropout: Double
  public let dropsInput: Bool
  public let graphForm = GraphForm.nodesOnly
  public let edgeWeightUse = EdgeWeightUse.none

  public var parameters: [Parameter] { layers.flatMap(\.parameters) }

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
