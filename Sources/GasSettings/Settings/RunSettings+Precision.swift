import GasAutodiff
import GasStore

extension Precision: SettingValue {}

extension RunSettings {
  /// How hidden rows are kept so that nothing is rounded that is not rounded anyway.
  public var exactRows: RowEncoding { self.precision == .bfloat16 ? .bfloat16 : .float32 }

  /// Has histories keep what is computed, where nothing else was asked for.
  ///
  /// - Parameter given: the keys that were asked for.
  mutating func settlePrecision(given: Set<String>) {
    let row = Self.table.historyType
    guard self.precision == .bfloat16, !given.contains(row.key), self.historyType == .float32,
      row.models?.contains(self.model) ?? true
    else { return }
    self.historyType = exactRows
  }
}
