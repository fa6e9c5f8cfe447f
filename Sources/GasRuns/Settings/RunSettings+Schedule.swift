import GasNN

extension RunSettings {
  /// How the learning rate changes: `LearningRateSchedule` in words.
  public enum Schedule: String, Codable, CaseIterable, Sendable {
    case none, plateau, cosine, step
  }

  /// The schedule with its numbers.
  package var learningRateSchedule: LearningRateSchedule {
    switch schedule {
    case .none: .constant
    case .plateau: .plateau(patience: schedulePatience, factor: scheduleFactor, least: leastLearningRate)
    case .cosine: .cosine(epochs: epochs, least: leastLearningRate)
    case .step: .step(every: scheduleStep, factor: scheduleFactor)
    }
  }
}
