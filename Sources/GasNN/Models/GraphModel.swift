import GasAutodiff

/// A graph neural network, written once as a list of stages between which histories lie.
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
  /// The trained parameters, in a fixed order, with unique names.
  var parameters: [Parameter] { get }
  /// State that is kept with the weights but not trained, such as the running means of batch norm; none by default.
  /// Names are unique among parameters and buffers.
  var buffers: [NamedMatrix] { get }
  /// The form of the adjacency that the stages get.
  var graphForm: GraphForm { get }
  /// Whether the stages read `StageContext.edgeFeatures`. By default they do not, and then nothing is loaded for them.
  var usesEdgeFeatures: Bool { get }
  /// How the stages get the weights of a weighted graph's edges; as values by default.
  var edgeWeightUse: EdgeWeightUse { get }
  /// Whether gradients go to single entries of the adjacency, as those of `Variable.attended` and of aggregations by
  /// `.max` or `.min` do, so that batches number the entries of its transposed form. By default they do not: sums,
  /// means and messages need no numbers, which take time and memory. A gradient that needs them all the same makes
  /// them itself, in every step, with the same result.
  var usesEntryNumbers: Bool { get }
  /// The stages in their order. History l + 1 holds the output of stage l, and stage l + 1 reads it; the output of the
  /// last stage is the model's. All operations between two histories belong to one stage.
  var stages: [Stage] { get }
}

extension GraphModel {
  /// No state, the default.
  public var buffers: [NamedMatrix] { [] }
  /// No edge features, the default.
  public var usesEdgeFeatures: Bool { false }
  /// Weights as the adjacency's values, the default.
  public var edgeWeightUse: EdgeWeightUse { .values }
  /// No numbers of entries, the default.
  public var usesEntryNumbers: Bool { false }

  /// All weights that make the model what it is: parameters, then buffers, with the names that checkpoints give them.
  public var namedWeights: [NamedMatrix] {
    parameters.map { ($0.name, $0.value) } + buffers
  }
}
