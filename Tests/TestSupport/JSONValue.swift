import Foundation

/// Any JSON, in which true and 1 are different things.
public enum JSONValue: Decodable, Equatable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// Reads a text.
  public init(parsing text: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

  /// Reads a value of any kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// What an object has under a key.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let pairs) = self else { return nil }
    return pairs[key]
  }

  /// The text; `nil` for other kinds.
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The number; `nil` for other kinds.
  public var number: Double? { if case .number(let number) = self { number } else { nil } }
  /// The list; `nil` for other kinds.
  public var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
  /// The keys and values of an object; `nil` for other kinds.
  public var pairs: [String: JSONValue]? { if case .object(let pairs) = self { pairs } else { nil } }
}
