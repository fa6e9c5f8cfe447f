import GasBase
import GasStore

extension Store {
  /// Checks what training needs, as far as the manifest tells.
  ///
  /// - Parameter split: the number of the split, from 0.
  /// - Throws: `GasError` if the store has no features, labels or such a split.
  func checkTraining(split: Int) throws {
    func lacking(_ what: String, _ advice: String) -> GasError {
      GasError("the store has no \(what)", file: path, advice: advice)
    }
    guard manifest.features != nil else {
      throw lacking("features", "ingest again with --features or --structural-features")
    }
    guard manifest.labels != nil else { throw lacking("labels", "ingest again with --labels") }
    guard manifest.splitCount > 0 else {
      throw lacking("splits", "ingest again with --train, --val and --test, or --splits")
    }
    guard split < manifest.splitCount else {
      throw GasError(expected: "a split below \(manifest.splitCount)", found: "--split \(split)", file: path)
    }
  }
}
