import GasBatch

/// The batches of an epoch on each of several ranks. In a step every rank computes one batch, or none if it has none
/// left; all ranks know what the others compute.
struct EpochSteps {
  /// For each rank the partitions of each of its batches, in the order of the steps.
  let groups: [[[Int]]]

  /// How many steps the epoch has.
  var count: Int { groups.reduce(0) { max($0, $1.count) } }

  /// Shuffles the partitions of each rank, as an epoch of one rank shuffles all. Batches without training nodes are
  /// left out.
  ///
  /// - Parameters:
  ///   - shares: the partitions of each rank.
  ///   - batchSize: how many of them a batch has.
  ///   - seed: the run's seed.
  ///   - epoch: the number of the epoch.
  ///   - mostSteps: steps after which the epoch ends; `nil` for no limit.
  ///   - isUseful: whether a batch has training nodes.
  init(
    _ shares: [Range<Int>], batchSize: Int, seed: UInt64, epoch: Int, mostSteps: Int?, isUseful: ([Int]) -> Bool
  ) {
    groups = shares.enumerated().map { rank, share in
      // Ranks visit their partitions in orders that have nothing to do with each other.
      let own = seed &+ UInt64(rank) &* 0x9e37_79b9_7f4a_7c15
      let all = VisitOrder.shuffled(share, groupSize: batchSize, seed: own, epoch: epoch).filter(isUseful)
      return Array(all.prefix(mostSteps ?? all.count))
    }
  }

  /// The partitions that a rank pushes in a step.
  func group(of rank: Int, at step: Int) -> [Int] { groups[rank].indices.contains(step) ? groups[rank][step] : [] }

  /// How many lower ranks have a batch in a step. It tells batches of a step apart, and a single one is that of a
  /// process that works alone.
  func place(of rank: Int, at step: Int) -> Int { groups[..<rank].count { $0.indices.contains(step) } }

  /// The partitions of other ranks whose rows are written to a rank's histories at the end of each step.
  ///
  /// - Parameters:
  ///   - rank: the rank that reads them.
  ///   - delay: how many steps after they were pushed (`StepExchange.delay`).
  /// - Returns: the partitions, step by step.
  func writtenAtEnd(for rank: Int, delay: Int) -> [[Int]] {
    (0..<count).map { step in
      step < delay ? [] : groups.indices.flatMap { $0 == rank ? [] : group(of: $0, at: step - delay) }
    }
  }
}
