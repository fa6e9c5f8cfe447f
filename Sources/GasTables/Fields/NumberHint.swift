import GasBase
import GasFormats

/// What a person may mean by a field that is not the number that is wanted, and what to do about it.
struct NumberHint {
  /// What is expected instead; `nil` for what the column has to hold anyway.
  private(set) var expected: String?
  /// What to do.
  let advice: String

  /// Fields that are longer are no numbers.
  private static let longest = 400
  private static let infinities = ["inf", "infinity", "∞"]
  /// What divides thousands: blanks of several widths, apostrophes, underscores.
  private static let dividers: Set<Character> = [" ", "\u{a0}", "\u{2009}", "\u{202f}", "'", "’", "_"]
  private static let longestUnit = 4
  private static let outside = "a number that float32 holds"
  /// The advice for commas that may stand for points.
  static let comma = "pass --decimal-comma if the comma stands for a point; if it divides thousands, take it away"
  /// The advice for numbers that become 0 or infinite.
  static let outsideAdvice =
    "0 and sizes from 1.4e-45 to 3.4e38 are held: give the column another unit, or correct the field"

  /// Looks at a field; `nil` where it does not look like a number, or is one that float32 holds.
  ///
  /// - Parameters:
  ///   - field: its bytes.
  ///   - format: how fields are written.
  init?(_ field: UnsafeRawBufferPointer, _ format: FieldFormat) {
    guard field.count <= Self.longest else { return nil }
    let (text, commas) = (String(decoding: field, as: UTF8.self), format.hasDecimalCommas)
    let bare = text.filter { !Self.dividers.contains($0) }
    if Self.infinities.contains(text.drop { "+-".contains($0) }.lowercased()) {
      (expected, advice) = ("a finite number", "leave it empty if nothing is known, or correct it")
    } else if Self.isNumber(text, commas) {
      guard format.float(field) == nil else { return nil }
      (expected, advice) = (Self.outside, Self.outsideAdvice)
    } else if bare.hasSuffix("%"), Self.isNumber(String(bare.dropLast()), commas) {
      advice = "take the percent sign away, in the whole column"
    } else if !commas, Self.isNumber(text, true) {
      advice = Self.comma
    } else if commas, Self.isNumber(text, false) {
      advice = "--decimal-comma is for numbers with commas; if the point divides thousands, take it away"
    } else if !commas, text.last(where: { ".,".contains($0) }) == ",", Self.isNumber(bare.filter { $0 != "." }, true) {
      advice = "pass --decimal-comma, and take away what divides the thousands"
    } else if text.last?.isNumber == true, Self.isNumber(bare.filter { $0 != (commas ? "." : ",") }, commas) {
      advice = "take away what divides the thousands, in the whole column"
    } else if let number = Self.withoutUnit(text.filter { $0 != " " }), Self.isNumber(number, commas) {
      advice = "take the unit away, in the whole column"
    } else {
      return nil
    }
  }

  /// Whether a text is a decimal number, of any size.
  private static func isNumber(_ text: String, _ commas: Bool) -> Bool {
    guard !commas || !text.contains(".") else { return false }
    let plain = commas ? String(text.map { $0 == "," ? "." : $0 }) : text
    return plain.utf8.allSatisfy(FieldValues.isOfNumber) && Double(plain) != nil
  }

  private static func withoutUnit(_ text: String) -> String? {
    func isOfUnit(_ letter: Character) -> Bool { !letter.isASCII || letter.isLetter || "$%/'".contains(letter) }
    let number = text.drop(while: isOfUnit).reversed().drop(while: isOfUnit).reversed()
    return 1...longestUnit ~= text.count - number.count ? String(number) : nil
  }
}

extension FieldFormat {
  /// The number of a field as float32, which weights, labels and features are; `nil` if it is no number, or one that
  /// would become 0 or infinite.
  func float(_ field: UnsafeRawBufferPointer) -> Float? {
    guard let number = number(field) else { return nil }
    let float = Float(number)
    return float.isFinite && field.isKept(as: float) ? float : nil
  }

  /// Whether a field looks like a number with a sign or dividers in it, such as `50%` and `1 000`.
  func isOtherNumber(_ field: UnsafeRawBufferPointer) -> Bool {
    func isMark(_ byte: UInt8) -> Bool { byte >= 0x80 || [0x20, 0x25, 0x27, 0x5f].contains(byte) }
    // Most words are none by their first bytes.
    guard 2...32 ~= field.count, FieldValues.isOfNumber(field[0]), field.contains(where: isMark),
      FieldValues.isOfNumber(field.last!) || field.last == UInt8(ascii: "%"),
      field.allSatisfy({ isMark($0) || FieldValues.isOfNumber($0) || $0 == UInt8(ascii: ",") })
    else { return false }
    return NumberHint(field, self) != nil
  }

  /// The error for a field that is not the number that is wanted.
  ///
  /// - Parameters:
  ///   - reader: is at the row.
  ///   - place: the column.
  ///   - expected: what the column has to hold.
  ///   - flag: the flag that says so.
  ///   - advice: what to do where the field does not tell.
  /// - Returns: the error, with the row.
  func complaint(
    _ reader: CSVReader, _ place: Int, expected: String, flag: String? = nil, advice: String? = nil
  ) -> GasError {
    let field = reader[place]
    let hint = NumberHint(field, self)
    return GasError(
      expected: "\(hint?.expected ?? expected) in column \"\(reader.columns[place].excerpt)\""
        + (flag.map { " (\($0))" } ?? ""),
      found: "\(field.isEmpty ? "nothing" : field.shown) in row \(reader.row)", file: reader.name,
      at: .line(reader.line), advice: hint?.advice ?? advice)
  }
}
