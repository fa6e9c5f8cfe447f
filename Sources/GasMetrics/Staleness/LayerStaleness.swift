import GasBase

/// The ages of a history's rows, in optimiser steps since they were pushed.
public struct AgeSummary: Codable, Equatable, Sendable {
  /// The least age.
  public var min: Int
  /// The median age.
  public var median: Int
  /// The age that nine rows of ten do not exceed.
  public var percentile90: Int
  /// The greatest age.
  public var max: Int

  /// Summarises ages.
  ///
  /// - Parameter counts: how many rows have each age. There are at most as many ages as there were steps.
  package init(counts: [Int: Int]) {
    let ages = counts.sorted { $0.key < $1.key }.map { (value: $0.key, count: $0.value) }
    let quantiles = Quantiles(ages, total: counts.values.reduce(0, +))
    (min, max) = (quantiles.least, quantiles.greatest)
    (median, percentile90) = (quantiles[0.5], quantiles[0.9])
  }
}

/// Staleness of one layer's history: age of its rows, and drift ‖h̄ − h‖ / ‖h‖ from the exact embeddings, over all
/// nodes and for each partition. Drift has two causes, which `NoiseMeter` tells apart.
public struct LayerStaleness: Codable, Equatable, Sendable {
  /// The staleness of one partition's rows.
  public struct Partition: Codable, Equatable, Sendable {
    /// The partition's number.
    public var partition: Int
    /// The median age of its rows, in optimiser steps.
    public var medianAge: Int
    /// The drift, ‖h̄ − h‖ / ‖h‖, over the partition's rows.
    @JSONNumber public var drift: Double

    /// Groups what was measured of a partition.
    package init(partition: Int, medianAge: Int, drift: Double) {
      self.partition = partition
      self.medianAge = medianAge
      self.drift = drift
    }
  }

  /// The layer, counted from 1.
  public var layer: Int
  /// The ages of all rows.
  public var age: AgeSummary
  /// The drift, ‖h̄ − h‖ / ‖h‖, over all rows.
  @JSONNumber public var drift: Double
  /// The part of the drift that the noise of training makes, above all dropout, relative to ‖h‖ as drift is; absent
  /// where it was not measured.
  public var noise: Double?
  /// The rest of the drift: how far rows are from what the current weights give under the same noise, relative to ‖h‖;
  /// absent where it was not measured.
  public var staleness: Double?
  /// The mean of ‖h̄_v − h_v‖ over the rows.
  @JSONNumber public var meanDistance: Double
  /// The largest ‖h̄_v − h_v‖ of a row.
  @JSONNumber public var largestDistance: Double
  /// The staleness of each partition.
  public var partitions: [Partition]

  /// Groups what was measured of a layer.
  package init(
    layer: Int, age: AgeSummary, drift: Double, noise: Double?, staleness: Double?, meanDistance: Double,
    largestDistance: Double, partitions: [Partition]
  ) {
    self.layer = layer
    self.age = age
    self.drift = drift
    self.noise = noise
    self.staleness = staleness
    self.meanDistance = meanDistance
    self.largestDistance = largestDistance
    self.partitions = partitions
  }

  /// The `count` partitions with the largest drift, worst first. A drift that is not a number is the worst.
  public func worst(_ count: Int) -> [Partition] {
    func order(_ partition: Partition) -> Double { partition.drift.isNaN ? .infinity : partition.drift }
    return Array(partitions.sorted { (order($0), $1.partition) > (order($1), $0.partition) }.prefix(count))
  }
}
