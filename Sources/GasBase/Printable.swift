extension String {
  /// Returns the text with control characters, and those that change the direction of writing, escaped: a terminal
  /// would obey them, or they would hide what is written.
  ///
  /// It works by scalars, since "\r\n" is a single `Character` and would slip through a search for either.
  ///
  /// - Parameter keepsLines: whether line feeds are left as they are, for text of several lines.
  /// - Returns: the text, escaped where needed.
  public func printable(keepsLines: Bool = false) -> String {
    guard unicodeScalars.contains(where: { $0.isUnprintable && !(keepsLines && $0 == "\n") }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isUnprintable && !(keepsLines && scalar == "\n") {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// JSON in which such characters are written as `\uXXXX`: outside of strings it has none but line feeds.
  public var printableJSON: String {
    guard unicodeScalars.contains(where: { $0.isUnprintable && $0 != "\n" }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      guard scalar.isUnprintable && scalar != "\n" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      for unit in UTF16.encode(scalar)! { text += "\\u" + unit.hexadecimal }
    }
    return text
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// All its digits in base 16, leading zeros included, in small letters.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: Self.bitWidth / 4 - digits.count) + digits
  }
}

extension Unicode.Scalar {
  fileprivate var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
