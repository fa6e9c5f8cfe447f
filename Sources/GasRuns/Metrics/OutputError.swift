import GasBase
import GasBatch

/// How far GAS's outputs are from the exact ones while histories are stale, beside the bound of the paper.
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
  public struct Layer: Codable, Equatable, Sendable {
    public var layer: Int
    @JSONNumber public var meanStaleness: Double
    @JSONNumber public var largestStaleness: Double
    /// κ of the stage that reads this layer.
    /// Each value as the property of its name says.
    @JSONNumber public var lipschitz: Double

    package init(layer: Int, meanStaleness: Double, largestStaleness: Double, lipschitz: Double) {
      self.layer = layer
      self.meanStaleness = meanStaleness
      self.largestStaleness = largestStaleness
      self.lipschitz = lipschitz
    }
  }

  public var epoch: Int
  public var step: Int
  public var layers: [Layer]
  @JSONNumber public var meanDegree: Double
  public var largestDegree: Int
  /// ‖h̃_v − h_v‖ of the model's outputs, over all nodes.
  @JSONNumber public var meanError: Double
  @JSONNumber public var largestError: Double
  /// ‖h̃ − h‖ / ‖h‖ over all nodes together.
  @JSONNumber public var relativeError: Double

  /// With mean staleness and mean degree: what a usual node may expect. Absent where it is no finite number.
  public var typicalBound: Double?
  /// With the largest staleness and degree: what no node exceeds.
  public var bound: Double?

  /// - Parameters:
  ///   - meanDegree: entries of a row of the adjacency.
  ///   - drift: of the outputs with stale histories from the exact ones.
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

  /// The sum, from the last layer to the first, since the factor κ · |N(v)| grows that way.
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
