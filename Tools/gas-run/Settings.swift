import ArgumentParser
import GasBase
import GasRuns
import GasTool

struct Settings: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the settings of a run: their values, defaults and which models use them.",
    discussion: "They are flags of gas-run train, and lines of the YAML file that its --config names.")

  @Argument(help: "Show this one alone.")
  var name: String?
  @Flag(help: "Write all of them as the page docs/settings.md.")
  var page = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard let name, !SettingHelp.all.contains(where: { $0.key == name }) else { return }
    let guess = name.suggestion(of: SettingHelp.all.map(\.key)).map { "\($0) " } ?? ""
    throw ValidationError("no setting is called \"\(name)\"; \(guess)gas-run settings lists them")
  }

  func run() throws {
    try output.reportingErrors {
      if let setting = SettingHelp.all.first(where: { $0.key == name }) {
        return try output.print(json: setting) { Self.text(setting) }
      }
      try output.print(json: SettingHelp.all) { page ? SettingHelp.page : Self.list }
    }
  }

  private static var list: String {
    let width = SettingHelp.all.map(\.key.count).max() ?? 0
    return SettingHelp.all.map { setting in
      setting.key.padded(to: width + 2) + setting.standard
        + (setting.usedBy.map { " (used by \($0))" } ?? "")
    }.joined(separator: "\n")
  }

  private static func text(_ setting: SettingHelp) -> String {
    """
    setting        \(setting.key)
    values         \(setting.kind)\(setting.range.map { ", \($0)" } ?? "")
    default        \(setting.standard)
    used by        \(setting.usedBy ?? "all")
    changes        \(setting.changesResults ? "results" : "how a run is carried out, no result")
    \(setting.help)
    """
  }
}
