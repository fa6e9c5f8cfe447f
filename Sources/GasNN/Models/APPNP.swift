import GasAutodiff
import GasBase

/// Predict, then propagate (Gasteiger, Bojchevski, Günnemann, ICLR 2019): z⁰ = MLP(x), then K times
/// z ← (1 − α)·Â·z + α·z⁰.
///
/// The MLP is dropout → linear → relu → dropout → linear; its first layer is `.regularised`, its second
/// `.unregularised`. Histories hold z and are as wide as there are classes. The batch's z⁰ is carried from the first
/// stage to the others.
public final class APPNP: GraphModel {
  /// The MLP's first layer, features × hidden.
  public let hidden: Linear
  /// The MLP's second layer, hidden × classes.
  public let output: Linear
  /// K, the number of propagations, each of which is a stage.
  public let propagations: Int
  /// α, the share of z⁰ in each propagation.
  public let alpha: Double
  /// The probability that an element drops out in training.
  public let dropout: Double
  /// The adjacency has the values of GCN.
  public let graphForm = GraphForm.symmetric
  /// How the stages get the weights of a weighted graph's edges.
  public let edgeWeightUse: EdgeWeightUse

  /// The trained parameters: the MLP's two layers.
  public var parameters: [Parameter] { hidden.parameters + output.parameters }

  private static let predictions = "z0"

  /// Makes a model and draws its weights. `alpha` is in 0 … 1, `dropout` in 0 ..< 1, and there is at least one
  /// propagation.
  public init(
    features: Int, hidden: Int, classes: Int, propagations: Int = 10, alpha: Double = 0.1, dropout: Double = 0.5,
    edgeWeightUse: EdgeWeightUse = .values, random: inout SeededRandom
  ) {
    precondition(propagations > 0, "a model has at least one layer")
    self.hidden = Linear("lins.0", inputs: features, outputs: hidden, random: &random)
    output = Linear("lins.1", inputs: hidden, outputs: classes, decay: .unregularised, random: &random)
    self.propagations = propagations
    self.alpha = alpha
    self.dropout = dropout
    self.edgeWeightUse = edgeWeightUse
  }

  /// A stage for each propagation; the first one predicts z⁰ before it.
  public var stages: [Stage] {
    (0..<propagations).map { [self] index in
      Stage(width: output.outputs, carries: index == 0 ? [Self.predictions: output.outputs] : [:]) {
        [self] x, context in
        guard index == 0 else { return propagate(x, context) }
        let z = output(hidden(x.dropout(dropout)).relu(inPlace: true).dropout(dropout))
        context.carried[Self.predictions] = z.prefixRows(context.batchRowCount)
        return propagate(z, context)
      }
    }
  }

  private func propagate(_ z: Variable, _ context: StageContext) -> Variable {
    Self.propagated(z, from: context.carried[Self.predictions], over: context.adjacency, alpha: alpha)
  }

  /// One propagation, (1 − α)·Â·z + α·z⁰.
  static func propagated(
    _ z: Variable, from predictions: Variable, over adjacency: SparseMatrix, alpha: Double
  ) -> Variable {
    z.aggregated(over: adjacency).combined(Float(1 - alpha), with: predictions, Float(alpha))
  }
}
