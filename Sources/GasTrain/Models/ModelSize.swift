import GasBase
import GasRuns
import GasStore

/// The least memory that a model takes on a store, told before any of it is asked for: a store or a setting may name
/// sizes that no machine has.
enum ModelSize {
  /// - Parameter copies: of the weights: with their gradients two; four with Adam's moments.
  /// - Throws: `GasError` if it is more than the machine has.
  static func check(_ settings: RunSettings, _ store: Store, copies: Int = 2) throws {
    let (features, classes) = (store.manifest.features?.width ?? 0, store.manifest.labels?.classCount ?? 0)
    let rows = BatchShape(largestOf: 1, store.partitions).rows
    // Numbers that no Int may hold.
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
