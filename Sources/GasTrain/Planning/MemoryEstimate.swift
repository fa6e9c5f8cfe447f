import GasBase
import GasBatch
import GasStore

/// The most memory that batches of a number of partitions take, from what one partition took.
struct MemoryEstimate {
  /// The page cache that the work cannot do without: pages that are asked for before they are copied, pages on their
  /// way to the disk, and the program itself.
  static let cacheBytes = WriteThrottle.windowBytes + 2 * RowGatherer.advisedBytes + (16 << 20)
  /// Buffers are a little larger than what was asked for (`Buffer`, `Arena`).
  private static let slack = 1.125

  private let sample: StepSample
  private let table: PartitionTable
  private let slots: Int
  private let stateBytes: Int
  let haloSources: Int

  var partitionCount: Int { table.count }

  /// - Parameters:
  ///   - sample: what a step takes on one partition.
  ///   - table: the partitions of the store.
  ///   - slots: how many batches are in memory at the same time.
  ///   - stateBytes: bytes of the optimiser's moments and of copies of the weights.
  ///   - haloSources: how many columns' halo rows are copied together at the same time (`HaloStaging`).
  init(_ sample: StepSample, _ table: PartitionTable, slots: Int, stateBytes: Int, haloSources: Int = 0) {
    self.sample = sample
    self.table = table
    self.slots = slots
    self.stateBytes = stateBytes
    self.haloSources = haloSources
  }

  /// Bytes by what they are for.
  struct Parts {
    let fixed: Int
    let batches: Int
    let values: Int
    var sum: Int { fixed + batches + values + MemoryEstimate.cacheBytes }
  }

  /// What batches of `count` partitions take.
  func parts(_ count: Int) -> Parts {
    let shape = BatchShape(largestOf: count, table)
    let ratio = shape.ratio(to: sample.shape) ?? Double(count)
    let staging =
      haloSources > 0
      ? StagedWindow.Memory.byteCount(halo: shape.halo, sources: haloSources) + 2 * WriteThrottle.windowBytes : 0
    let slots = min(slots, table.batchCount(count))
    return Parts(
      fixed: sample.fixedBytes + stateBytes + staging, batches: Int(Double(slots * sample.batchBytes) * ratio),
      values: Int(Double(sample.valueBytes) * ratio * Self.slack))
  }

  /// How many partitions a batch gets: `wanted`, or as many as the budget allows.
  ///
  /// - Parameters:
  ///   - wanted: the number that was asked for.
  ///   - isLeast: whether fewer than that are refused.
  ///   - budget: the bytes that may be taken; `nil` for no limit.
  ///   - file: the store's path, for messages.
  /// - Returns: the number of partitions in a batch.
  /// - Throws: `GasError` if the budget is too small.
  func count(_ wanted: Int, isLeast: Bool, within budget: Int?, file: String) throws -> Int {
    guard let budget else { return wanted }
    let fitting = largestCount(upTo: wanted, within: budget)
    if let fitting, fitting == wanted || !isLeast { return fitting }
    let least = isLeast ? wanted : 1
    let batch = "a batch of \(least) \(least == 1 ? "partition" : "partitions")"
    let fewer = fitting.map { "--batch-partitions \($0)" } ?? "ingest with more --partitions"
    let needed = parts(least).sum
    throw GasError(
      "\(batch) takes up to \(Units.bytes(needed)), --memory allows \(Units.bytes(budget))", file: file,
      advice: "pass --memory \(Self.advised(needed, over: budget))MiB or more, or \(fewer)", status: .refusedBudget)
  }
}

extension MemoryEstimate {
  /// The budget to name where one was too small, in MiB.
  ///
  /// What the process itself takes is measured for each plan and differs by some MiB, and of a larger budget the ranks
  /// of scores get a little more.
  static func advised(_ needed: Int, over budget: Int) -> Int {
    (needed + 4 << 20 + min(48 << 20, max(0, needed - budget) / 16)).mebibytes
  }

  /// Finds the largest number that fits by bisection, since a larger batch takes more.
  private func largestCount(upTo wanted: Int, within budget: Int) -> Int? {
    func fits(_ count: Int) -> Bool { parts(count).sum <= budget }
    if fits(wanted) { return wanted }
    let fitting = (1..<max(1, wanted)).partitioningIndex { !fits($0) } - 1
    return fitting > 0 ? fitting : nil
  }
}

extension PartitionTable {
  /// How many batches of `size` partitions there are; the last one may be smaller.
  func batchCount(_ size: Int) -> Int { (count + size - 1) / size }
}

extension Int {
  fileprivate var mebibytes: Int { (self + (1 << 20) - 1) >> 20 }
}
