/// Reads JSON (RFC 8259) whose shape nobody promises: metadata of files that other programs wrote.
///
/// `JSONDecoder` needs types that are known beforehand, and of two values under one name keeps one.
package struct JSONParser {
  /// Why a text is refused.
  package enum Problem: Error, Equatable {
    case noJSON
    case repeatedName(String)
  }

  /// How deep lists and tables may lie inside each other: no metadata come near, and each level takes some stack.
  private static let greatestDepth = 256

  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  private init(_ text: some Sequence<UInt8>) { bytes = Array(text) }

  /// Reads a whole text.
  ///
  /// - Parameter text: its bytes, in UTF-8.
  /// - Returns: what it says.
  /// - Throws: `Problem` if it is not JSON, or two values of a table have the same name.
  package static func value(of text: some Sequence<UInt8>) throws(Problem) -> PlainValue {
    var parser = JSONParser(text)
    guard String(validating: parser.bytes, as: UTF8.self) != nil else { throw .noJSON }
    let value = try parser.value()
    parser.skipBlanks()
    guard parser.next == nil else { throw .noJSON }
    return value
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || 0x09...0x0a ~= byte || byte == 0x0d { place += 1 }
  }

  /// Passes over a character if it is the next one.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(Problem) -> PlainValue {
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try nested { parser throws(Problem) in try parser.table() }
    case UInt8(ascii: "["): return try nested { parser throws(Problem) in try parser.list() }
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(Problem) -> PlainValue
  ) throws(Problem) -> PlainValue {
    depth += 1
    guard depth <= Self.greatestDepth else { throw .noJSON }
    place += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func table() throws(Problem) -> PlainValue {
    var values: [String: PlainValue] = [:]
    skipBlanks()
    if skip("}") { return .table(values) }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw .noJSON }
      let name = try text()
      skipBlanks()
      guard skip(":") else { throw .noJSON }
      guard values.updateValue(try value(), forKey: name) == nil else { throw .repeatedName(name) }
      skipBlanks()
    } while skip(",")
    guard skip("}") else { throw .noJSON }
    return .table(values)
  }

  private mutating func list() throws(Problem) -> PlainValue {
    var values: [PlainValue] = []
    skipBlanks()
    if skip("]") { return .list(values) }
    repeat {
      values.append(try value())
      skipBlanks()
    } while skip(",")
    guard skip("]") else { throw .noJSON }
    return .list(values)
  }

  private mutating func word(_ word: String, _ value: PlainValue) throws(Problem) -> PlainValue {
    guard bytes[place...].starts(with: word.utf8) else { throw .noJSON }
    place += word.utf8.count
    return value
  }

  private mutating func number() throws(Problem) -> PlainValue {
    let start = place
    _ = skip("-")
    guard let first = next, skipDigits() else { throw .noJSON }
    if first == UInt8(ascii: "0"), place > start + (bytes[start] == UInt8(ascii: "-") ? 2 : 1) { throw .noJSON }
    let wholeEnd = place
    if skip("."), !skipDigits() { throw .noJSON }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      guard skipDigits() else { throw .noJSON }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if place == wholeEnd, let whole = Int(text) { return .integer(whole) }
    guard let number = Double(text), number.isFinite else { throw .noJSON }
    return .number(number)
  }

  private mutating func skipDigits() -> Bool {
    let start = place
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { place += 1 }
    return place > start
  }

  private mutating func text() throws(Problem) -> String {
    place += 1
    var text: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: String(try escaped()).utf8)
      case 0..<0x20: throw .noJSON
      default: text.append(byte)
      }
    }
    throw .noJSON
  }

  /// The character that stands behind a backslash.
  private mutating func escaped() throws(Problem) -> Unicode.Scalar {
    guard let byte = next else { throw .noJSON }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try hexadecimal()
    default: throw .noJSON
    }
  }

  /// A character by its number, or by the two halves of UTF-16.
  private mutating func hexadecimal() throws(Problem) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, skip("\\"), skip("u") else { throw .noJSON }
    let second = try fourDigits()
    guard 0xdc00..<0xe000 ~= second, let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw .noJSON }
    return scalar
  }

  private mutating func fourDigits() throws(Problem) -> UInt32 {
    guard place + 4 <= bytes.count else { throw .noJSON }
    let digits = bytes[place..<place + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw .noJSON }
    place += 4
    return number
  }
}
