/// The text about a setting that `--help`, `gas-run settings` and docs/settings.md show.
package struct SettingHelp: Encodable, Sendable {
  /// The setting's name in files and flags.
  package let key: String
  /// A name for the values.
  package let kind: String
  /// The values that it may have, if not all.
  package let range: String?
  /// The default, in words.
  package let standard: String
  /// The models that use it, or the schedules; `nil`: all.
  package let usedBy: String?
  /// Whether it decides what a run computes, not only how that is carried out.
  package let changesResults: Bool
  /// An explanation, in sentences.
  package let help: String

  /// All settings, in the table's order.
  package static let all = RunSettings.table.rows.map(SettingHelp.init)

  /// Gathers the texts of a row.
  package init(_ row: any SettingRow) {
    (key, kind, range, standard) = (row.key, row.kind, row.range, row.standardWords)
    usedBy =
      row.models.map(Self.names) ?? row.schedules.map { "schedule " + $0.map(\.rawValue).joined(separator: ", ") }
    (changesResults, help) = (row.changesResults, row.help)
  }

  /// The models that use it, or if those are more, the ones that do not.
  private static func names(_ models: [String]) -> String {
    let others = RunSettings.modelNames.filter { !models.contains($0) }
    return others.count < models.count ? "all but \(others.joined(separator: ", "))" : models.joined(separator: ", ")
  }

  /// Explanation, standard and use in sentences.
  package var sentences: String {
    "\(help) Default: \(standard).\(usedBy.map { " Used by \($0)." } ?? "")"
  }

  /// The text of docs/settings.md.
  package static var page: String {
    let rows = all.map { setting in
      let values = setting.range.map { "\(setting.kind), \($0)" } ?? setting.kind
      let cells = [
        "`\(setting.key)`", values, setting.standard, setting.usedBy ?? "all",
        setting.help + (setting.changesResults ? "" : " It changes no result."),
      ]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return """
      # Settings of a run

      Each is a flag of `gas-run train` (`--KEY VALUE`; for true and false `--KEY`, or with `no-` before the key) and a line of the YAML file that
      `--config` names (`KEY: VALUE`). Flags come before the file, the file before the preset. `gas-run settings --page` writes this page.

      | key | values | default | used by | what it does |
      | --- | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))

      """
  }
}
