/// What a shard holds of a column.
enum ColumnShare {
  /// All of it.
  case whole
  /// What belongs to the entries of its partitions.
  case entries
  /// What belongs to the halo rows of its partitions.
  case haloRows
  /// Its rows of dense features, and the ghosts'.
  case heldRows
  /// The lists of sparse features of these.
  case heldLists
}

extension ColumnName {
  /// What a shard holds of the column; elsewhere it is zero (docs/format.md, "Shards").
  var share: ColumnShare {
    switch self {
    case .neighbours, .edgeWeights, .edgeFeatures: .entries
    case .halo, .haloDegrees: .haloRows
    case .features: .heldRows
    case .featureOffsets, .featureIndices, .featureValues: .heldLists
    case .order, .ids, .idOffsets, .idBytes, .degrees, .weightedDegrees, .labels, .splits, .sampleWeights, .selfLoops:
      .whole
    }
  }

  /// Where the elements of partitions that follow each other lie, in a column of entries or halo rows.
  func elements(of partitions: Range<Int>, in store: Store) -> Range<Int> {
    let (table, width) = (store.partitions, store.column(self).width)
    switch share {
    case .entries:
      let entries = table.edges(of: partitions)
      return entries.lowerBound * width..<entries.upperBound * width
    case .haloRows: return table.halo(of: partitions)
    case .whole, .heldRows, .heldLists: preconditionFailure("\(rawValue) does not lie by partitions")
    }
  }
}
