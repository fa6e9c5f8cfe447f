import GasBase
import GasSettings
import GasStore

/// The least memory that a model takes on a store, computed before any of it is asked for, since a store or a setting
/// may name sizes that no machine has.
enum ModelSize {
  /// Refuses a model that is too large for the machine.
  ///
  /// - Parameters:
  ///   - settings: the settings of the run.
  ///   - store: the store to train on.
  ///   - copies: the number of copies of the weights: two with their gradients, four with Adam's moments.
  /// - Throws: `GasError` if the model takes more memory than the machine has.
  static func check(_ settings: RunSettings, _ store: Store, copies: Int = 2) throws {
    let (features, classes) = (store.manifest.features?.width ?? 0, store.manifest.labels?.classCount ?? 0)
    let rows = BatchShape(largestOf: 1, store.partitions).rows
    // The numbers are doubles, since they may be too large for Int.
    let (f, h, c) = (Double(features), Double(settings.hidden), Double(classes))
    let numbers = Double(copies) * min(f * h + h * c, f * c) + Double(rows) * c
    let wanted = numbers * Double(MemoryLayout<Float>.size)
    guard wanted > Double(Memory.physicalBytes) else { return }
    throw GasError(
      "a model of \(features) features, \(settings.hidden) hidden columns and \(classes) classes takes at least "
        + "\(Units.bytes(Int(min(wanted, 0x1p62)))) of memory, the machine has \(Units.bytes(Memory.physicalBytes))",
      file: store.path, advice: "gas-stat verify tells whether the store holds so many; fewer --hidden take less")
  }
}
