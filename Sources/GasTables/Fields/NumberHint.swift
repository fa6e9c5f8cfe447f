import GasBase
import GasFormats

/// What a person may mean by a field that is not the number that is wanted, and what to do about it.
struct NumberHint {
  /// How the field is written.
  let spelling: NumberSpelling
  /// What is expected instead; `nil` for what the column has to hold anyway.
  private(set) var expected: String?
  /// What to do; `nil` for infinities, about which the column decides.
  private(set) var advice: String?

  /// Fields that are longer are no numbers.
  private static let longest = 400
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
    if NumberSpelling.isNumber(text, commas) {
      guard format.float(field) == nil else { return nil }
      (spelling, expected, advice) = (.outside, "a number that float32 holds", Self.outsideAdvice)
      return
    }
    guard let spelling = NumberSpelling(text, commas: commas) else { return nil }
    self.spelling = spelling
    expected = spelling == .unbounded ? "a finite number" : nil
    advice = Self.advice(spelling, commas)
  }

  private static func advice(_ spelling: NumberSpelling, _ commas: Bool) -> String? {
    switch spelling {
    case .unbounded: nil
    case .outside: outsideAdvice
    case .dash: "write a hyphen for the minus sign, in the whole column"
    case .otherMark where commas:
      "numbers have commas, as --decimal-comma says: write one for the point, or take the point away if it divides "
        + "thousands"
    case .otherMark:
      "pass --decimal-comma if the comma stands for a point; if it divides thousands, take it away"
    case .divided(hasOtherMark: true, _) where commas:
      "numbers have commas, as --decimal-comma says: write one for the point, and take away what divides the thousands"
    case .divided(hasOtherMark: true, _): "pass --decimal-comma, and take away what divides the thousands"
    case .divided: "take away what divides the thousands, in the whole column"
    case .percent: "take the percent sign away, in the whole column"
    case .unit: "write the whole column in one unit, and take the unit away"
    }
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
