import GasStore

extension Batch {
  /// A batch that another rank has computed: its partitions, and what is known of its rows; no graph.
  ///
  /// - Parameters:
  ///   - partitions: its partitions, in the order of its rows; none if the rows are some of theirs alone.
  ///   - table: the partitions of the store.
  ///   - rowCount: how many rows it has.
  ///   - labels: the labels of the rows.
  ///   - splits: the part of each row; empty if the store has no split.
  package convenience init(
    of partitions: [Int], _ table: PartitionTable, rowCount: Int, labels: NodeLabels, splits: UnsafeBufferPointer<UInt8>
  ) {
    self.init()
    segments = Batch.Segment.arranged(partitions, table)
    (self.rowCount, self.labels, self.splits) = (rowCount, labels, splits)
  }
}
