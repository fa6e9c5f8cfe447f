import GasMetrics
import GasRuns
import GasStore

/// A run's figures as JSON: the numbers behind the page, as they are.
struct FigureRecord: Encodable {
  struct Matrix: Encodable {
    /// The names of rows and columns; where there are other classes, the last row and column are of those.
    let classes: [String]
    /// True classes by predicted ones.
    let nodes: [[Int]]
  }

  struct Curve: Encodable {
    struct Step: Encodable {
      let output: Double
      let truePositives: Int
      let falsePositives: Int
    }

    let name: String
    let positives: Int
    let negatives: Int
    let rocAuc: Double
    let averagePrecision: Double
    let steps: [Step]
  }

  struct Bin: Encodable {
    let count: Int
    /// The mean probability; absent of an empty bin.
    let probability: Double?
    /// The share that is right; absent of an empty bin.
    let right: Double?
  }

  struct Values: Encodable {
    /// The limits of the squares.
    let limits: [Double]
    /// A row for each square of predicted values, a column for each of true ones.
    let nodes: [[Int]]
    let outside: Int
    let residuals: DoublingHistogram.Columns
  }

  let run: String
  let model: String
  let state: RunSummary.State
  /// The epoch of the weights; absent where their file does not say.
  let epoch: Int?
  /// The part that the figures are of; `all` in a store without splits.
  let part: String
  /// All scores of each part, computed anew.
  let scores: SplitScores
  /// What training recorded of the same weights; absent where it did not.
  let recorded: SplitScores?
  let selection: ScoreReport
  let checks: [Check]
  let confusion: Matrix?
  let curves: [Curve]
  /// 15 equal bins of the probability; absent of real values.
  let calibration: [Bin]?
  let values: [Values]?
  let staleness: Refresh?
  let settings: ToldSettings?
  /// Arguments of gas-run that train the same again; absent where flags cannot say it, and of imported weights.
  let command: [String]?

  init(_ figures: RunFigures) {
    let outputs = figures.outputs
    (run, model, state) = (figures.name, figures.settings.model, figures.summary.state)
    (epoch, part) = (figures.weightsEpoch, outputs.part?.key ?? "all")
    (scores, recorded) = (outputs.scores, figures.recorded)
    (selection, checks, staleness) = (figures.report, Check.all(figures), figures.refresh)
    (settings, command) = (figures.summary.told, figures.isImported ? nil : figures.recipe.command)
    confusion = outputs.meter.confusion.map { confusion in
      Matrix(
        classes: confusion.shown.map { outputs.names[$0] } + (confusion.hasRest ? ["all others"] : []),
        nodes: confusion.matrix)
    }
    curves = outputs.curves.map { curve in
      let steps = curve.curves.steps
      return Curve(
        name: curve.name, positives: steps.positives, negatives: steps.negatives, rocAuc: curve.curves.rocAuc,
        averagePrecision: curve.curves.averagePrecision,
        steps: steps.steps.map {
          .init(output: $0.output, truePositives: $0.truePositives, falsePositives: $0.falsePositives)
        })
    }
    let isValue = outputs.meter.confusion == nil && outputs.meter.tally == nil
    calibration =
      isValue
      ? nil
      : outputs.meter.calibration.bins.map { bin in
        let count = bin.count > 0 ? Double(bin.count) : nil
        return Bin(
          count: bin.count, probability: count.map { bin.probabilities / $0 },
          right: count.map { Double(bin.rights) / $0 })
      }
    values =
      !isValue
      ? nil
      : outputs.meter.values.map { comparison in
        Values(
          limits: comparison.limits, nodes: comparison.counts, outside: comparison.outside,
          residuals: comparison.residuals.columns(leavingOut: 0.005, most: 40))
      }
  }
}

extension Report: Encodable {
  private enum CodingKeys: CodingKey {
    case store, checksum, runs
  }

  /// Writes the store's statistics, and the figures of each run.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(graph.statistics, forKey: .store)
    try container.encode(graph.checksum, forKey: .checksum)
    try container.encode(runs.map(FigureRecord.init), forKey: .runs)
  }
}
