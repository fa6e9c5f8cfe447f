/// How a field is written that a person takes for a number, and that is none as numbers are read.
enum NumberSpelling: Equatable {
  /// A word for infinity, or for what is no number.
  case unbounded
  /// A size that float32 does not hold.
  case outside
  /// A dash in place of the minus sign.
  case dash
  /// One comma where numbers have points, or one point where they have commas.
  case otherMark
  /// Something divides the thousands; its decimals, if there are any, are behind the mark that is read or the other.
  case divided(hasOtherMark: Bool, byBlanks: Bool)
  /// With a percent sign.
  case percent
  /// With a unit or the sign of a currency.
  case unit

  private static let unboundedWords = ["inf", "infinity", "∞", "nan"]
  private static let longestUnit = 4
  private static let dashes: Set<Character> = ["−", "–", "‒", "—"]

  /// Looks at a text; `nil` where it is a number, or does not look like one.
  ///
  /// - Parameters:
  ///   - text: the field.
  ///   - commas: whether numbers have commas where others have points.
  init?(_ text: String, commas: Bool) {
    if Self.unboundedWords.contains(text.drop { "+-".contains($0) }.lowercased()) {
      self = .unbounded
    } else if Self.isNumber(text, commas) {
      return nil
    } else if let plain = Self(plain: text, commas) {
      self = plain
    } else if text.first.map(Self.dashes.contains) == true, Self.isAnyNumber(text.dropFirst(), commas) {
      self = .dash
    } else if text.hasSuffix("%"), Self.isAnyNumber(text.dropLast(), commas) {
      self = .percent
    } else if let number = Self.withoutUnit(text), Self.isAnyNumber(number, commas) {
      self = .unit
    } else {
      return nil
    }
  }

  private init?(plain text: String, _ commas: Bool) {
    if Self.isNumber(text, !commas) {
      self = .otherMark
    } else if let number = DividedNumber(text) {
      self = .divided(
        hasOtherMark: number.mark.map { $0 != (commas ? "," : ".") } ?? false, byBlanks: !".,".contains(number.divider))
    } else {
      return nil
    }
  }

  /// Whether a word may be written so as well, such as 50% and 4G. Digits with points and commas alone make numbers.
  var mayBeWord: Bool {
    switch self {
    case .percent, .unit, .divided(hasOtherMark: false, byBlanks: true): true
    case .unbounded, .outside, .dash, .otherMark, .divided: false
    }
  }

  /// Whether a text is a decimal number, of any size.
  static func isNumber(_ text: String, _ commas: Bool) -> Bool {
    guard !commas || !text.contains(".") else { return false }
    let plain = commas ? String(text.map { $0 == "," ? "." : $0 }) : text
    return plain.utf8.allSatisfy(FieldValues.isOfNumber) && Double(plain) != nil
  }

  private static func isAnyNumber(_ text: Substring, _ commas: Bool) -> Bool {
    let bare = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    return isNumber(bare, commas) || Self(plain: bare, commas) != nil
  }

  /// Takes a unit away, or the sign of a currency, in front of a number or behind it.
  private static func withoutUnit(_ text: String) -> Substring? {
    func isOfUnit(_ letter: Character) -> Bool {
      guard !letter.isASCII else { return letter.isLetter || "$%/'".contains(letter) }
      return !letter.isNumber && !dashes.contains(letter) || "²³".contains(letter)
    }
    let body = text.drop { "+-".contains($0) }
    let before = body.prefix(while: isOfUnit)
    let rest = body.dropFirst(before.count)
    let after = rest.reversed().prefix(while: isOfUnit)
    // Letters in front make a code of a number, A320, unless they are those of a currency, EUR 30.
    let isCurrency = before.count == 3 && before.allSatisfy(\.isUppercase) && rest.first == " "
    guard isCurrency || !before.contains(where: \.isLetter), 1...longestUnit ~= before.count + after.count else {
      return nil
    }
    return rest.dropLast(after.count)
  }
}

extension NumberSpelling {
  /// Whether a field may be a number in another spelling, by its bytes alone: most words are none.
  static func mayBe(_ field: UnsafeRawBufferPointer) -> Bool {
    guard 2...longestField ~= field.count else { return false }
    var (digitCount, letterCount) = (0, 0)
    for byte in field {
      switch byte {
      case 48...57: digitCount += 1
      case 65...90, 97...122: letterCount += 1
      case UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "#"): return false
      default: break
      }
    }
    guard digitCount == 0 else { return letterCount <= longestUnit + 1 }
    // Infinity and NaN, with a sign or without it.
    let first = field[0] == UInt8(ascii: "+") || field[0] == UInt8(ascii: "-") ? field[1] : field[0]
    let isWord =
      (letterCount == 3 || letterCount == 8) && [UInt8(ascii: "i"), UInt8(ascii: "n")].contains(first | 0x20)
    return isWord || letterCount == 0 && first >= 0x80
  }

  /// The bytes of a field with all digits alike, and of many digits in a row only as many as matter.
  static func shape(of field: UnsafeRawBufferPointer) -> [UInt8] {
    var shape: [UInt8] = []
    shape.reserveCapacity(field.count)
    var digitCount = 0
    for byte in field {
      guard 48...57 ~= byte else {
        digitCount = 0
        shape.append(byte)
        continue
      }
      digitCount += 1
      // Groups of thousands have three at most.
      if digitCount <= 4 { shape.append(48) }
    }
    return shape
  }

  private static let longestField = 40
}
