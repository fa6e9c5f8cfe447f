import GasAutodiff
import GasBase

/// Y[v] = Σ over pairs of an aggregator and a scaler of scale(aggregate_{u ∈ N(v)} relu(X[u]·W + b))·W′ + b′, plus
/// X[v]·W₀ + b₀: principal neighbourhood aggregation (Corso et al., NeurIPS 2020), as in the published experiments with
/// histories.
///
/// X: (n + h) × inputs, dense or sparse. Each pair has linear layers of its own, W: inputs × outputs and W′:
/// outputs × outputs; all layers start as PyTorch's do. Halo rows are constants but take part in the gradient of W.
public final class PNAConvolution: Convolution {
  /// One aggregator with one scaler, and the layers before and after them.
  public struct Tower {
    /// How the messages of a row become one.
    public let aggregator: Aggregator
    /// The factor, by degree, that multiplies the aggregation.
    public let scaler: DegreeScaler
    /// W and b; relu follows.
    public let before: Linear
    /// W′ and b′.
    public let after: Linear
  }

  /// One tower for each pair, in the order of the aggregators and within them of the scalers.
  public let towers: [Tower]
  /// W₀ and b₀, for the node's own row.
  public let root: Linear
  /// δ, the mean of log(d + 1) over the nodes of the whole graph.
  public let meanLogDegree: Double

  /// The trained parameters: the towers' layers in their order, then `root`'s.
  public var parameters: [Parameter] {
    towers.flatMap { $0.before.parameters + $0.after.parameters } + root.parameters
  }
  /// The columns of the result.
  public var outputs: Int { root.outputs }
  /// The gradients of maxima and minima go to single entries.
  public var usesEntryNumbers: Bool { towers.contains { [.max, .min].contains($0.aggregator) } }

  /// Makes a layer with a tower for each pair of an aggregator and a scaler, and draws its weights. There must be at
  /// least one of each.
  public init(
    _ name: String, inputs: Int, outputs: Int, aggregators: [Aggregator] = [.mean, .max, .min, .std],
    scalers: [DegreeScaler] = DegreeScaler.allCases, meanLogDegree: Double, decay: Parameter.Decay = .regularised,
    random: inout SeededRandom
  ) {
    precondition(!aggregators.isEmpty && !scalers.isEmpty, "an aggregation takes an aggregator and a scaler")
    precondition(meanLogDegree >= 0, "a mean of logarithms of d + 1 is not \(meanLogDegree)")
    self.meanLogDegree = meanLogDegree
    var towers: [Tower] = []
    for aggregator in aggregators {
      for scaler in scalers {
        let (before, after) = ("\(name).before.\(towers.count)", "\(name).after.\(towers.count)")
        towers.append(
          Tower(
            aggregator: aggregator, scaler: scaler,
            before: Linear(before, inputs: inputs, outputs: outputs, decay: decay, random: &random),
            after: Linear(after, inputs: outputs, outputs: outputs, decay: decay, random: &random)))
      }
    }
    self.towers = towers
    root = Linear(name + ".root", inputs: inputs, outputs: outputs, decay: decay, random: &random)
  }

  /// Computes Y, n × outputs, from X, (n + h) × inputs.
  public func callAsFunction(_ x: Variable, in context: StageContext) -> Variable {
    let adjacency = context.adjacency
    return towers.reduce(root(x.prefixRows(context.batchRowCount))) { sum, tower in
      let received = tower.before(x).relu(inPlace: true).aggregated(over: adjacency, by: tower.aggregator)
      let scaled = received.scaledRows(by: tower.scaler, over: adjacency, meanLogDegree: meanLogDegree)
      return sum.adding(tower.after(scaled))
    }
  }
}
