/// The element type of a NumPy array, as its `descr` names it.
public enum NpyType: Equatable, Sendable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, float32, float64
  /// `|S`: text of a fixed number of bytes, padded with zeros.
  case bytes(count: Int)
  /// `<U`: text of a fixed number of UTF-32 code points, padded with zeros.
  case unicode(count: Int)

  private static let numeric: [(type: NpyType, code: String, byteCount: Int)] = [
    (.bool, "|b1", 1), (.int8, "|i1", 1), (.int16, "<i2", 2), (.int32, "<i4", 4), (.int64, "<i8", 8),
    (.uint8, "|u1", 1), (.uint16, "<u2", 2), (.uint32, "<u4", 4), (.uint64, "<u8", 8),
    (.float16, "<f2", 2), (.float32, "<f4", 4), (.float64, "<f8", 8),
  ]

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .bytes(let count): count
    case .unicode(let count): count * 4
    default: Self.numeric.first { $0.type == self }!.byteCount
    }
  }

  /// NumPy's spelling, for headers and messages.
  public var descr: String {
    switch self {
    case .bytes(let count): "|S\(count)"
    case .unicode(let count): "<U\(count)"
    default: Self.numeric.first { $0.type == self }!.code
    }
  }

  /// Whether elements are floating-point numbers.
  public var isFloat: Bool { self == .float16 || self == .float32 || self == .float64 }

  /// Whether elements are text.
  public var isText: Bool {
    switch self {
    case .bytes, .unicode: true
    default: false
    }
  }

  /// Whether elements are integers; truth values are not.
  public var isInteger: Bool { !isFloat && !isText && self != .bool }

  /// Bytes of the units that byte order applies to: an element, or a code point of its text.
  var unitBytes: Int {
    switch self {
    case .bytes: 1
    case .unicode: 4
    default: byteCount
    }
  }

  /// Parses `<f4`, `>f4`, `|u1`, `=i8`, `<U12`, …; `nil` for anything that is not a plain element.
  init?(descr: String) {
    guard let order = descr.first, "<>|=".contains(order) else { return nil }
    let kind = descr.dropFirst()
    if let count = Int(kind.dropFirst()), count >= 0, count < 1 << 20, kind.first == "S" || kind.first == "U" {
      self = kind.first == "S" ? .bytes(count: count) : .unicode(count: count)
      return
    }
    guard let known = Self.numeric.first(where: { $0.code.dropFirst() == kind }) else { return nil }
    self = known.type
  }
}

/// A Swift type that NumPy arrays are written from.
public protocol NpyElement: BitwiseCopyable, Sendable {
  /// The element type of arrays of this Swift type.
  static var npyType: NpyType { get }
}

extension Int8: NpyElement {
  /// NumPy's `|i1`.
  public static var npyType: NpyType { .int8 }
}
extension Int16: NpyElement {
  /// NumPy's `<i2`.
  public static var npyType: NpyType { .int16 }
}
extension Int32: NpyElement {
  /// NumPy's `<i4`.
  public static var npyType: NpyType { .int32 }
}
extension Int64: NpyElement {
  /// NumPy's `<i8`.
  public static var npyType: NpyType { .int64 }
}
extension UInt8: NpyElement {
  /// NumPy's `|u1`.
  public static var npyType: NpyType { .uint8 }
}
extension UInt16: NpyElement {
  /// NumPy's `<u2`.
  public static var npyType: NpyType { .uint16 }
}
extension UInt32: NpyElement {
  /// NumPy's `<u4`.
  public static var npyType: NpyType { .uint32 }
}
extension UInt64: NpyElement {
  /// NumPy's `<u8`.
  public static var npyType: NpyType { .uint64 }
}
extension Float16: NpyElement {
  /// NumPy's `<f2`.
  public static var npyType: NpyType { .float16 }
}
extension Float: NpyElement {
  /// NumPy's `<f4`.
  public static var npyType: NpyType { .float32 }
}
extension Double: NpyElement {
  /// NumPy's `<f8`.
  public static var npyType: NpyType { .float64 }
}
