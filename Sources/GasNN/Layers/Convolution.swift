/// A graph layer: from the rows of the batch and its halo to the rows of the batch.
public protocol Convolution: AnyObject {
  var parameters: [Parameter] { get }
  /// State that is not trained, such as running means; none by default.
  var buffers: [NamedMatrix] { get }
  /// Columns of the result.
  var outputs: Int { get }

  /// - Parameters:
  ///   - x: (n + h) × inputs, the batch's n rows first.
  ///   - context: the batch; its adjacency is n × (n + h).
  /// - Returns: n × outputs.
  func callAsFunction(_ x: Variable, in context: StageContext) -> Variable
}

extension Convolution {
  public var buffers: [NamedMatrix] { [] }
}

extension Linear {
  /// aggregate(X·W) = aggregate(X)·W without the bias, in the cheaper order, told by shapes alone.
  ///
  /// Sparse X is transformed first, since aggregation would make it dense; so is X if W makes it narrower, since then less is
  /// gathered. Otherwise aggregation comes first: the dense product then has the batch's rows only, without the halo's.
  func aggregate(_ x: Variable, over adjacency: SparseMatrix, by aggregator: Aggregator) -> Variable {
    if x.isSparse || outputs < inputs {
      transform(x).aggregated(over: adjacency, by: aggregator)
    } else {
      transform(x.aggregated(over: adjacency, by: aggregator))
    }
  }
}
