import GasBase

/// What of a graph a store holds: all of it, or, if it is a shard, what one of several ranks reads.
extension Store {
  /// The partitions whose lists the store has: all of them, unless it is a shard.
  public var heldPartitions: Range<Int> { manifest.shard?.partitions ?? partitions.indices }

  /// Whether the store has the lists and the features of all nodes.
  public var isWhole: Bool { heldPartitions == partitions.indices }

  /// Refuses work on a partition whose lists the store does not have.
  ///
  /// - Parameter partitions: their numbers.
  /// - Throws: `GasError` that names the first that it does not have.
  public func checkHolds(_ partitions: some Sequence<Int>) throws {
    let held = heldPartitions
    guard let shard = manifest.shard, let other = partitions.first(where: { !held.contains($0) }) else { return }
    throw GasError(
      "is \(shard.text) of a store, which has partitions \(held.lowerBound) to \(held.upperBound - 1) and not \(other)",
      file: path, advice: "use the whole store for that")
  }
}
