/// A decimal number between whose thousands something stands: 1,234,567 and 1.234,5, 1 000 and 12'345.6.
///
/// A point or a comma that stands once, without another divider, divides nothing for certain: 1.234 and 1,234 are no
/// such numbers.
struct DividedNumber {
  /// What stands in front of the decimals, a point or a comma; `nil` without any.
  let mark: Character?
  /// What divides the thousands.
  let divider: Character

  /// Dividers beside points and commas: blanks of several widths, apostrophes, underscores.
  private static let others: Set<Character> = [" ", "\u{a0}", "\u{2009}", "\u{202f}", "'", "’", "_"]

  /// Reads a text; `nil` for any other.
  init?(_ text: String) {
    let body = text.first.map { "+-".contains($0) } == true ? text.dropFirst() : text[...]
    let marks = body.filter { ".,".contains($0) }
    let isMark = marks.count == 1 ? body.contains(where: Self.others.contains) : Set(marks).count == 2
    mark = isMark ? marks.last : nil
    var whole = body
    if let mark {
      guard let place = body.firstIndex(of: mark), place == body.lastIndex(of: mark) else { return nil }
      let decimals = body[body.index(after: place)...]
      guard !decimals.isEmpty, decimals.allSatisfy(Self.isDigit) else { return nil }
      whole = body[..<place]
    }
    guard let divider = whole.first(where: { !Self.isDigit($0) }), Self.others.contains(divider) || marks.count > 1
    else { return nil }
    self.divider = divider
    let groups = whole.split(separator: divider, omittingEmptySubsequences: false)
    guard groups.allSatisfy({ $0.allSatisfy(Self.isDigit) }), 1...3 ~= groups[0].count, groups.last!.count == 3,
      // In India all groups but the last have two digits.
      groups.dropFirst().allSatisfy({ 2...3 ~= $0.count })
    else { return nil }
  }

  private static func isDigit(_ letter: Character) -> Bool { letter.isASCII && letter.isNumber }
}
