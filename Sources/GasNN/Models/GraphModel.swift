/// What the adjacency that a model's stages get looks like.
public enum GraphForm: Sendable {
  /// The edges as stored; values only if the graph is weighted.
  case plain
  /// Every node is its own neighbour too; a missing self-loop is added.
  case selfLoops
  /// The values of GCN: a_vu = w_vu / √(d_v d_u) over edges and self-loops (a missing one is added with weight 1; d_v: sum of the
  /// weights of v's incoming edges and its self-loop).
  case symmetric
  /// The model looks at each node by itself: no edges, no halo.
  case nodesOnly
}

/// How the stages of a model get the weights of a weighted graph's edges.
public enum EdgeWeightUse: Sendable {
  /// As the adjacency's values, normalised where the form says so.
  case values
  /// As the last column of `StageContext.edgeFeatures`; a self-loop that the form added has the mean of its row's weights there, and 0
  /// in a row without entries. The adjacency is as that of an unweighted graph.
  case feature
  /// Not at all: the adjacency is as that of an unweighted graph.
  case none
}

/// A graph neural network, written once as stages between which histories lie.
///
/// Training with histories, full-batch training and exact layer-wise inference are three ways to drive the same stages. A model of
/// one's own takes its parameters and a list of stages:
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
  /// The output of stage l is what history l + 1 holds and stage l + 1 reads; that of the last stage is the model's. The
  /// operations between two histories belong to one stage.
  var stages: [Stage] { get }
}

/// What a checkpoint keeps under a name.
public typealias NamedMatrix = (name: String, matrix: Matrix)

extension GraphModel {
  public var buffers: [NamedMatrix] { [] }
  public var usesEdgeFeatures: Bool { false }
  public var edgeWeightUse: EdgeWeightUse { .values }

  /// Everything that makes the model what it is: parameters, then buffers, as checkpoints name them.
  public var namedWeights: [NamedMatrix] {
    parameters.map { ($0.name, $0.value) } + buffers
  }
}

/// The part of a model between two histories.
public struct Stage {
  /// Columns of the output.
  public let width: Int
  /// Name and width of what this stage leaves in `StageContext.carried` for later ones: n × width each.
  public let carries: [String: Int]
  /// What `forward` does with its input; a driver may leave out what is not read.
  public let inputUse: InputUse
  /// From (n + h) × width of the stage before, the batch's n rows first, then the halo's, to n × `width`.
  public let forward: (Variable, StageContext) -> Variable

  public init(
    width: Int, carries: [String: Int] = [:], inputUse: InputUse = .rows,
    forward: @escaping (Variable, StageContext) -> Variable
  ) {
    self.width = width
    self.carries = carries
    self.inputUse = inputUse
    self.forward = forward
  }
}

/// What is read of a stage's input, in training and in inference alike.
public enum InputUse: Equatable, Sendable {
  /// Its rows, those of the halo too.
  case rows
  /// Nothing but `aggregated(over: context.adjacency, by: aggregator)` and, if `own`, `prefixRows(context.batchRowCount)`. Of
  /// features, which never change, a driver may then aggregate once and for all.
  case aggregate(by: Aggregator, own: Bool)
}
