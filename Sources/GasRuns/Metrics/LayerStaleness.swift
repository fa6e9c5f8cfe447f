import GasBase

/// How old the rows of a history are, in steps since they were pushed.
public struct AgeSummary: Codable, Equatable, Sendable {
  public var min: Int
  public var median: Int
  public var percentile90: Int
  public var max: Int

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
  public struct Partition: Codable, Equatable, Sendable {
    public var partition: Int
    public var medianAge: Int
    /// - Parameters:
    ///   - medianAge: in steps.
    ///   - drift: ‖h̄ − h‖ / ‖h‖ over the partition's rows.
    @JSONNumber public var drift: Double

    package init(partition: Int, medianAge: Int, drift: Double) {
      self.partition = partition
      self.medianAge = medianAge
      self.drift = drift
    }
  }

  public var layer: Int
  public var age: AgeSummary
  @JSONNumber public var drift: Double
  /// What of the drift the noise of training is, dropout above all, relative to ‖h‖ as drift is; absent where it was
  /// not measured.
  public var noise: Double?
  /// The rest: how far rows are from what the weights of now give under the same noise, relative to ‖h‖; absent
  /// likewise.
  public var staleness: Double?
  /// ‖h̄_v − h_v‖ of single rows: the mean and the largest.
  @JSONNumber public var meanDistance: Double
  @JSONNumber public var largestDistance: Double
  public var partitions: [Partition]

  /// Each value as the property of its name says.
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

  /// The partitions with the largest drift, worst first; what is not a number is worst.
  public func worst(_ count: Int) -> [Partition] {
    func order(_ partition: Partition) -> Double { partition.drift.isNaN ? .infinity : partition.drift }
    return Array(partitions.sorted { (order($0), $1.partition) > (order($1), $0.partition) }.prefix(count))
  }
}
