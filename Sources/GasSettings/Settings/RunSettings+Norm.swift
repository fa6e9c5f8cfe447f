import GasBase
import GasNN

extension NormKind: SettingValue {}

/// `batch-norm` was there before `norm`, and still says the same as `norm: batch`.
extension RunSettings {
  /// The norm behind convolutions, whichever of the two settings names it.
  public var usedNorm: NormKind { self.norm == .none && self.batchNorm ? .batch : self.norm }

  /// Makes both settings say the same.
  ///
  /// - Parameters:
  ///   - given: the keys that were asked for; one of the two overrides what a preset has.
  ///   - file: the file that they were read from, for messages.
  /// - Throws: `GasError` if they contradict each other.
  mutating func settleNorm(given: Set<String>, file: String?) throws {
    let (isGiven, isBatchGiven) = (given.contains(Self.table.norm.key), given.contains(Self.table.batchNorm.key))
    if isGiven && isBatchGiven && self.batchNorm != (self.norm == .batch) {
      throw GasError(
        "norm \(self.norm.rawValue) and batch-norm \(self.batchNorm.settingText) contradict each other", file: file,
        advice: "leave batch-norm out")
    }
    if isGiven {
      self.batchNorm = self.norm == .batch
    } else if isBatchGiven {
      self.norm = self.batchNorm ? .batch : .none
    } else {
      self.norm = usedNorm
    }
  }
}
