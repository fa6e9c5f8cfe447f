import GasBase
import GasBatch
import GasStore

/// The most memory that batches of so many partitions take, from what one partition took.
struct MemoryEstimate {
  /// Page cache that the work cannot do without: pages that are asked for before they are copied, pages on their way to the disk, and the
  /// program itself.
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
  ///   - slots: batches that are in memory at the same time.
  ///   - stateBytes: moments and copies of the weights.
  ///   - haloSources: columns whose halo rows are copied together at the same time (`HaloStaging`).
  init(_ sample: StepSample, _ table: PartitionTable, slots: Int, stateBytes: Int, haloSources: Int = 0) {
    self.sample = sample
    self.table = table
    self.slots = slots
    self.stateBytes = stateBytes
    self.haloSources = haloSources
  }

  struct Parts {
    let fixed: Int
    let batches: Int
    let values: Int
    var sum: Int { fixed + batches + values + MemoryEstimate.cacheBytes }
  }

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

  /// How many partitions a batch gets: `wanted`, or as many as the budget has room for.
  ///
  /// - Parameter isLeast: whether fewer than wanted are refused.
  func count(_ wanted: Int, isLeast: Bool, within budget: Int?, file: String) throws -> Int {
    guard let budget else { return wanted }
    let fitting = largestCount(upTo: wanted, within: budget)
    if let fitting, fitting == wanted || !isLeast { return fitting }
    let least = isLeast ? wanted : 1
    let batch = "a batch of \(least) \(least == 1 ? "partition" : "partitions")"
    let fewer = fitting.map { "--batch-partitions \($0)" } ?? "ingest with more --partitions"
    throw GasError(
      "\(batch) takes up to \(Units.bytes(parts(least).sum)), --memory allows \(Units.bytes(budget))", file: file,
      advice: "pass --memory \(parts(least).sum.mebibytes)MiB or more, or \(fewer)")
  }
}

extension MemoryEstimate {
  /// By bisection: a larger batch takes more.
  private func largestCount(upTo wanted: Int, within budget: Int) -> Int? {
    func fits(_ count: Int) -> Bool { parts(count).sum <= budget }
    if fits(wanted) { return wanted }
    let fitting = (1..<max(1, wanted)).partitioningIndex { !fits($0) } - 1
    return fitting > 0 ? fitting : nil
  }
}

extension PartitionTable {
  /// Of so many partitions each, but for the last.
  func batchCount(_ size: Int) -> Int { (count + size - 1) / size }
}

extension Int {
  fileprivate var mebibytes: Int { (self + (1 << 20) - 1) >> 20 }
}
