import GasBase

/// What to do about bytes that are no UTF-8. Other programs write Latin-1, as a rule.
package enum TextEncoding {
  /// The advice for the end of an error.
  ///
  /// - Parameter file: what messages call the file.
  /// - Returns: how to convert it.
  package static func advice(_ file: String) -> String {
    "if it is in Latin-1, convert it: iconv -f LATIN1 -t UTF-8" + (file == "standard input" ? "" : " \(file.shellWord)")
  }
}
