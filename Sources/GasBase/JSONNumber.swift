import Foundation

/// A number that is `null` in JSON where it is infinite or not a number, which JSON has no way to say. `null` is read as not a number, and
/// so is what others write in its place: 1e999, "inf" and, by `JSONNumber.decode`, Infinity and NaN.
@propertyWrapper
public struct JSONNumber: Codable, Equatable, Sendable {
  public var wrappedValue: Double

  public init(wrappedValue: Double) {
    self.wrappedValue = wrappedValue
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = (try? container.decode(Double.self)) ?? .nan
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if wrappedValue.isFinite { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension KeyedDecodingContainer {
  /// Where there is nothing under the key, as where there is `null`.
  public func decode(_ type: JSONNumber.Type, forKey key: Key) throws -> JSONNumber {
    try decodeIfPresent(type, forKey: key) ?? JSONNumber(wrappedValue: .nan)
  }
}

extension JSONNumber {
  /// Reads Infinity and NaN beside what JSON has.
  ///
  /// - Throws: `DecodingError` if the bytes are no such JSON. What is not UTF-8 is refused first: of such a key without quotes, which JSON5
  ///   allows, Foundation makes a trap.
  public static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
    guard String(validating: data, as: UTF8.self) != nil else {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not UTF-8"))
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try decoder.decode(type, from: data)
  }
}
