extension String {
  /// The text as it stands between quotes in JSON and in the text format of Prometheus: with a backslash in front of
  /// quotes and backslashes, and `\n` for the end of a line. Other control characters stay.
  package var escapedForQuotes: String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
