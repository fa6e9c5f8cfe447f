import Glibc

/// Colours of lines for people. The word that a line begins with says what the line is, so that word alone has a
/// colour, and text without colours says the same.
///
/// There are none where the stream is no terminal, where `NO_COLOR` is set to anything (no-color.org), and on a
/// terminal that says it is `dumb`; nor for ranks, whose launchers may give them a terminal whatever reads it.
public enum LineColours {
  /// Whether there are none in any case.
  package static let areOff = Locked(false)

  /// What a line begins with, and the code of its colour (ECMA-48, "select graphic rendition").
  private static let words = [
    ("\(GasError.toolName): ", "1;31"), ("Error: ", "1;31"), ("note: ", "33"), ("note  ", "33"), ("next  ", "36"),
    ("verdict      harmless", "32"), ("verdict      noticeable", "33"), ("verdict      harmful", "1;31"),
    ("verdict      not known", "33"),
  ]

  /// Lines for standard output: with colours where that is a terminal that takes them.
  public static func ofOutput(_ text: String) -> String { areTaken(by: STDOUT_FILENO) ? coloured(text) : text }

  /// The same for standard error.
  static func ofErrors(_ text: String) -> String { areTaken(by: STDERR_FILENO) ? coloured(text) : text }

  private static func areTaken(by descriptor: Int32) -> Bool {
    guard !areOff.withLock({ $0 }) else { return false }
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    return areTaken(
      isTerminal: isatty(descriptor) == 1, noColour: variable("NO_COLOR"), terminal: variable("TERM"))
  }

  static func areTaken(isTerminal: Bool, noColour: String?, terminal: String?) -> Bool {
    isTerminal && (noColour ?? "").isEmpty && terminal != nil && terminal != "dumb"
  }

  static func coloured(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let (word, code) = words.first(where: { line.hasPrefix($0.0) }) else { return String(line) }
      return "\u{1b}[\(code)m\(word)\u{1b}[0m\(line.dropFirst(word.count))"
    }.joined(separator: "\n")
  }
}
