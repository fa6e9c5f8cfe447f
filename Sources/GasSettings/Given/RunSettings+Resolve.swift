import FoundationEssentials
import GasBase
import GasYAML

extension RunSettings {
  /// Settings from several places: defaults, then a preset, then a YAML file, then flags. Later ones win.
  ///
  /// - Parameters:
  ///   - configFile: a YAML file with a line for each setting.
  ///   - flags: values by key.
  /// - Returns: settings that are checked and do not depend on the working folder.
  /// - Throws: what `GivenSettings` throws.
  public static func resolve(configFile: String?, flags: [String: any SettingValue]) throws -> RunSettings {
    try GivenSettings(configFile: configFile, flags: flags).resolve(for: nil).resolved
  }

  /// Reads settings from text values alone, as a table has them.
  init(texts: [(key: String, text: String)]) throws {
    self.init()
    for (key, text) in texts {
      guard let row = Self.table.rows.first(where: { $0.key == key }) else {
        throw GasError("no setting is called \(key)")
      }
      try row.read(SmallYAML.value(of: text).any, into: &self, file: nil)
    }
    try validate()
  }

  /// Decodes the settings that a run was started with.
  ///
  /// - Parameters:
  ///   - path: the file's path, for messages.
  ///   - data: the file's contents.
  /// - Throws: `GasError` if they are damaged or out of range.
  package init(readingRun path: String, _ data: Data) throws {
    do {
      self = try JSONDecoder().decode(RunSettings.self, from: data)
    } catch let error as DecodingError {
      throw GasError(Self.explain(error).excerpt, file: path, advice: "the file is damaged")
    }
    try validate(file: path)
  }

  private static func explain(_ error: DecodingError) -> String {
    func text(_ context: DecodingError.Context) -> String {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "\(key.isEmpty ? "settings" : "\"\(key)\""): \(context.debugDescription)"
    }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return text(context)
    case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
    @unknown default: return "\(error)"
    }
  }
}
