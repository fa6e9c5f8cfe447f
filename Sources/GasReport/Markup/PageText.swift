import FoundationEssentials
import GasBase
import GasMetrics
import GasRuns

/// Numbers and names as the page shows them.
enum PageText {
  /// A whole number with its thousands apart: `117659` → `"117 659"`, by narrow spaces that do not break.
  static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert("\u{202f}", at: place) }
    return (value < 0 ? "−" : "") + String(digits)
  }

  /// A whole number for an axis: `20000` → `"20k"`.
  static func short(_ value: Double) -> String {
    let text = Units.count(value).replacing(" ", with: "")
    return text.replacing(".0", with: "")
  }

  /// A count of things, with its thousands apart.
  static func plural(_ value: Int, _ thing: String) -> String { "\(count(value)) \(thing)\(value == 1 ? "" : "s")" }

  /// A number with so many significant digits.
  static func number(_ value: Double, _ digits: Int = 3) -> String {
    // What ends an axis should not read 0.300.
    let text = Units.significant(value, digits)
    guard text.contains("."), !text.contains("e") else { return text }
    return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
  }

  /// A score's value, in one piece.
  static func score(_ score: Score, _ value: Double) -> String {
    score.text(value).replacing(" ", with: "\u{202f}")
  }

  /// A share in percent, with as many places as are wanted.
  static func percent(_ value: Double, _ places: Int = 1) -> String {
    Units.decimals(value * 100, places) + "\u{202f}%"
  }

  /// A time from its number of seconds since 1970, in UTC.
  static func time(_ seconds: Int) -> String {
    // 2026-03-01T12:30:59Z
    let text = Date(timeIntervalSince1970: Double(seconds)).ISO8601Format()
    return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
  }

  /// The last part of a path.
  static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Names in a row: "a, b and c".
  static func list(_ names: [String]) -> String {
    guard names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
  }
}
