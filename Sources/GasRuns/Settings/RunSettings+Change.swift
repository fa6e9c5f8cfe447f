import GasBase
import GasStore

extension RunSettings {
  /// What may be changed when a run is resumed: how far it goes, how it is carried out, and what helps where numbers have become too
  /// large.
  public struct Change {
    public var epochs: Int?
    public var threads: Int?
    public var learningRate: Double?
    public var clip: Double?
    public var historyType: RowEncoding?

    public init() {}
  }

  /// - Throws: `GasError` if a value is out of range, or would be without effect.
  public mutating func apply(_ change: Change) throws {
    let keys: [(CodingKeys, Bool)] = [
      (.learningRate, change.learningRate != nil), (.clip, change.clip != nil),
      (.historyType, change.historyType != nil),
    ]
    try checkUse(of: keys.filter(\.1).map(\.0.rawValue), file: nil)
    guard change.learningRate == nil || schedule != .plateau else {
      throw GasError(
        "schedule plateau has a rate of its own by now, which --lr does not change", advice: "pass --clip instead")
    }
    epochs = change.epochs ?? epochs
    threads = change.threads ?? threads
    learningRate = change.learningRate ?? learningRate
    clip = change.clip ?? clip
    historyType = change.historyType ?? historyType
    try validate()
  }
}
