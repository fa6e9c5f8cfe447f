/// The type of a column's elements. Raw values are the codes of the file format.
public enum ElementType: UInt32, Sendable, CaseIterable {
  case uint8 = 1
  case int32, uint32, int64, uint64, float16, bfloat16, float32, float64

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }
}

extension ElementType: Codable, CustomStringConvertible {
  /// The name that files and messages use, such as `float32`.
  public var description: String {
    switch self {
    case .uint8: "uint8"
    case .int32: "int32"
    case .uint32: "uint32"
    case .int64: "int64"
    case .uint64: "uint64"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .float32: "float32"
    case .float64: "float64"
    }
  }

  /// Finds the type with a name such as `float32`; `nil` if there is none.
  public init?(name: String) {
    guard let type = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = type
  }

  /// Decodes a type from its name.
  ///
  /// - Parameter decoder: what holds one string.
  /// - Throws: `DecodingError` if no type has that name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let type = Self(name: name) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no element type \"\(name)\"")
    }
    self = type
  }

  /// Encodes the type as its name.
  ///
  /// - Parameter encoder: what takes one string.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A Swift type whose values are the elements of columns of one element type. Half-precision elements are handled as
/// their bits.
public protocol ColumnElement: BitwiseCopyable, Sendable {
  /// Whether values of this Swift type are the elements of a column of `type`.
  static func fits(_ type: ElementType) -> Bool
}

extension UInt8: ColumnElement {
  /// True for `uint8`.
  public static func fits(_ type: ElementType) -> Bool { type == .uint8 }
}
extension UInt16: ColumnElement {
  /// True for `float16` and `bfloat16`, whose bits a `UInt16` holds.
  public static func fits(_ type: ElementType) -> Bool { type == .float16 || type == .bfloat16 }
}
extension Int32: ColumnElement {
  /// True for `int32`.
  public static func fits(_ type: ElementType) -> Bool { type == .int32 }
}
extension UInt32: ColumnElement {
  /// True for `uint32`.
  public static func fits(_ type: ElementType) -> Bool { type == .uint32 }
}
extension Int64: ColumnElement {
  /// True for `int64`.
  public static func fits(_ type: ElementType) -> Bool { type == .int64 }
}
extension UInt64: ColumnElement {
  /// True for `uint64`.
  public static func fits(_ type: ElementType) -> Bool { type == .uint64 }
}
extension Float: ColumnElement {
  /// True for `float32`.
  public static func fits(_ type: ElementType) -> Bool { type == .float32 }
}
extension Double: ColumnElement {
  /// True for `float64`.
  public static func fits(_ type: ElementType) -> Bool { type == .float64 }
}
