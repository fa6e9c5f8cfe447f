import GasBase
import GasStore

extension Store {
  /// Checks what training needs, as far as the manifest tells.
  ///
  /// - Parameter split: the number of the split, from 0.
  /// - Throws: `GasError` if the store has no features, labels or such a split.
  func checkTraining(split: Int) throws {
    func lacking(_ what: String, _ part: MissingPart) -> GasError {
      GasError("the store has no \(what)", file: path, advice: adviceToIngest(part))
    }
    guard manifest.features != nil else { throw lacking("features", .features) }
    guard manifest.labels != nil else { throw lacking("labels", .labels) }
    guard manifest.splitCount > 0 else { throw lacking("splits", .splits) }
    guard split < manifest.splitCount else {
      throw GasError(expected: "a split below \(manifest.splitCount)", found: "--split \(split)", file: path)
    }
  }
}
