/// How fields are written as rows of text: as RFC 4180 has it, with one byte between fields and a line feed after each
/// row.
///
/// A field is put in quotes where its bytes would end it otherwise, where it is empty, and where blanks are at its
/// ends: readers such as PostgreSQL's COPY take an empty field without quotes for none, and others drop such blanks.
package struct DelimitedText: Sendable, Equatable {
  /// The byte between fields.
  package let separator: UInt8

  /// Commas between fields.
  package static let commas = DelimitedText(separator: UInt8(ascii: ","))
  /// Tabs between fields.
  package static let tabs = DelimitedText(separator: UInt8(ascii: "\t"))

  private static let (quote, lineFeed, carriageReturn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))

  /// Appends a field, in quotes where it needs them, without the separator behind it.
  package func append(_ field: some Collection<UInt8>, to text: inout [UInt8]) {
    guard let first = field.first else { return text.append(contentsOf: [Self.quote, Self.quote]) }
    var last = first
    var needsQuotes = Self.isBlank(first)
    for byte in field {
      needsQuotes =
        needsQuotes || byte == separator || byte == Self.quote || byte == Self.lineFeed || byte == Self.carriageReturn
      last = byte
    }
    needsQuotes = needsQuotes || Self.isBlank(last)
    guard needsQuotes else { return text.append(contentsOf: field) }
    text.append(Self.quote)
    for byte in field {
      if byte == Self.quote { text.append(Self.quote) }
      text.append(byte)
    }
    text.append(Self.quote)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// Appends what is between two fields.
  package func appendSeparator(to text: inout [UInt8]) { text.append(separator) }

  /// Appends the end of a row.
  package func endRow(_ text: inout [UInt8]) { text.append(Self.lineFeed) }
}
