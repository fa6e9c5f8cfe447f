/// Dates and times as ISO 8601 writes them: `2024-02-29`, `2024-02-29 23:59`, `2024-02-29T23:59:30.25+01:00`.
///
/// Without a zone they are taken for UTC.
enum DateText {
  /// The seconds since 1970-01-01 00:00 UTC; `nil` for anything that is no such date.
  static func seconds(_ text: UnsafeRawBufferPointer) -> Double? {
    // "2024-02-29" is the shortest, and a fraction of nine digits with a zone the longest.
    guard 10...35 ~= text.count, text[4] == UInt8(ascii: "-") else { return nil }
    var reader = Reader(text: text)
    guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
      let day = reader.digits(2), 1...12 ~= month, 1...length(of: month, year) ~= day
    else { return nil }
    let midnight = Double(days(year, month, day) * 86_400)
    guard !reader.isAtEnd else { return midnight }
    guard reader.skip("T") || reader.skip(" "), let time = time(&reader), let zone = zone(&reader), reader.isAtEnd
    else { return nil }
    return midnight + time - zone
  }

  /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction`, in seconds.
  private static func time(_ reader: inout Reader) -> Double? {
    guard let hour = reader.digits(2), hour < 24, reader.skip(":"), let minute = reader.digits(2), minute < 60
    else { return nil }
    let whole = Double(hour * 3600 + minute * 60)
    guard reader.skip(":") else { return whole }
    // A leap second is a second more.
    guard let second = reader.digits(2), second <= 60 else { return nil }
    guard reader.skip(".") || reader.skip(",") else { return whole + Double(second) }
    guard let fraction = reader.fraction() else { return nil }
    return whole + Double(second) + fraction
  }

  /// `Z`, `±HH`, `±HHMM` or `±HH:MM` as seconds before UTC; 0 where there is none.
  private static func zone(_ reader: inout Reader) -> Double? {
    if reader.isAtEnd || reader.skip("Z") { return 0 }
    _ = reader.skip(" ")
    let isNegative = reader.skip("-")
    guard isNegative || reader.skip("+"), let hours = reader.digits(2), hours < 24 else { return nil }
    var minutes = 0
    if !reader.isAtEnd {
      _ = reader.skip(":")
      guard let more = reader.digits(2), more < 60 else { return nil }
      minutes = more
    }
    return Double(hours * 3600 + minutes * 60) * (isNegative ? -1 : 1)
  }

  private static func length(of month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days since 1970-01-01 in the Gregorian calendar: years begin in March here, so that the leap day is the last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let leapDays =
      Int((Double(shifted) / 4).rounded(.down)) - Int((Double(shifted) / 100).rounded(.down))
      + Int((Double(shifted) / 400).rounded(.down))
    return shifted * 365 + leapDays + dayOfYear - 719_468
  }

  private struct Reader {
    let text: UnsafeRawBufferPointer
    var place = 0

    var isAtEnd: Bool { place == text.count }

    mutating func skip(_ byte: Unicode.Scalar) -> Bool {
      guard place < text.count, text[place] == UInt8(ascii: byte) else { return false }
      place += 1
      return true
    }

    mutating func digits(_ count: Int) -> Int? {
      guard place + count <= text.count else { return nil }
      var value = 0
      for byte in text[place..<place + count] {
        guard 48...57 ~= byte else { return nil }
        value = value * 10 + Int(byte - 48)
      }
      place += count
      return value
    }

    /// Any digits behind a point.
    mutating func fraction() -> Double? {
      var (value, scale) = (0.0, 1.0)
      let first = place
      while place < text.count, 48...57 ~= text[place] {
        scale /= 10
        value += Double(text[place] - 48) * scale
        place += 1
      }
      return place > first ? value : nil
    }
  }
}
