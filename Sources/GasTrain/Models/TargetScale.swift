import GasStore

/// The mean and deviation of real values over training nodes, by which a model's outputs and errors are scaled
/// (`StandardisedModel`). Learning then does not depend on the units of the values.
struct TargetScale {
  /// The mean of each column; 0 where no training node has a value.
  let means: [Float]
  /// The deviation of each column, above 0; 1 where it has no two different values.
  let deviations: [Float]

  /// Reads labels and split once.
  ///
  /// - Parameters:
  ///   - store: a store with real values.
  ///   - split: the number of the split; a store that lacks it has no training nodes.
  /// - Throws: `GasError` if labels or splits are damaged.
  init(_ store: Store, split: Int) throws {
    let (width, splits) = (store.manifest.labels?.classCount ?? 0, store.manifest.splitCount)
    var moments = ValueMoments(width: width)
    for partition in store.partitions.indices where split < splits {
      let nodes = store.partitions.nodes(partition)
      let parts = try store.splits(of: nodes)
      let values = try store.values(of: nodes)
      for row in 0..<nodes.count where parts[row * splits + split] == SplitPart.train.rawValue {
        moments.add(values.row(row, width: width))
      }
      store.releaseLabels(of: nodes)
    }
    means = moments.columns.map { Float($0.mean) }
    deviations = moments.columns.map { $0.deviation > 0 ? max(Float($0.deviation), .leastNormalMagnitude) : 1 }
  }
}
