extension String {
  /// The beginning of a text of unknown length, short enough for a message.
  package var excerpt: String { excerpt(60) }

  /// Returns the beginning of a text of unknown length.
  ///
  /// - Parameter longest: texts of up to so many bytes are returned as they are; of longer ones, so many scalars are
  ///   kept.
  /// - Returns: the text, or its beginning and "…".
  package func excerpt(_ longest: Int) -> String {
    utf8.count <= longest ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(longest))) + "…"
  }
}
