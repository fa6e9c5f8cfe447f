import GasBase
import GasRuns

/// Trains several models one after the other, each for its share of a time, and tells which validates best.
///
/// What a model leaves of its share, since its validation score stays, goes to those after it. How many epochs fit into
/// a time depends on the machine, and so does who wins; each run by itself is what its settings and its number of
/// epochs make it.
public struct ModelTrials: Codable, Sendable {
  /// The models that are tried: few, and unlike each other. The first uses no edges, so that it shows what they add.
  public static let models = ["mlp", "gcn", "sage", "appnp", "gat"]

  /// One model.
  public struct Trial: Codable, Sendable {
    /// The model's name.
    public var model: String
    /// What came of its run; absent where there is none.
    public var result: RunResult?
    /// Why there is none.
    public var problem: String?
  }

  /// The models in the order in which they were tried.
  public var trials: [Trial] = []
  /// The model that validates best; absent where nothing was trained.
  public var best: String?

  /// Trains them all.
  ///
  /// - Parameters:
  ///   - seconds: the time for all of them; each gets an equal share of what is left.
  ///   - shouldStop: is asked before each model.
  ///   - train: trains a model until a time is up. An error of its is the model's problem, and the next one is tried.
  /// - Throws: `GasError` with the first problem if no model could be trained.
  public init(
    seconds: Double, shouldStop: () -> Bool = { false }, train: (_ model: String, _ seconds: Double) throws -> RunResult
  ) throws {
    let clock = ContinuousClock.now
    var firstProblem: (any Error)?
    for (place, model) in Self.models.enumerated() where !shouldStop() {
      let left = max(0, seconds - clock.duration(to: .now).seconds)
      do {
        trials.append(Trial(model: model, result: try train(model, left / Double(Self.models.count - place))))
      } catch {
        firstProblem = firstProblem ?? error
        trials.append(Trial(model: model, problem: "\(error)"))
      }
    }
    best = Self.best(of: trials)?.model
    if best == nil, let firstProblem { throw firstProblem }
  }

  /// The trial with the best selected score of validation nodes, the lower validation loss among equal ones; without
  /// validation nodes the first.
  private static func best(of trials: [Trial]) -> Trial? {
    trials.filter { $0.result != nil }.reduce(nil) { best, next in
      guard let best, let one = best.result, let other = next.result else { return next }
      return validates(other, betterThan: one) ? next : best
    }
  }

  private static func validates(_ one: RunResult, betterThan other: RunResult) -> Bool {
    let lowest = -Double.infinity
    let (rank, others) = (one.rank ?? lowest, other.rank ?? lowest)
    return rank == others ? one.valLoss ?? .infinity < other.valLoss ?? .infinity : rank > others
  }
}

extension RunResult {
  /// The selected score of validation nodes, turned such that greater is better.
  fileprivate var rank: Double? { selection.selection.rank(scores?.val) }
}
