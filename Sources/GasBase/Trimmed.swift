extension StringProtocol {
  /// The text without blanks and line ends at both ends.
  package var trimmed: String { trimmed { $0.isWhitespace } }

  /// The text without such characters at both ends.
  package func trimmed(_ isLeftOut: (Character) -> Bool) -> String {
    guard let first = firstIndex(where: { !isLeftOut($0) }), let last = lastIndex(where: { !isLeftOut($0) }) else {
      return ""
    }
    return String(self[first...last])
  }
}
