import GasBase
import GasStore

extension RunSettings {
  /// Settings that may be changed when a run is resumed: how far it goes, how it is carried out, and settings that help
  /// where numbers have become too large. `nil` leaves a setting as it is.
  public struct Change {
    /// The number of epochs in all.
    public var epochs: Int?
    /// The number of threads.
    public var threads: Int?
    /// The learning rate.
    public var learningRate: Double?
    /// The largest norm of all gradients together.
    public var clip: Double?
    /// How histories are kept.
    public var historyType: RowEncoding?

    /// Changes nothing yet.
    public init() {}
  }

  /// Changes the settings.
  ///
  /// - Parameter change: the new values.
  /// - Throws: `GasError` if a value is out of range, or would be without effect.
  public mutating func apply(_ change: Change) throws {
    let keys = [
      (Self.table.learningRate.key, change.learningRate != nil), (Self.table.clip.key, change.clip != nil),
      (Self.table.historyType.key, change.historyType != nil),
    ]
    try checkUse(of: keys.filter(\.1).map(\.0), file: nil)
    guard change.learningRate == nil || self.schedule != .plateau else {
      throw GasError(
        "schedule plateau has a rate of its own by now, which --lr does not change", advice: "pass --clip instead")
    }
    self.epochs = change.epochs ?? self.epochs
    self.threads = change.threads ?? self.threads
    self.learningRate = change.learningRate ?? self.learningRate
    self.clip = change.clip ?? self.clip
    self.historyType = change.historyType ?? self.historyType
    try validate()
  }
}
