import GasBase

/// The order in which partitions are visited, as plain data: groups of partitions, each group one batch.
public enum VisitOrder {
  /// Shuffled partitions in groups of `size`, the last group possibly smaller. The same seed and epoch give the same order.
  ///
  /// Source: Fey et al. 2021, section 5; the groups of the GAS implementation.
  public static func shuffled(partitionCount: Int, groupSize: Int, seed: UInt64, epoch: Int) -> [[Int]] {
    var random = SeededRandom(seed: seed, stream: UInt64(epoch))
    var order = Array(0..<partitionCount)
    random.shuffle(&order)
    // Sorted groups visit each file front to back; who shares a batch is still random.
    return groups(order, size: groupSize).map { $0.sorted() }
  }

  /// Groups of `size` in the given order, the last possibly smaller.
  public static func groups(_ order: [Int], size: Int) -> [[Int]] {
    stride(from: 0, to: order.count, by: size).map { Array(order[$0..<min($0 + size, order.count)]) }
  }
}
