// The standard library compares texts by these forms and hands them out under this name alone; Foundation's methods for
// them would bring ICU into the tools.
@_spi(_Unicode) import Swift

extension String {
  /// The text with accented letters in one piece, and with letters and accents apart: Unicode's forms NFC and NFD.
  var normalForms: [String] {
    var (composed, decomposed) = ("", "")
    composed.unicodeScalars.append(contentsOf: _nfc)
    decomposed.unicodeScalars.append(contentsOf: _nfd)
    return [composed, decomposed]
  }
}
