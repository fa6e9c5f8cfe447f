import GasAutodiff

/// A graph layer, which computes the rows of the batch from those of the batch and its halo.
public protocol Convolution: AnyObject {
  /// The trained parameters, in a fixed order, with unique names.
  var parameters: [Parameter] { get }
  /// State that is not trained, such as running means; none by default.
  var buffers: [NamedMatrix] { get }
  /// Columns of the result.
  var outputs: Int { get }
  /// Which parts of x are read; its rows by default.
  var inputUse: InputUse { get }
  /// Whether gradients go to single entries of the adjacency (`GraphModel.usesEntryNumbers`); not by default.
  var usesEntryNumbers: Bool { get }

  /// Computes the layer on a batch.
  ///
  /// - Parameters:
  ///   - x: (n + h) × inputs, the batch's n rows first.
  ///   - context: the batch; its adjacency is n × (n + h).
  /// - Returns: n × outputs. An activation that follows may overwrite it, so it must not be kept or read elsewhere.
  func callAsFunction(_ x: Variable, in context: StageContext) -> Variable
}

extension Convolution {
  /// No state, the default.
  public var buffers: [NamedMatrix] { [] }
  /// All rows, the default.
  public var inputUse: InputUse { .rows }
  /// No numbers of entries, the default.
  public var usesEntryNumbers: Bool { false }
}

extension Linear {
  /// aggregate(X·W) = aggregate(X)·W without the bias, in the cheaper order (`Variable.isAggregatedFirst`). The
  /// aggregator is sum or mean, which alone are linear. The result may be overwritten by what is added to it.
  func aggregate(_ x: Variable, over adjacency: SparseMatrix, by aggregator: Aggregator) -> Variable {
    if x.isAggregatedFirst(over: adjacency, outputs: outputs) {
      transform(x.aggregated(over: adjacency, by: aggregator, asOperand: true), isLastUse: true)
    } else {
      transform(x).aggregated(over: adjacency, by: aggregator)
    }
  }
}
