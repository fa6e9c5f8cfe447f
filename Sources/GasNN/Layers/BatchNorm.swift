import GasAutodiff
import GasBase

/// Y = (X − μ) / √(σ² + ε) ⊙ w + b for each column, batch normalisation (Ioffe and Szegedy, ICML 2015) as
/// torch.nn.BatchNorm1d.
///
/// X: n × columns, dense; w (ones at first) and b (zeros): 1 × columns. In training μ and σ² are the mean and the
/// biased variance over the batch's n rows, and the running statistics move towards the mean and the unbiased variance
/// by a tenth of the way; in inference the running statistics stand for them. A batch of one row, which PyTorch
/// refuses, gives Y = b and leaves the running statistics as they are, since one row tells no variance.
public final class BatchNorm: Norm {
  /// w, 1 × columns.
  public let weight: Parameter
  /// b, 1 × columns.
  public let bias: Parameter
  /// ε, which is added to a variance.
  public let epsilon: Double
  /// The share of a batch in the running statistics after it, in 0 … 1.
  public let momentum: Double
  private let name: String
  private let runningMean: OwnedMatrix
  private let runningVariance: OwnedMatrix

  /// w and b; the running statistics are `buffers`.
  public var parameters: [Parameter] { [weight, bias] }

  /// The running statistics, 1 × columns each, for `GraphModel.buffers`.
  public var buffers: [NamedMatrix] {
    [(name + ".running-mean", runningMean.matrix), (name + ".running-variance", runningVariance.matrix)]
  }

  /// Makes a batch norm with w = 1, b = 0 and running statistics of mean 0 and variance 1. Its parameters are called
  /// `name.weight` and `name.bias`.
  public init(
    _ name: String, columns: Int, epsilon: Double = 1e-5, momentum: Double = 0.1,
    decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) {
    self.name = name
    self.epsilon = epsilon
    self.momentum = momentum
    weight = Parameter(
      name + ".weight", rows: 1, columns: columns, initialiser: .ones, decay: decay, random: &random)
    bias = Parameter(name + ".bias", rows: 1, columns: columns, initialiser: .zeros, decay: decay, random: &random)
    runningMean = OwnedMatrix(rows: 1, columns: columns)
    runningVariance = OwnedMatrix(rows: 1, columns: columns)
    runningVariance.matrix.fill(with: 1)
  }

  /// Normalises the columns of x.
  ///
  /// - Parameters:
  ///   - x: m × columns.
  ///   - updates: whether a training step moves the running statistics.
  /// - Returns: Y, m × columns.
  public func callAsFunction(_ x: Variable, updatingStatistics updates: Bool = true) -> Variable {
    let (tape, columns) = (x.tape, weight.value.columns)
    precondition(x.columns == columns, "a batch norm of \(columns) columns cannot take \(x.columns)")
    guard tape.isTraining else {
      let running = ColumnStatistics(mean: runningMean.matrix, variance: runningVariance.matrix)
      return x.normalised(by: running, weight: weight.value, bias: bias.value, epsilon: epsilon)
    }
    let statistics = Elementwise(tape.parallel).columnStatistics(x.value, in: tape.arena)
    if updates && x.rows > 1 { update(statistics, rows: Double(x.rows)) }
    return x.batchNormalised(by: statistics, weight: tape.use(weight), bias: tape.use(bias), epsilon: epsilon)
  }

  private func update(_ batch: ColumnStatistics, rows: Double) {
    let (mean, variance) = (runningMean.matrix, runningVariance.matrix)
    for column in 0..<mean.columns {
      let unbiased = Double(batch.variance[0, column]) * rows / (rows - 1)
      mean[0, column] = moved(mean[0, column], towards: Double(batch.mean[0, column]))
      variance[0, column] = moved(variance[0, column], towards: unbiased)
    }
  }

  private func moved(_ running: Float, towards seen: Double) -> Float {
    Float((1 - momentum) * Double(running) + momentum * seen)
  }
}
