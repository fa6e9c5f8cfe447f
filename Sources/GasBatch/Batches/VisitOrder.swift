import GasBase

/// The order in which partitions are visited, as plain data: groups of partitions, each group one batch.
public enum VisitOrder {
  /// Partitions shuffled, then cut into groups of `groupSize`, the last one possibly smaller. The same seed and epoch
  /// give the same order.
  ///
  /// Source: Fey et al. 2021, section 5; the groups of the GAS implementation.
  public static func shuffled(partitionCount: Int, groupSize: Int, seed: UInt64, epoch: Int) -> [[Int]] {
    shuffled(0..<partitionCount, groupSize: groupSize, seed: seed, epoch: epoch)
  }

  /// The same of a range of partitions.
  package static func shuffled(_ partitions: Range<Int>, groupSize: Int, seed: UInt64, epoch: Int) -> [[Int]] {
    var random = SeededRandom(seed: seed, stream: UInt64(epoch))
    var order = Array(partitions)
    random.shuffle(&order)
    // Sorted groups visit each file front to back; which partitions share a batch is still random.
    return groups(order, size: groupSize).map { $0.sorted() }
  }

  /// Cuts an order into groups of `size`, the last one possibly smaller.
  public static func groups(_ order: [Int], size: Int) -> [[Int]] {
    stride(from: 0, to: order.count, by: size).map { Array(order[$0..<min($0 + size, order.count)]) }
  }
}
