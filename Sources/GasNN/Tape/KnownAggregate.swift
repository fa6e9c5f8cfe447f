/// Of a value of which only the aggregation over the batch's adjacency is known, not the rows: what `InputUse.aggregate` allows.
public struct KnownAggregate {
  /// n + h, the rows that the value would have.
  public let rowCount: Int
  public let aggregator: Aggregator
  /// n × k, aggregated over the adjacency in the model's `graphForm`.
  public let aggregate: Matrix
  /// The batch's own rows, n × k; `nil` if they are not read.
  public let own: Matrix?

  static let otherUse = """
    of this input only the aggregation is known, since its stage's inputUse says that nothing else is read; declare .rows
    """

  public init(rowCount: Int, aggregator: Aggregator, aggregate: Matrix, own: Matrix?) {
    self.rowCount = rowCount
    self.aggregator = aggregator
    self.aggregate = aggregate
    self.own = own
  }
}

extension Tape {
  /// Features of which the aggregation is known already: `Variable.aggregated` costs nothing then.
  public func constant(_ known: KnownAggregate) -> Variable {
    Variable(self, .aggregate(known), gradientRows: 0)
  }
}

extension Variable {
  /// Whether to aggregate before a product with a matrix of `outputs` columns, told by shapes alone.
  ///
  /// Sparse X is transformed first, since aggregation would make it dense; so is X if W makes it narrower, since then less is
  /// gathered. Otherwise aggregation comes first: the dense product then has the batch's rows only, without the halo's. What is
  /// aggregated already stays so.
  func isAggregatedFirst(outputs: Int) -> Bool {
    switch storage {
    case .dense, .joined: outputs >= columns
    case .sparse: false
    case .aggregate: true
    }
  }
}
