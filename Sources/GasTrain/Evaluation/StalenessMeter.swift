import GasAutodiff
import GasBatch
import GasMetrics
import GasRuns

/// Measures staleness while a pass over all partitions compares histories with exact embeddings.
///
/// It takes a few numbers for each partition and layer.
public final class StalenessMeter {
  /// What was measured of a layer.
  struct Layer: Codable {
    var ages: [Int: Int] = [:]
    var drift = Drift()
    /// The squared distance of partitions that were pushed in training.
    var pushedDistance = 0.0
    var partitions: [LayerStaleness.Partition] = []
  }

  private let histories: HistorySet
  private let step: Int
  private let pushed: Set<Int>
  /// What was measured so far, which other ranks get to know.
  private(set) var layers: [Layer]

  /// Makes a meter for one pass.
  ///
  /// - Parameters:
  ///   - histories: the histories whose rows are measured.
  ///   - step: the present step, which ages are counted from.
  ///   - pushed: the partitions that were pushed in training since their rows were exact.
  public init(_ histories: HistorySet, step: Int, pushed: Set<Int> = []) {
    self.histories = histories
    self.pushed = pushed
    self.step = step
    layers = histories.layers.map { _ in Layer() }
  }

  /// Compares a layer's history with exact rows of a batch. It must be called before the exact rows replace the stored
  /// ones.
  ///
  /// - Parameters:
  ///   - layer: the layer, counted from 1; a layer without a history is left out.
  ///   - batch: the batch.
  ///   - exact: its exact rows, n × the layer's width.
  /// - Throws: `GasError` if the history cannot be read.
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

  /// Adds what another rank has measured.
  func add(_ others: [Layer]) {
    for (index, other) in others.enumerated() {
      layers[index].drift += other.drift
      layers[index].pushedDistance += other.pushedDistance
      layers[index].ages.merge(other.ages) { $0 + $1 }
      layers[index].partitions += other.partitions
    }
  }

  /// The staleness of each layer so far, without noise.
  public var result: [LayerStaleness] { result(noise: nil) }

  /// The staleness of each layer so far, with the shares of noise that were measured on some of the batches that were
  /// pushed. Rows of the others are taken to have the same shares, and rows that were not pushed in training to have no
  /// noise.
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
