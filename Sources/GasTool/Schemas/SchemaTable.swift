import GasBase

/// Types of what the tools write as JSON, as tables of their keys, from which JSON Schemas are made.
///
/// A line without a blank before it names a type. Below it stand its keys: name, type, `?` where the key may be
/// absent, and behind a colon what it says. Types are `text` (`textOrNone` where it may be `null`), `count` (a whole
/// number), `number` (`null` where it is not finite), `flag`, words as `'one'|'other'`, `[…]` for lists, `{…}` for
/// objects with any keys, and names of other types.
public struct SchemaTable {
  private struct Key {
    let name: String
    let type: Substring
    let isAlwaysThere: Bool
    let help: String?
  }

  private let types: [String: [Key]]
  private let settings: JSONText

  /// Reads the tables.
  ///
  /// - Parameter settings: the schema of a run's settings, which another module knows.
  public init(settings: JSONText) {
    self.settings = settings
    types = Self.read([Self.shared, Self.run, Self.report, Self.stat, Self.ingest, Self.log].joined(separator: "\n"))
  }

  /// The JSON Schema (draft 2020-12) of an output.
  ///
  /// - Parameter output: the output.
  /// - Returns: the schema, in lines.
  public func document(of output: OutputSchema) -> String {
    let head: [(key: String, value: JSONText)] = [
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("$id", .text("urn:gas:\(output.rawValue):\(OutputSchema.schemaVersion)")),
      ("title", .text(output.source)),
    ]
    guard case .object(let body) = root(of: output) else { preconditionFailure("a schema is an object") }
    let named = names(usedBy: output).sorted().map { (key: $0, value: definition(of: $0)) }
    return JSONText.object(head + body + (named.isEmpty ? [] : [(key: "$defs", value: .object(named))])).lines
  }

  private func root(of output: OutputSchema) -> JSONText {
    if let element = output.element {
      return .object([("type", .text("array")), ("items", root(of: element))])
    }
    return output == .config ? settings : object(of: output.rawValue, versionOf: output.isVersioned ? output : nil)
  }

  private func definition(of name: String) -> JSONText { name == Self.settingsName ? settings : object(of: name) }

  private func object(of name: String, versionOf output: OutputSchema? = nil) -> JSONText {
    let keys = types[name] ?? []
    let version: [(key: String, value: JSONText)] =
      output.map {
        [
          ("schema", .object([("const", .text($0.rawValue))])),
          ("schemaVersion", .object([("const", .number(OutputSchema.schemaVersion))])),
        ]
      } ?? []
    let properties = keys.map { (key: $0.name, value: schema(of: $0)) }
    let required = keys.filter(\.isAlwaysThere).map(\.name) + version.map(\.key)
    return .object([
      ("type", .text("object")), ("properties", .object(properties + version)),
      ("required", .list(required.map { .text($0) })),
    ])
  }

  private func schema(of key: Key) -> JSONText {
    guard case .object(let type) = schema(of: key.type) else { preconditionFailure("a schema is an object") }
    return .object(type + (key.help.map { [(key: "description", value: .text($0))] } ?? []))
  }

  private func schema(of type: Substring) -> JSONText {
    func named(_ name: String) -> JSONText { .object([("type", .text(name))]) }
    if type.hasPrefix("[") {
      return .object([("type", .text("array")), ("items", schema(of: type.dropFirst().dropLast()))])
    }
    if type.hasPrefix("{") {
      return .object([
        ("type", .text("object")), ("additionalProperties", schema(of: type.dropFirst().dropLast())),
      ])
    }
    if type.hasPrefix("'") {
      let words = type.split(separator: "|").map { JSONText.text(String($0.dropFirst().dropLast())) }
      return .object([("enum", .list(words))])
    }
    return switch type {
    case "text": named("string")
    case "textOrNone": .object([("type", .list([.text("string"), .text("null")]))])
    case "count": named("integer")
    case "number": .object([("type", .list([.text("number"), .text("null")]))])
    case "flag": named("boolean")
    default: .object([("$ref", .text("#/$defs/\(type)"))])
    }
  }

  private static let settingsName = "Settings"

  /// The types that an output refers to, directly or not.
  private func names(usedBy output: OutputSchema) -> Set<String> {
    var (found, open) = (Set<String>(), [output.element?.rawValue ?? output.rawValue])
    while let name = open.popLast() {
      for key in types[name] ?? [] {
        let used = String(key.type.filter { !"[]{}".contains($0) })
        guard types[used] != nil || used == Self.settingsName, found.insert(used).inserted else { continue }
        open.append(used)
      }
    }
    return found
  }

  private static func read(_ text: String) -> [String: [Key]] {
    var types: [String: [Key]] = [:]
    var name = ""
    for line in text.split(separator: "\n") {
      guard line.hasPrefix(" ") else {
        name = String(line)
        types[name] = []
        continue
      }
      types[name]?.append(key(line.drop { $0 == " " }))
    }
    return types
  }

  /// Reads `name type?: what it says`; the words of a type may have blanks in them.
  private static func key(_ line: Substring) -> Key {
    let name = line.prefix { $0 != " " }
    let rest = line.dropFirst(name.count + 1)
    let colon = rest.firstIndex(of: ":")
    let type = colon.map { rest[..<$0] } ?? rest
    let help = colon.map { rest[$0...].dropFirst(2) }
    let mayBeAbsent = type.hasSuffix("?")
    return Key(
      name: String(name), type: mayBeAbsent ? type.dropLast() : type, isAlwaysThere: !mayBeAbsent,
      help: help.map(String.init))
  }
}
