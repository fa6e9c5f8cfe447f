extension String {
  /// The text with blanks behind it, for a column of so many characters.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
