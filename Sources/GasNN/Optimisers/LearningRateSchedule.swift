import Glibc

/// How the learning rate η changes from epoch to epoch. η₀ is the initial rate, n the number of epochs done.
///
/// Each is the class of torch.optim.lr_scheduler that it names, stepped once an epoch.
public enum LearningRateSchedule: Equatable, Sendable {
  /// η = η₀.
  case constant
  /// `StepLR`: η = η₀ · factor^⌊n / every⌋.
  case step(every: Int, factor: Double)
  /// `CosineAnnealingLR`, over all epochs: η = least + (η₀ − least) · (1 + cos(π n / epochs)) / 2.
  case cosine(epochs: Int, least: Double)
  /// `ReduceLROnPlateau` with mode `max`: η is multiplied by `factor`, but not below `least`, when more than `patience`
  /// scores in a row were no better than the best before by a 10⁻⁴th of its size. A score that equals the best is
  /// better with a loss that is lower by a 10⁻⁴th: scores of multiple labels may be 0 for many epochs while a model
  /// learns.
  case plateau(patience: Int, factor: Double, least: Double)
}

/// A learning rate that follows a schedule. Its `plateau` goes into a checkpoint.
public struct ScheduledRate: Equatable, Sendable {
  /// The schedule that the rate follows.
  public let schedule: LearningRateSchedule
  /// η₀, the rate of the first epoch.
  public let initialRate: Double
  /// The state on which a plateau depends; the other schedules depend on the epoch alone.
  public var plateau: Plateau

  /// What a plateau remembers of the scores so far.
  public struct Plateau: Codable, Equatable, Sendable {
    /// The current rate.
    public var rate: Double
    /// The best score so far; `nil` before the first one.
    public var best: Double?
    /// The lowest loss that came with the best score.
    public var bestLoss: Double?
    /// The number of scores since the best or the last change.
    public var badCount = 0
  }

  // The defaults of ReduceLROnPlateau: the least relative gain, and the least change of the rate.
  private static let threshold = 1e-4
  private static let leastChange = 1e-8

  /// Starts at `initialRate`, with no score so far.
  public init(_ schedule: LearningRateSchedule, initialRate: Double) {
    self.schedule = schedule
    self.initialRate = initialRate
    plateau = Plateau(rate: initialRate)
  }

  /// The rate of the epoch that follows `count` others.
  public func rate(afterEpochs count: Int) -> Double {
    switch schedule {
    case .constant: initialRate
    case .step(let every, let factor): initialRate * pow(factor, Double(count / every))
    case .cosine(let epochs, let least):
      least + (initialRate - least) * (1 + cos(.pi * Double(count) / Double(epochs))) / 2
    case .plateau: plateau.rate
    }
  }

  /// Tells a plateau the score of an evaluation, and its loss if the loss is to decide between equal scores.
  public mutating func note(_ score: Double, loss: Double? = nil) {
    guard case .plateau(let patience, let factor, let least) = schedule else { return }
    if isBetter(score, loss) {
      plateau.best = score
      plateau.bestLoss = loss
      plateau.badCount = 0
    } else {
      plateau.badCount += 1
    }
    guard plateau.badCount > patience else { return }
    plateau.badCount = 0
    let lowered = max(plateau.rate * factor, least)
    if plateau.rate - lowered > Self.leastChange { plateau.rate = lowered }
  }

  private func isBetter(_ score: Double, _ loss: Double?) -> Bool {
    // Scores of real values (R²) may be below 0, where a greater one is nearer to it.
    let gain = (plateau.best ?? 0) < 0 ? -Self.threshold : Self.threshold
    guard let best = plateau.best, score <= best * (1 + gain) else { return true }
    guard score == best, let loss, let bestLoss = plateau.bestLoss else { return false }
    return loss < bestLoss * (1 - Self.threshold)
  }
}
