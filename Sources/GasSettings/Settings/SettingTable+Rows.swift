extension SettingTable {
  /// Limits beyond any model in use. A greater number is a slip, which would end for want of memory.
  static let (mostLayers, mostHidden, mostHeads) = (1000, 1 << 16, 1 << 10)

  static let graphModels = RunSettings.modelNames.filter { $0 != "mlp" }
  /// Models that are a stack of layers.
  static let stacks = graphModels.filter { $0 != "appnp" }

  /// The rows by the names of their properties, which are not always the keys: `learningRate`.
  private static let named = Mirror(reflecting: RunSettings.table).children.compactMap { child in
    (child.value as? any SettingRow).map { (name: child.label!, row: $0) }
  }
  private static let all = named.map(\.row)

  /// All rows, in the order in which people read them.
  package var rows: [any SettingRow] { Self.all }

  /// The row of a property.
  package func row(ofProperty name: String) -> (any SettingRow)? { Self.named.first { $0.name == name }?.row }
}
