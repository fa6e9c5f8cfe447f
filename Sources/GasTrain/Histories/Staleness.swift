import GasBase
import GasNN
import GasStore

/// How old the rows of a history are, in steps since they were pushed.
public struct AgeSummary: Codable, Equatable, Sendable {
  public var min: Int
  public var median: Int
  public var percentile90: Int
  public var max: Int

  /// - Parameter counts: how many rows have each age. There are at most as many ages as there were steps.
  init(counts: [Int: Int]) {
    let total = counts.values.reduce(0, +)
    let ages = counts.keys.sorted()
    func quantile(_ share: Double) -> Int {
      var seen = 0
      for age in ages {
        seen += counts[age]!
        if Double(seen) >= share * Double(total) { return age }
      }
      return ages.last ?? 0
    }
    min = ages.first ?? 0
    median = quantile(0.5)
    percentile90 = quantile(0.9)
    max = ages.last ?? 0
  }
}

/// How old one layer's history is, and its drift ‖h̄ − h‖ / ‖h‖ from the exact embeddings, over all nodes and for each partition; of
/// one step's rows what of that is staleness, and what noise (`NoiseMeter`).
public struct LayerStaleness: Codable, Equatable, Sendable {
  public struct Partition: Codable, Equatable, Sendable {
    public var partition: Int
    public var medianAge: Int
    @JSONNumber public var drift: Double
  }

  public var layer: Int
  public var age: AgeSummary
  @JSONNumber public var drift: Double
  /// ‖h̄ − h′‖ / ‖h‖ and ‖h′ − h‖ / ‖h‖ of the rows that one step has pushed, h′ being what it would push now; absent where that was
  /// not measured.
  public var staleness: Double?
  public var noise: Double?
  /// ‖h̄_v − h_v‖ of single rows: the mean and the largest.
  @JSONNumber public var meanDistance: Double
  @JSONNumber public var largestDistance: Double
  public var partitions: [Partition]

  /// The partitions with the largest drift, worst first; what is not a number is worst.
  public func worst(_ count: Int) -> [Partition] {
    func order(_ partition: Partition) -> Double { partition.drift.isNaN ? .infinity : partition.drift }
    return Array(partitions.sorted { (order($0), $1.partition) > (order($1), $0.partition) }.prefix(count))
  }
}

/// Measures staleness while a pass over all partitions compares histories with exact embeddings.
///
/// Memory: a few numbers a partition and layer.
public final class StalenessMeter {
  private struct Layer {
    var ages: [Int: Int] = [:]
    var drift = Drift()
    var partitions: [LayerStaleness.Partition] = []
  }

  private let histories: HistorySet
  private let step: Int
  private var layers: [Layer]

  /// - Parameter step: the present, which ages are counted from.
  public init(_ histories: HistorySet, step: Int) {
    self.histories = histories
    self.step = step
    layers = histories.layers.map { _ in Layer() }
  }

  /// Compares a layer's history with exact rows of a batch. To be called before the exact rows replace the stored ones.
  public func compare(layer: Int, _ batch: Batch, exact: Matrix) throws {
    guard histories.layerNumbers.contains(layer) else { return }
    let history = histories[layer]
    for segment in batch.segments {
      let drift = try history.drift(segment.nodes, from: exact.row(segment.start))
      let ages = history.ages(segment.nodes, at: step)
      layers[layer - 1].drift += drift
      layers[layer - 1].ages.merge(ages) { $0 + $1 }
      layers[layer - 1].partitions.append(
        .init(partition: segment.partition, medianAge: AgeSummary(counts: ages).median, drift: drift.relative))
    }
    history.release()
  }

  public var result: [LayerStaleness] {
    layers.enumerated().map { index, layer in
      LayerStaleness(
        layer: index + 1, age: AgeSummary(counts: layer.ages), drift: layer.drift.relative,
        meanDistance: layer.drift.meanDistance, largestDistance: layer.drift.largestDistance,
        partitions: layer.partitions.sorted { $0.partition < $1.partition })
    }
  }
}
