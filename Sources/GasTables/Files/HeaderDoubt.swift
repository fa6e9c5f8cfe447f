import GasBase
import GasFormats

/// Notices a first row that reads like data: a table without names of columns loses its first row to them.
///
/// A name of a column tells if it is a number or a date and the fields below it are too, or if it is a word with
/// digits that the fields below it are written like (`acc-17` above `acc-4`). Numbers of years and counted columns
/// may be names.
struct HeaderDoubt {
  /// Names that read like data.
  private let examples: [String]

  /// So many rows are looked at.
  static let rowCount = 20
  /// So many names are shown.
  private static let shownCount = 4
  private static let years = 1900...2100
  /// As many numbers in a row that go up by one are counted columns.
  private static let countedColumns = 4

  /// Looks at a table; `nil` if nothing tells.
  ///
  /// - Parameters:
  ///   - names: the first row.
  ///   - rows: some rows below it.
  ///   - commas: whether numbers have commas where others have points.
  init?(_ names: [String], _ rows: [[String]], commas: Bool) {
    var telling = names.indices.filter { place in
      let fields = rows.map { $0[place] }.filter { !$0.isEmpty }
      return !fields.isEmpty && Self.isData(names[place], above: fields, commas)
    }
    let numbers = telling.compactMap { Int(names[$0]) }
    if numbers.count >= Self.countedColumns, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 &+ 1 == $1 }) {
      telling.removeAll { Int(names[$0]) != nil }
    }
    let areYears = telling.allSatisfy { Int(names[$0]).map(Self.years.contains) ?? false }
    guard !telling.isEmpty, !areYears || telling.count == names.count else { return nil }
    examples = telling.map { names[$0] }
  }

  private static func isData(_ name: String, above fields: [String], _ commas: Bool) -> Bool {
    if NumberSpelling.isNumber(name, commas) { return fields.allSatisfy { NumberSpelling.isNumber($0, commas) } }
    if isDate(name) { return fields.allSatisfy(isDate) }
    let shape = shape(name)
    return name.utf8.contains { 48...57 ~= $0 } && fields.allSatisfy { Self.shape($0) == shape }
  }

  private static func isDate(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { DateText.seconds(UnsafeRawBufferPointer($0)) != nil }
  }

  /// The text with one digit in the place of each number.
  private static func shape(_ text: String) -> [UInt8] {
    var shape: [UInt8] = []
    for byte in text.utf8 {
      let letter = 48...57 ~= byte ? UInt8(ascii: "9") : byte
      if letter != UInt8(ascii: "9") || shape.last != letter { shape.append(letter) }
    }
    return shape
  }

  /// What is said of the first row.
  var sentence: String {
    let shown = examples.prefix(Self.shownCount).map(\.excerpt).joined(separator: ", ")
    return "the first row was taken for the names of the columns, and reads like data (\(shown)"
      + (examples.count > Self.shownCount ? ", …" : "") + "); if it is, put a row of names in front of it"
  }
}
