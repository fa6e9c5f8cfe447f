/// Of a value of which only the aggregation over the batch's adjacency is known, not the rows: what
/// `InputUse.aggregate` allows.
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
  /// Multiplications of a dense product that take about as long as reading one number of a row that lies anywhere: the
  /// ratio of the two rates that `Benchmarks/run ceilings` measures.
  private static let multiplicationsPerGather = 4

  /// Whether to aggregate over `adjacency` before a product with a matrix of `outputs` columns, told by shapes alone.
  ///
  /// Aggregated first, the product has the batch's rows only, without the halo's; transformed first, rows that are
  /// gathered are as wide as the result. So X is aggregated first where W makes it no narrower, and where what a
  /// narrower gather saves, entries · (columns − outputs) numbers, is less than the halo's product,
  /// h · columns · outputs multiplications. Sparse X is transformed first, since aggregation would make it dense. What
  /// is aggregated already stays so.
  func isAggregatedFirst(over adjacency: SparseMatrix, outputs: Int) -> Bool {
    switch storage {
    case .dense, .joined:
      let gathered = adjacency.entryCount * (columns - outputs)
      let haloProduct = (adjacency.columnCount - adjacency.rowCount) * columns * outputs
      return outputs >= columns || Self.multiplicationsPerGather * gathered < haloProduct
    case .sparse: return false
    case .aggregate: return true
    }
  }
}
