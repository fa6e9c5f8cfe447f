import GasBase

/// What a word without quotes means: YAML 1.2, and `yes`, `no`, `on` and `off` of YAML 1.1, which people write too.
///
/// Numbers that the two versions read differently (`010`, `1:30`) are texts, so nobody gets one that was not meant.
enum YAMLScalar {
  static func value(of word: String) -> PlainValue {
    switch word {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: return number(word) ?? .text(word)
    }
  }

  private static func number(_ word: String) -> PlainValue? {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] where word.hasPrefix(prefix) {
      let digits = word.dropFirst(2)
      guard digits.first.map({ $0 != "+" && $0 != "-" }) == true else { return nil }
      return Int(digits, radix: radix).map { .integer($0) }
    }
    let digits = word.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    guard word.utf8.count - digits.count <= 1, isDecimal(digits) else { return nil }
    if digits.allSatisfy(isDigit) {
      // Longer numbers are no counts.
      if digits.count > 1, digits.first == UInt8(ascii: "0") { return nil }
      if let whole = Int(word) { return .integer(whole) }
    }
    return Double(word).map { .number($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  /// Whether it is `1`, `1.`, `1.5` or `.5`, with an exponent or without one.
  private static func isDecimal(_ text: Substring.UTF8View) -> Bool {
    let whole = text.prefix(while: isDigit)
    var rest = text.dropFirst(whole.count)
    var places = rest.prefix(0)
    if rest.first == UInt8(ascii: ".") {
      places = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + places.count)
    }
    guard whole.count + places.count > 0 else { return false }
    guard let mark = rest.first else { return true }
    guard mark | 0x20 == UInt8(ascii: "e") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }
}
