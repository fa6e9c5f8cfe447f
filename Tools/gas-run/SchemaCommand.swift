import ArgumentParser
import GasBase
import GasRuns
import GasTool

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the JSON Schema of an output of the tools, or of a file of settings.",
    discussion: """
      Every object that --json prints has its name under schema, and under schemaVersion the version, \(OutputSchema.schemaVersion). Keys that are \
      added do not change the version; readers ignore what they do not know.

      EXAMPLES
        gas-run schema                the names, and what writes each
        gas-run schema train          the schema of what train --json prints
        gas-run schema config         the schema of settings.yaml
      """)

  @Argument(
    help: "The name of an output. Default: lists the names.",
    completion: .list(OutputSchema.allCases.map(\.rawValue)))
  var name: String?

  func validate() throws {
    guard let name, OutputSchema(rawValue: name) == nil else { return }
    let guess = name.suggestion(of: OutputSchema.allCases.map(\.rawValue)).map { "; \($0)" } ?? ""
    throw ValidationError("no output is called \"\(name)\"\(guess); gas-run schema lists them")
  }

  func run() throws {
    try OutputOptions.reportingErrors {
      guard let output = name.flatMap(OutputSchema.init(rawValue:)) else {
        let rows = OutputSchema.allCases.map { [$0.rawValue, $0.source] }
        let width = rows.map(\.[0].count).max() ?? 0
        return try StandardStreams.print(
          rows.map { $0[0] + String(repeating: " ", count: width - $0[0].count + 2) + $0[1] }.joined(separator: "\n"))
      }
      try StandardStreams.print(SchemaTable(settings: RunSettings.schema).document(of: output))
    }
  }
}

extension RunSettings {
  /// The JSON Schema of settings: of a file for `--config`, and of `settings` in outputs.
  fileprivate static var schema: JSONText {
    let properties = table.rows.map { row in
      let values = row.range.map { "\(row.kind), \($0)" } ?? row.kind
      let help = "\(row.help) Values: \(values). Default: \(row.standardWords)."
      let types = row.jsonTypes.map { JSONText.text($0) }
      let type = types.count == 1 ? types[0] : .list(types)
      return (key: row.key, value: JSONText.object([("type", type), ("description", .text(help))]))
    }
    return .object([
      ("type", .text("object")), ("properties", .object(properties)), ("additionalProperties", .flag(false)),
    ])
  }
}
