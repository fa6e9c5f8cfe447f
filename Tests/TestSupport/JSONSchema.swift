/// A validator for the part of JSON Schema that `gas-run schema` uses. It is stricter than the standard: keys that a
/// schema does not list are faults, and so are words of the standard that it does not know.
public struct JSONSchema {
  private let root: JSONValue
  private static let words: Set<String> = [
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "items",
    "additionalProperties", "enum", "const",
  ]

  /// Reads a schema.
  public init(parsing text: String) throws { root = try JSONValue(parsing: text) }

  /// What is wrong with a value, a line each; empty where nothing is.
  public func faults(of value: JSONValue) -> [String] { faults(of: value, root, at: "$") }

  private func faults(of value: JSONValue, _ schema: JSONValue, at place: String) -> [String] {
    guard let rules = schema.pairs else { return ["\(place): a schema that is no object"] }
    if let unknown = rules.keys.sorted().first(where: { !Self.words.contains($0) }) {
      return ["\(place): the schema says \(unknown)"]
    }
    var found: [String] = []
    if let reference = rules["$ref"]?.text {
      let name = String(reference.dropFirst("#/$defs/".count))
      guard let named = root["$defs"]?[name] else { return ["\(place): the schema has no \(reference)"] }
      found += faults(of: value, named, at: place)
    }
    if let types = rules["type"], !Self.names(types).contains(where: { Self.matches(value, $0) }) {
      found.append("\(place): expected \(Self.names(types)), found \(value)")
    }
    if let words = rules["enum"]?.list, !words.contains(value) { found.append("\(place): \(value) is no word of it") }
    if let constant = rules["const"], constant != value { found.append("\(place): \(value) is not \(constant)") }
    if let items = rules["items"], let list = value.list {
      for (index, item) in list.enumerated() { found += faults(of: item, items, at: "\(place)[\(index)]") }
    }
    return found + faults(ofKeysIn: value, rules, at: place)
  }

  private func faults(ofKeysIn value: JSONValue, _ rules: [String: JSONValue], at place: String) -> [String] {
    guard let pairs = value.pairs, rules["properties"] != nil || rules["additionalProperties"] != nil else { return [] }
    var found = (rules["required"]?.list ?? []).compactMap(\.text).filter { pairs[$0] == nil }
      .map { "\(place): there is no \($0)" }
    for (key, inner) in pairs.sorted(by: { $0.key < $1.key }) {
      if let schema = rules["properties"]?[key] {
        found += faults(of: inner, schema, at: "\(place).\(key)")
      } else if let schema = rules["additionalProperties"], schema.pairs != nil {
        found += faults(of: inner, schema, at: "\(place).\(key)")
      } else {
        found.append("\(place): the schema has no key \(key)")
      }
    }
    return found
  }

  private static func names(_ types: JSONValue) -> [String] {
    types.text.map { [$0] } ?? (types.list ?? []).compactMap(\.text)
  }

  private static func matches(_ value: JSONValue, _ type: String) -> Bool {
    switch value {
    case .null: type == "null"
    case .flag: type == "boolean"
    case .number(let number): type == "number" || type == "integer" && number == number.rounded()
    case .text: type == "string"
    case .list: type == "array"
    case .object: type == "object"
    }
  }
}
