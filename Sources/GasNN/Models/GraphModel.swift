/// A graph neural network, written once as stages between which histories lie.
///
/// Training with histories, full-batch training and exact layer-wise inference are three ways to drive the same stages.
/// A model of one's own takes its parameters and a list of stages:
///
///     import GasBase
///     import GasNN
///
///     final class NeighbourMean: GraphModel {
///       let first: Linear, second: Linear
///       let graphForm = GraphForm.plain
///       var parameters: [Parameter] { first.parameters + second.parameters }
///
///       init(features: Int, hidden: Int, classes: Int, random: inout SeededRandom) {
///         first = Linear("first", inputs: features, outputs: hidden, random: &random)
///         second = Linear("second", inputs: 2 * hidden, outputs: classes, random: &random)
///       }
///
///       var stages: [Stage] {
///         [
///           Stage(width: first.outputs) { x, context in
///             self.first(x).relu().aggregated(over: context.adjacency, by: .mean)
///           },
///           Stage(width: second.outputs) { x, context in
///             let mean = x.aggregated(over: context.adjacency, by: .mean)
///             return self.second(x.tape.concatenateColumns([x.prefixRows(context.batchRowCount), mean]))
///           },
///         ]
///       }
///     }
public protocol GraphModel: AnyObject {
  /// In a fixed order, with unique names.
  var parameters: [Parameter] { get }
  /// What is kept with the weights but not trained, such as the running means of batch norm; none by default. Names are
  /// unique among parameters and buffers.
  var buffers: [NamedMatrix] { get }
  var graphForm: GraphForm { get }
  /// Whether the stages want `StageContext.edgeFeatures`; they do not by default, and then nothing is read for them.
  var usesEdgeFeatures: Bool { get }
  /// How they want weights, where the graph has some; as values by default.
  var edgeWeightUse: EdgeWeightUse { get }
  /// The output of stage l is what history l + 1 holds and stage l + 1 reads; that of the last stage is the model's.
  /// The operations between two histories belong to one stage.
  var stages: [Stage] { get }
}

extension GraphModel {
  public var buffers: [NamedMatrix] { [] }
  public var usesEdgeFeatures: Bool { false }
  public var edgeWeightUse: EdgeWeightUse { .values }

  /// Everything that makes the model what it is: parameters, then buffers, as checkpoints name them.
  public var namedWeights: [NamedMatrix] {
    parameters.map { ($0.name, $0.value) } + buffers
  }
}
