/// Names of models as people write them: papers, PyTorch Geometric and the command line each have their own.
package enum ModelName {
  /// Other names, in small letters and without what is between words.
  private static let others = ["graphsage": "sage", "gcn2": "gcnii"]

  /// The name that settings have for a model.
  ///
  /// - Parameter name: as a person wrote it: `GCN`, `GraphSAGE`, `SAGEConv`, `PNA_JK`.
  /// - Returns: one of `RunSettings.modelNames`; the same name where it is none of these, since a model may be one's
  ///   own.
  package static func canonical(_ name: String) -> String {
    guard !RunSettings.modelNames.contains(name) else { return name }
    var plain = plain(name)
    if plain.hasSuffix("conv") { plain.removeLast("conv".count) }
    if let other = others[plain] { return other }
    return RunSettings.modelNames.first { Self.plain($0) == plain } ?? name
  }

  private static func plain(_ name: String) -> String { name.lowercased().filter { !"-_ ".contains($0) } }
}
