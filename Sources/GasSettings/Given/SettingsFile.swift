import GasBase
import GasYAML

/// Reads a person's file of settings, YAML with a line for each.
enum SettingsFile {
  /// Reads the values, which are not checked yet.
  ///
  /// - Parameter path: the file's path.
  /// - Returns: values by key.
  /// - Throws: `GasError` if the file cannot be read, is no YAML or no settings, or is too large.
  static func read(_ path: String) throws -> [String: Any] {
    let file = SmallYAML(
      path, of: "settings",
      advice: "settings are \"key: value\" lines; class weights may be in a .npy file")
    guard let root = try file.value(takesPipes: true) else { return [:] }
    guard case .table(let values) = root else {
      throw GasError(expected: "settings as \"key: value\" lines", found: "something else", file: path)
    }
    let known = RunSettings.table.rows.map(\.key)
    if let unknown = values.keys.sorted().first(where: { !known.contains($0) }) {
      throw GasError(
        "no setting is called \"\(unknown.excerpt)\"", file: path,
        advice: unknown.suggestion(of: known).map { "\($0) gas-run settings lists all" }
          ?? "there are \(known.sorted().joined(separator: ", "))")
    }
    return values.mapValues(\.any)
  }
}
