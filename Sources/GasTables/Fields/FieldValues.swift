import GasBase
import Glibc

/// What the bytes of a field say.
enum FieldValues {
  /// A finite number in decimal digits; `nil` for anything else.
  ///
  /// The byte behind the field must not belong to a number (`CSVReader`).
  static func number(_ field: UnsafeRawBufferPointer) -> Double? {
    guard let first = field.first, isOfNumber(first), field.allSatisfy(isOfNumber) else { return nil }
    let text = field.baseAddress!.assumingMemoryBound(to: CChar.self)
    var stop: UnsafeMutablePointer<CChar>?
    let value = strtod(text, &stop)
    guard let stop, UnsafePointer(stop) == text + field.count, value.isFinite else { return nil }
    return value
  }

  /// Whether a field is whole and has zeros in front, such as 01234: what counts is its digits, not its size.
  static func isPadded(_ field: UnsafeRawBufferPointer) -> Bool {
    field.count > 1 && field[0] == UInt8(ascii: "0") && field.allSatisfy { 48...57 ~= $0 }
  }

  /// A number with a comma where others have a point, or without either; `nil` for anything else.
  static func commaNumber(_ field: UnsafeRawBufferPointer) -> Double? {
    // No number needs more digits, and a point may be anything.
    guard 1...400 ~= field.count, !field.contains(UInt8(ascii: ".")) else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: field.count + 1, alignment: 1) { copy in
      for (place, byte) in field.enumerated() {
        copy[place] = byte == UInt8(ascii: ",") ? UInt8(ascii: ".") : byte
      }
      copy[field.count] = 0
      return number(UnsafeRawBufferPointer(rebasing: copy[..<field.count]))
    }
  }

  @inline(__always)
  static func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"): true
    default: false
    }
  }

  /// 1 for true, yes, t and y, 0 for false, no, f and n, in small letters or capitals; `nil` for anything else.
  static func truth(_ field: UnsafeRawBufferPointer) -> Double? {
    guard 1...5 ~= field.count else { return nil }
    switch String(decoding: field, as: UTF8.self).lowercased() {
    case "true", "yes", "t", "y": return 1
    case "false", "no", "f", "n": return 0
    default: return nil
    }
  }
}

/// How the fields of tables are written.
struct FieldFormat {
  /// Words that mean that nothing is known, in small letters.
  let gaps: [String]
  /// Whether numbers have a comma where others have a point.
  let hasDecimalCommas: Bool
  private let words: [[UInt8]]

  init(gaps: [String], hasDecimalCommas: Bool = false) {
    self.gaps = gaps.map { $0.lowercased() }
    self.hasDecimalCommas = hasDecimalCommas
    words = self.gaps.map { Array($0.utf8) }
  }

  /// Whether a field is empty or such a word, in small letters or capitals.
  func isGap(_ field: UnsafeRawBufferPointer) -> Bool {
    guard !field.isEmpty else { return true }
    return words.contains { word in
      word.count == field.count
        && zip(word, field).allSatisfy { $0 == (65...90 ~= $1 ? $1 | 0x20 : $1) }
    }
  }

  /// A finite number; `nil` for anything else.
  func number(_ field: UnsafeRawBufferPointer) -> Double? {
    hasDecimalCommas ? FieldValues.commaNumber(field) : FieldValues.number(field)
  }
}

/// Mean and deviation of numbers. Differences from the first are summed, so that dates lose no precision.
struct Moments {
  private(set) var count = 0
  private var (origin, sum, squares) = (0.0, 0.0, 0.0)

  mutating func add(_ value: Double) {
    if count == 0 { origin = value }
    count += 1
    sum += value - origin
    squares += (value - origin) * (value - origin)
  }

  var mean: Double { count == 0 ? 0 : origin + sum / Double(count) }

  /// With N − 1; 0 where all numbers are the same.
  var deviation: Double {
    guard count > 1 else { return 0 }
    let variance = (squares - sum * sum / Double(count)) / Double(count - 1)
    return variance > 0 ? variance.squareRoot() : 0
  }
}
