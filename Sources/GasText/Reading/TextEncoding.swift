import GasBase

/// What to do about bytes that are no UTF-8. Other programs write Latin-1, as a rule.
package enum TextEncoding {
  /// The advice for the end of an error.
  ///
  /// - Parameter file: what messages call the file.
  /// - Returns: how to convert it.
  package static func advice(_ file: String) -> String {
    let convert = "iconv -f LATIN1 -t UTF-8"
    let command =
      file == "standard input"
      ? convert : Packings.command(unpacking: file).map { "\($0) | \(convert)" } ?? "\(convert) \(file.shellWord)"
    return "if it is in Latin-1, convert it: \(command)"
  }
}
