import GasAutodiff
import GasBase

/// Principal neighbourhood aggregation (Corso et al., NeurIPS 2020): a stack of its layers. All parameters are
/// `.regularised`.
public final class PNA: LayerStack {
  /// Makes a model and draws its weights.
  ///
  /// - Parameters:
  ///   - shape: widths, layers, dropout, and what is between layers.
  ///   - aggregators: how messages become one; each has towers of its own.
  ///   - scalers: the factors of the aggregations; each pair of an aggregator and a scaler is a tower.
  ///   - meanLogDegree: δ, the mean of log(d + 1) over the graph's nodes.
  ///   - jumps: whether there is jumping knowledge: a linear layer in front, and one behind that reads the outputs of
  ///     all layers.
  ///   - random: the generator that the weights are drawn from.
  public convenience init(
    _ shape: StackShape, aggregators: [Aggregator] = [.mean, .max, .min, .std],
    scalers: [DegreeScaler] = DegreeScaler.allCases, meanLogDegree: Double, jumps: Bool = false,
    random: inout SeededRandom
  ) {
    var shape = shape
    shape.hasOuterLinears = shape.hasOuterLinears || jumps
    self.init(shape, graphForm: .plain, jumps: jumps, random: &random) { _, name, inputs, outputs, random in
      PNAConvolution(
        name, inputs: inputs, outputs: outputs, aggregators: aggregators, scalers: scalers,
        meanLogDegree: meanLogDegree, random: &random)
    }
  }
}
