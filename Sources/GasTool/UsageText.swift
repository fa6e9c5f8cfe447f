import GasBase

/// What is said of wrong arguments: three lines, with what is wrong, how the command is called, and where more stands.
struct UsageText {
  /// The lines.
  let text: String

  private static let end = "\n  See '"

  /// Shortens what the argument parser says. It has a line for each of many options, and more than one for some errors.
  ///
  /// - Parameter message: the argument parser's message.
  init(_ message: String) {
    guard let usage = message.firstRange(of: "\nUsage: ") else {
      text = message
      return
    }
    let rest = message[usage.upperBound...]
    let end = rest.firstRange(of: Self.end)
    let called = rest[..<(end?.lowerBound ?? rest.endIndex)]
    var lines = [Self.joined(message[..<usage.lowerBound]), "Usage: " + Self.shortened(called)]
    if let end { lines.append("See '" + Self.joined(rest[end.upperBound...])) }
    text = lines.joined(separator: "\n")
  }

  /// The words of some lines in one; the help that follows an error is a part of its sentence.
  private static func joined(_ lines: Substring) -> String {
    lines.split(whereSeparator: \.isNewline).map { line in
      line.hasPrefix("Help:") ? "(" + words(line.dropFirst("Help:".count)) + ")" : words(line)
    }.joined(separator: " ")
  }

  private static func words(_ text: Substring) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The call with its arguments and the options that it must have; all others are "[options]".
  private static func shortened(_ usage: Substring) -> String {
    var (kept, isShortened) = ([Substring](), false)
    for part in parts(usage) {
      if part.hasPrefix("[-") || part == "[<options>]" { isShortened = true } else { kept.append(part) }
    }
    return kept.joined(separator: " ") + (isShortened ? " [options]" : "")
  }

  /// The words, where what stands in brackets is one.
  private static func parts(_ usage: Substring) -> [Substring] {
    var (parts, begin, depth) = ([Substring](), usage.startIndex, 0)
    for place in usage.indices {
      switch usage[place] {
      case "[", "(": depth += 1
      case "]", ")": depth -= 1
      case let letter where letter.isWhitespace && depth == 0:
        parts.append(usage[begin..<place])
        begin = usage.index(after: place)
      default: break
      }
    }
    return (parts + [usage[begin...]]).filter { !$0.isEmpty }
  }
}
