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

/// Staleness of one layer's history: age of its rows, and drift ‖h̄ − h‖ / ‖h‖ from the exact embeddings, over all nodes and
/// for each partition. Drift has two causes, which `NoiseMeter` tells apart.
public struct LayerStaleness: Codable, Equatable, Sendable {
  public struct Partition: Codable, Equatable, Sendable {
    public var partition: Int
    public var medianAge: Int
    @JSONNumber public var drift: Double
  }

  public var layer: Int
  public var age: AgeSummary
  @JSONNumber public var drift: Double
  /// What of the drift the noise of training is, dropout above all, relative to ‖h‖ as drift is; absent where it was not measured.
  public var noise: Double?
  /// The rest: how far rows are from what the weights of now give under the same noise, relative to ‖h‖; absent likewise.
  public var staleness: Double?
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
    /// Of partitions that were pushed in training.
    var pushedDistance = 0.0
    var partitions: [LayerStaleness.Partition] = []
  }

  private let histories: HistorySet
  private let step: Int
  private let pushed: Set<Int>
  private var layers: [Layer]

  /// - Parameters:
  ///   - histories: whose rows to measure.
  ///   - step: the present, which ages are counted from.
  ///   - pushed: the partitions that were pushed in training since their rows were exact.
  public init(_ histories: HistorySet, step: Int, pushed: Set<Int> = []) {
    self.histories = histories
    self.pushed = pushed
    self.step = step
    layers = histories.layers.map { _ in Layer() }
  }

  /// Compares a layer's history with exact rows of a batch. To be called before the exact rows replace the stored ones.
  public func compare(layer: Int, _ batch: Batch, exact: Matrix) throws {
    guard histories.layerNumbers.contains(layer) else { return }
    let history = histories[layer]
    for segment in batch.segments {
      let drift = try history.drift(segment.nodes, from: exact.row(segment.start))
      let ages = try history.ages(segment.nodes, at: step)
      layers[layer - 1].drift += drift
      if pushed.contains(segment.partition) { layers[layer - 1].pushedDistance += drift.squaredDistance }
      layers[layer - 1].ages.merge(ages) { $0 + $1 }
      layers[layer - 1].partitions.append(
        .init(partition: segment.partition, medianAge: AgeSummary(counts: ages).median, drift: drift.relative))
    }
    history.release()
  }

  public var result: [LayerStaleness] { result(noise: nil) }

  /// - Parameter noise: of each layer, from some of the batches that were pushed; rows of the others are taken to have the same shares,
  ///   and rows that were not pushed in training no noise.
  func result(noise: [NoiseMeter.Sums]?) -> [LayerStaleness] {
    layers.enumerated().map { index, layer in
      let shares = noise?[index].shares
      func relative(_ squaredDistance: Double) -> Double? {
        var part = layer.drift
        part.squaredDistance = squaredDistance
        return part.relative.isFinite ? part.relative : nil
      }
      return LayerStaleness(
        layer: index + 1, age: AgeSummary(counts: layer.ages), drift: layer.drift.relative,
        noise: shares.flatMap { relative($0.noise * layer.pushedDistance) },
        staleness: shares.flatMap {
          relative(layer.drift.squaredDistance - (1 - $0.staleness) * layer.pushedDistance)
        },
        meanDistance: layer.drift.meanDistance, largestDistance: layer.drift.largestDistance,
        partitions: layer.partitions.sorted { $0.partition < $1.partition })
    }
  }
}
