extension String {
  /// As much of a text of unknown length as a message has room for.
  package var excerpt: String { excerpt(60) }

  /// - Parameter longest: how many bytes are left as they are; of more, so many scalars are kept.
  package func excerpt(_ longest: Int) -> String {
    utf8.count <= longest ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(longest))) + "…"
  }
}
