/// Dates in another form than ISO 8601, with a time or without: `31.12.2024 12:30`, `Jan 3 2024`, `2024-01`.
///
/// They are recognised and not read: which of two numbers is the month, the field does not say.
struct OtherDate {
  private enum Token: Equatable {
    case number(Int, digits: Int)
    case month
    /// A blank, a mark between numbers, or a word without a part in the date.
    case mark(UInt8)
  }

  private static let blank = UInt8(ascii: " ")
  private static let lengths = 5...48
  private static let longestWord = 12
  private static let years = 1000...2999
  /// The beginnings of the names of months, of three letters or more.
  private static let months = beginnings(
    """
    january february march april may june july august september october november december januar februar märz mrz mai \
    juni juli oktober dezember janvier février fevrier mars avril juin juillet août septembre octobre novembre décembre \
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    """)
  /// What stands beside dates and times: days of the week, halves of the day, zones and the ends of ordinal numbers.
  private static let fillers = beginnings("monday tuesday wednesday thursday friday saturday sunday").union([
    "am", "pm", "a", "p", "m", "t", "z", "utc", "gmt", "cet", "cest", "est", "edt", "cst", "cdt", "mst", "mdt", "pst",
    "pdt", "bst", "msk", "ist", "jst", "st", "nd", "rd", "th", "at", "of", "de", "um", "uhr", "h",
  ])

  private static func beginnings(_ names: String) -> Set<String> {
    var words: Set<String> = []
    for name in names.split(separator: " ") {
      for length in 3...max(3, name.count) { words.insert(String(name.prefix(length))) }
    }
    return words
  }

  /// Whether a field looks like such a date.
  static func matches(_ field: UnsafeRawBufferPointer) -> Bool {
    guard lengths ~= field.count, field.contains(where: { 48...57 ~= $0 }), DateText.seconds(field) == nil,
      let tokens = tokens(field)
    else { return false }
    return OtherDate(tokens).isDate
  }

  /// The numbers of the date, and what stands between one and the next.
  private var numbers: [(value: Int, digits: Int)] = []
  private var marks: [[UInt8]] = []
  private var monthCount = 0
  private var hasClock = false

  /// Takes clocks and zones out of the field, and keeps the date.
  private init(_ tokens: [Token]) {
    var place = 0
    while place < tokens.count {
      if let end = Self.clock(tokens, at: place) ?? (hasClock ? Self.offset(tokens, at: place) : nil) {
        hasClock = true
        take(.mark(Self.blank))
        place = end
      } else {
        take(tokens[place])
        place += 1
      }
    }
  }

  private mutating func take(_ token: Token) {
    switch token {
    case .number(let value, let digits):
      numbers.append((value, digits))
      marks.append([])
    case .month: monthCount += 1
    case .mark(let mark): if mark != Self.blank, !marks.isEmpty { marks[marks.count - 1].append(mark) }
    }
  }

  /// Whether what is left is a date.
  private var isDate: Bool {
    switch (monthCount, numbers.count) {
    case (1, 1): return numbers[0].digits <= 2 || isYear(0)
    case (1, 2): return isDay(0) && (isYear(1) || numbers[1].digits == 2) || isYear(0) && isDay(1)
    case (0, 1): return hasClock && isCompact
    case (0, 2): return isCompact && [4, 6].contains(numbers[1].digits) && marks[0].isEmpty || isMonthOfYear
    case (0, 3): return isOfThree
    // An hour without minutes.
    case (0, 4): return isOfThree && marks[2].isEmpty && numbers[3].digits <= 2 && numbers[3].value <= 24
    default: return false
    }
  }

  /// Three numbers with the same mark between them, one of which is a year, or may be one.
  private var isOfThree: Bool {
    let mark = marks[0]
    guard mark == marks[1], [[UInt8(ascii: ".")], [UInt8(ascii: "/")], [UInt8(ascii: "-")]].contains(mark) else {
      return false
    }
    let isShort = numbers.map { $0.digits <= 2 }
    if isYear(0) { return isShort[1] && isShort[2] }
    guard isShort[0], isShort[1] else { return false }
    if isYear(2) { return true }
    // A year of one digit is none: versions are written so.
    guard isShort[2] else { return false }
    return numbers[2].digits == 2 && (isDay(0) && isMonth(1) || isMonth(0) && isDay(1))
      || numbers[0].digits == 2 && isMonth(1) && isDay(2)
  }

  /// `2024-01`, `01/2024`. A point would make a number of it.
  private var isMonthOfYear: Bool {
    guard marks[0] == [UInt8(ascii: "/")] || marks[0] == [UInt8(ascii: "-")] else { return false }
    return isRecentYear(0) && isMonth(1) || isMonth(0) && isRecentYear(1)
  }

  /// `20240131`, beside a time.
  private var isCompact: Bool {
    let (value, digits) = numbers[0]
    return digits == 8 && Self.years ~= value / 10_000 && 1...12 ~= value / 100 % 100 && 1...31 ~= value % 100
  }

  private func isYear(_ place: Int) -> Bool { numbers[place].digits == 4 && Self.years ~= numbers[place].value }
  private func isRecentYear(_ place: Int) -> Bool { isYear(place) && 1800...2199 ~= numbers[place].value }
  private func isMonth(_ place: Int) -> Bool { numbers[place].digits <= 2 && 1...12 ~= numbers[place].value }
  private func isDay(_ place: Int) -> Bool { numbers[place].digits <= 2 && 1...31 ~= numbers[place].value }

  /// Where `12:30`, `12:30:05` or `12:30:05.25` ends; `nil` if none begins here. Hours and minutes may be wrong ones.
  private static func clock(_ tokens: [Token], at start: Int) -> Int? {
    let colon = Token.mark(UInt8(ascii: ":"))
    var (end, colons) = (start, 0)
    guard isNumber(tokens, end) else { return nil }
    while end + 2 < tokens.count, tokens[end + 1] == colon, isNumber(tokens, end + 2) {
      (end, colons) = (end + 2, colons + 1)
    }
    guard colons > 0 else { return nil }
    let isFraction = [Token.mark(UInt8(ascii: ".")), .mark(UInt8(ascii: ","))].contains { mark in
      colons > 1 && end + 2 < tokens.count && tokens[end + 1] == mark && isNumber(tokens, end + 2)
    }
    return isFraction ? end + 3 : end + 1
  }

  /// Where `+0100` or `-05` ends, at the end of a field; `nil` if none begins here.
  private static func offset(_ tokens: [Token], at start: Int) -> Int? {
    let signs = [Token.mark(UInt8(ascii: "+")), .mark(UInt8(ascii: "-"))]
    guard signs.contains(tokens[start]), start > 0, tokens[start - 1] == .mark(blank) || isNumber(tokens, start - 1),
      start + 2 == tokens.count, case .number(_, let digits) = tokens[start + 1], digits == 2 || digits == 4
    else { return nil }
    return start + 2
  }

  private static func isNumber(_ tokens: [Token], _ place: Int) -> Bool {
    guard place < tokens.count, case .number = tokens[place] else { return false }
    return true
  }

  /// Cuts a field into numbers, names of months and marks; `nil` where something else is in it.
  private static func tokens(_ field: UnsafeRawBufferPointer) -> [Token]? {
    var tokens: [Token] = []
    var place = 0
    while place < field.count {
      let rest = field[place...]
      if 48...57 ~= field[place] {
        let digits = rest.prefix { 48...57 ~= $0 }
        guard digits.count <= 9 else { return nil }
        tokens.append(.number(digits.reduce(0) { $0 * 10 + Int($1 - 48) }, digits: digits.count))
        place += digits.count
      } else if isLetter(field[place]) {
        let letters = rest.prefix(while: isLetter)
        guard letters.count <= longestWord else { return nil }
        let word = String(decoding: letters, as: UTF8.self).lowercased()
        guard months.contains(word) || fillers.contains(word) else { return nil }
        tokens.append(months.contains(word) ? .month : .mark(blank))
        place += letters.count
      } else {
        guard " ./-:,+'".utf8.contains(field[place]) else { return nil }
        tokens.append(.mark(field[place]))
        place += 1
      }
    }
    return tokens
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    65...90 ~= byte || 97...122 ~= byte || byte >= 0x80
  }
}
