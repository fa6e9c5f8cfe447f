import FoundationEssentials

/// A number that is `null` in JSON where it is infinite or not a number, which JSON cannot say. `null` is read as not a
/// number, and so is what other programs write instead: 1e999, "inf" and, by `JSONNumber.decode`, Infinity and NaN.
@propertyWrapper
public struct JSONNumber: Codable, Equatable, Sendable {
  /// The number.
  public var wrappedValue: Double

  /// Wraps a number.
  public init(wrappedValue: Double) {
    self.wrappedValue = wrappedValue
  }

  /// Decodes a number; anything else is read as not a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = (try? container.decode(Double.self)) ?? .nan
  }

  /// Encodes a finite number, and `null` for any other.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if wrappedValue.isFinite { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension KeyedDecodingContainer {
  /// Decodes a number; a missing key means not a number, as `null` does.
  ///
  /// - Parameters:
  ///   - type: what to decode.
  ///   - key: where it is.
  /// - Returns: the number.
  /// - Throws: what the container throws.
  public func decode(_ type: JSONNumber.Type, forKey key: Key) throws -> JSONNumber {
    try decodeIfPresent(type, forKey: key) ?? JSONNumber(wrappedValue: .nan)
  }
}

extension JSONNumber {
  /// Decodes JSON in which numbers may also be Infinity and NaN.
  ///
  /// What is not UTF-8 is refused first: if it is in a key without quotes, which JSON5 allows, Foundation traps.
  ///
  /// - Parameters:
  ///   - type: what to decode.
  ///   - data: the JSON.
  /// - Returns: the decoded value.
  /// - Throws: `DecodingError` if the bytes are not such JSON.
  public static func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
    guard String(validating: data, as: UTF8.self) != nil else {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "not UTF-8"))
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try decoder.decode(type, from: data)
  }
}
