/// A graph layer: from the rows of the batch and its halo to the rows of the batch.
public protocol Convolution: AnyObject {
  var parameters: [Parameter] { get }
  /// State that is not trained, such as running means; none by default.
  var buffers: [NamedMatrix] { get }
  /// Columns of the result.
  var outputs: Int { get }
  /// What is read of x; its rows by default.
  var inputUse: InputUse { get }

  /// - Parameters:
  ///   - x: (n + h) × inputs, the batch's n rows first.
  ///   - context: the batch; its adjacency is n × (n + h).
  /// - Returns: n × outputs; an activation that follows may take its place, so it is not to be kept or read elsewhere.
  func callAsFunction(_ x: Variable, in context: StageContext) -> Variable
}

extension Convolution {
  public var buffers: [NamedMatrix] { [] }
  public var inputUse: InputUse { .rows }
}

extension Linear {
  /// aggregate(X·W) = aggregate(X)·W without the bias, in the cheaper order (`Variable.isAggregatedFirst`). What is
  /// added to the result may take its place.
  ///
  /// - Parameter aggregator: sum or mean, which alone are linear.
  func aggregate(_ x: Variable, over adjacency: SparseMatrix, by aggregator: Aggregator) -> Variable {
    if x.isAggregatedFirst(over: adjacency, outputs: outputs) {
      transform(x.aggregated(over: adjacency, by: aggregator), isLastUse: true)
    } else {
      transform(x).aggregated(over: adjacency, by: aggregator)
    }
  }
}
