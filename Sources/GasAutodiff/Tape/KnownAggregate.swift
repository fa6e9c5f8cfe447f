/// A value of which only the aggregation over the batch's adjacency is known, not the rows. `InputUse.aggregate` allows
/// it.
public struct KnownAggregate {
  /// n + h, the rows that the value would have.
  public let rowCount: Int
  /// How the aggregation was made; no other one may be asked for.
  public let aggregator: Aggregator
  /// n × k, aggregated over the adjacency in the model's `graphForm`.
  public let aggregate: DenseRows
  /// The batch's own rows, n × k; `nil` if they are not read.
  public let own: DenseRows?

  static let otherUse = """
    of this input only the aggregation is known, since its stage's inputUse says that nothing else is read; declare .rows
    """

  /// Groups what is known of a batch's input. The matrices must stay valid as long as the tape's step.
  public init(rowCount: Int, aggregator: Aggregator, aggregate: DenseRows, own: DenseRows?) {
    self.rowCount = rowCount
    self.aggregator = aggregator
    self.aggregate = aggregate
    self.own = own
  }
}

extension Tape {
  /// A constant whose aggregation is known already, so that `Variable.aggregated` costs nothing.
  public func constant(_ known: KnownAggregate) -> Variable {
    Variable(self, .aggregate(known), gradientRows: 0)
  }
}

extension Variable {
  /// The number of multiplications of a dense product that take about as long as reading one number of a row that lies
  /// anywhere. It is the ratio of the two rates that `Benchmarks/run ceilings` measures, and about the same with
  /// bfloat16, which doubles both.
  private static let multiplicationsPerGather = 4

  /// Whether to aggregate over `adjacency` before a product with a matrix of `outputs` columns, told by shapes alone.
  ///
  /// Aggregated first, the product has the batch's rows only, without the halo's. Transformed first, the rows that are
  /// gathered are as wide as the result. So X is aggregated first where W makes it no narrower, and where the numbers
  /// that a narrower gather saves, entries · (columns − outputs), cost less than the halo's product,
  /// h · columns · outputs multiplications. Sparse X is transformed first, since aggregation would make it dense. X
  /// that is aggregated already stays so.
  package func isAggregatedFirst(over adjacency: SparseMatrix, outputs: Int) -> Bool {
    switch storage {
    case .dense, .narrow, .joined:
      let gathered = adjacency.entryCount * (columns - outputs)
      let haloProduct = (adjacency.columnCount - adjacency.rowCount) * columns * outputs
      return outputs >= columns || Self.multiplicationsPerGather * gathered < haloProduct
    case .sparse: return false
    case .aggregate: return true
    }
  }
}
