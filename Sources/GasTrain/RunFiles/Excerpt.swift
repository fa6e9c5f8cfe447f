extension String {
  /// As much of a text of unknown length as a message has room for.
  var excerpt: String {
    let longest = 60
    return utf8.count <= longest ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(longest))) + "…"
  }
}
