/// Arguments as a shell reads them: commands that may be copied from messages and pages.
package enum ShellText {
  /// The command line of some arguments.
  package static func command(_ arguments: [String]) -> String { arguments.map(\.shellWord).joined(separator: " ") }
}

extension String {
  /// The text as a word of a command line that may be copied.
  package var shellWord: String {
    // Bash and zsh read escapes in quotes behind a dollar, so that a command stays one line.
    if unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "$'" + unicodeScalars.map(\.shellEscape).joined() + "'"
    }
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "._/+-,:@".unicodeScalars.contains($0))
      }
    return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}

extension Unicode.Scalar {
  fileprivate var shellEscape: String {
    switch self {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    case "'", "\\": "\\\(self)"
    case _ where properties.generalCategory == .control: "\\u" + UInt16(value).hexadecimal
    default: "\(self)"
    }
  }
}
