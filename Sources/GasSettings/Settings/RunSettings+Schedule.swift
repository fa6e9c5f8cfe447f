import GasNN

extension RunSettings {
  /// How the learning rate changes, as words for `LearningRateSchedule`.
  public enum Schedule: String, SettingValue, CaseIterable {
    case none, plateau, cosine, step
  }

  /// The schedule with its numbers.
  package var learningRateSchedule: LearningRateSchedule {
    switch self.schedule {
    case .none: .constant
    case .plateau: .plateau(patience: self.schedulePatience, factor: self.scheduleFactor, least: self.leastLearningRate)
    case .cosine: .cosine(epochs: self.epochs, least: self.leastLearningRate)
    case .step: .step(every: self.scheduleStep, factor: self.scheduleFactor)
    }
  }
}
