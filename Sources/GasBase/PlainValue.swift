/// A value of plain data, as files of JSON and YAML have it.
package enum PlainValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([PlainValue])
  case table([String: PlainValue])

  /// Wraps a value of Swift's own types; `nil` if it is of another type.
  package init?(_ value: Any) {
    switch value {
    case let value as PlainValue: self = value
    case let value as Bool: self = .bool(value)
    case let value as Int: self = .integer(value)
    case let value as Double: self = .number(value)
    case let value as String: self = .text(value)
    case let values as [Any]:
      let plain = values.compactMap(PlainValue.init)
      guard plain.count == values.count else { return nil }
      self = .list(plain)
    case let values as [String: Any]:
      let plain = values.compactMapValues(PlainValue.init)
      guard plain.count == values.count else { return nil }
      self = .table(plain)
    default: return nil
    }
  }

  /// The value in Swift's own types: `Bool`, `Int`, `Double`, `String`, `[Any]` or `[String: Any]`. Null stays what it
  /// is.
  package var any: Any {
    switch self {
    case .null: self
    case .bool(let value): value
    case .integer(let value): value
    case .number(let value): value
    case .text(let value): value
    case .list(let values): values.map(\.any)
    case .table(let values): values.mapValues(\.any)
    }
  }
}

extension PlainValue: CustomStringConvertible {
  /// The value as JSON calls it, for messages.
  package var description: String { if case .null = self { "null" } else { "\(any)" } }
}

extension PlainValue: Codable {
  /// Reads a value. A number that is whole is an integer, however it is written. Of two values under one name in a
  /// table the decoder keeps one.
  ///
  /// - Parameter decoder: has JSON, say.
  /// - Throws: `DecodingError` if it is of another kind.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // What is most frequent comes first: to try what a value is not takes longer than to read it.
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let values = try? container.decode([PlainValue].self) {
      self = .list(values)
    } else if let values = try? container.decode([String: PlainValue].self) {
      self = .table(values)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }

  /// Writes the value. Throws `EncodingError` where JSON has no such number.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .table(let values): try container.encode(values)
    }
  }
}
