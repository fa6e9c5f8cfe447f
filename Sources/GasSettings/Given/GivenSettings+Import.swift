import GasBase

extension GivenSettings {
  /// Refuses settings that mean nothing for weights that were trained elsewhere.
  ///
  /// - Throws: `GasError` that names the first of them.
  package func checkForImport() throws {
    guard let key = keys.first(where: { !RunSettings.isOfImport($0) }) else { return }
    throw GasError(
      "import takes no \(key): it says how a run is trained or carried out, and the weights were trained elsewhere",
      file: file, advice: "leave it out; gas-run import --help lists what the model may need")
  }
}
