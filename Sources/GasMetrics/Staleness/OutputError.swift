import GasBase
import GasBatch

/// The distance of GAS's outputs from the exact ones while histories are stale, beside the bound of the paper.
///
///     ‖h̃_v^(L) − h_v^(L)‖ ≤ Σ_{l=1}^{L−1} ε^(l) · κ^(L−l) · |N(v)|^(L−l)
///
/// ε^(l): staleness ‖h̄_w − h_w‖ of the history of layer l. κ: the Lipschitz constant of a layer, here measured for
/// each stage as the largest ‖f_v(x + δ) − f_v(x)‖ / Σ_{w ∈ N(v) ∪ {v}} ‖δ_w‖ for small random δ, so κ^(L−l) is a
/// product over stages. |N(v)|: v's entries in the adjacency. Measured κ is what occurs, not what could; the bound
/// holds for it as far as the probes reach.
///
/// Source: Fey et al., GNNAutoScale, ICML 2021, Lemma 1 and Theorem 2.
public struct OutputError: Codable, Equatable, Sendable {
  /// The staleness of one layer's history, and how the next stage magnifies it.
  public struct Layer: Codable, Equatable, Sendable {
    /// The layer, counted from 1.
    public var layer: Int
    /// The mean of ‖h̄_w − h_w‖ over the rows.
    @JSONNumber public var meanStaleness: Double
    /// The largest ‖h̄_w − h_w‖ of a row.
    @JSONNumber public var largestStaleness: Double
    /// κ of the stage that reads this layer.
    @JSONNumber public var lipschitz: Double

    /// Groups what was measured of a layer.
    package init(layer: Int, meanStaleness: Double, largestStaleness: Double, lipschitz: Double) {
      self.layer = layer
      self.meanStaleness = meanStaleness
      self.largestStaleness = largestStaleness
      self.lipschitz = lipschitz
    }
  }

  /// The epoch after which it was measured.
  public var epoch: Int
  /// The number of steps until then.
  public var step: Int
  /// The layers that have a history.
  public var layers: [Layer]
  /// The mean number of entries in a row of the adjacency.
  @JSONNumber public var meanDegree: Double
  /// The largest number of entries in a row of the adjacency.
  public var largestDegree: Int
  /// The mean of ‖h̃_v − h_v‖ over the rows of the model's outputs.
  @JSONNumber public var meanError: Double
  /// The largest ‖h̃_v − h_v‖ of a row of the model's outputs.
  @JSONNumber public var largestError: Double
  /// ‖h̃ − h‖ / ‖h‖ over all nodes together.
  @JSONNumber public var relativeError: Double

  /// The bound for mean staleness and mean degree, which a usual node may expect. Absent where it is no finite number.
  public var typicalBound: Double?
  /// The bound for the largest staleness and degree, which no node exceeds. Absent where it is no finite number.
  public var bound: Double?

  /// Computes the bounds.
  ///
  /// - Parameters:
  ///   - epoch: the epoch after which the layers were measured.
  ///   - step: the number of steps until then.
  ///   - layers: the layers that have a history, in their order.
  ///   - meanDegree: the mean number of entries in a row of the adjacency.
  ///   - largestDegree: the largest number of entries in a row of the adjacency.
  ///   - drift: how far the outputs with stale histories are from the exact ones.
  package init(
    epoch: Int, step: Int, layers: [Layer], meanDegree: Double, largestDegree: Int, drift: Drift
  ) {
    self.epoch = epoch
    self.step = step
    self.layers = layers
    self.meanDegree = meanDegree
    self.largestDegree = largestDegree
    meanError = drift.meanDistance
    largestError = drift.largestDistance
    relativeError = drift.relative
    typicalBound = Self.bound(layers, meanDegree) { $0.meanStaleness }
    bound = Self.bound(layers, Double(largestDegree)) { $0.largestStaleness }
  }

  /// The bound's sum, from the last layer to the first, since the factor κ · |N(v)| grows that way.
  private static func bound(_ layers: [Layer], _ degree: Double, _ staleness: (Layer) -> Double) -> Double? {
    var factor = 1.0
    var sum = 0.0
    for layer in layers.reversed() {
      factor *= layer.lipschitz * degree
      sum += staleness(layer) * factor
    }
    return sum.isFinite ? sum : nil
  }
}
