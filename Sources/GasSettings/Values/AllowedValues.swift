/// The values that a setting may have, and how they are named after "to be".
public struct AllowedValues<Value>: Sendable {
  let text: String
  let contains: @Sendable (Value) -> Bool

  init(_ text: String, _ contains: @escaping @Sendable (Value) -> Bool) {
    (self.text, self.contains) = (text, contains)
  }

  /// The same values for a setting that may be absent.
  var orAbsent: AllowedValues<Value?> {
    let contains = contains
    return AllowedValues<Value?>(text) { $0.map { contains($0) } ?? true }
  }
}

extension AllowedValues<Int> {
  static func from(_ range: ClosedRange<Int>) -> AllowedValues {
    AllowedValues("from \(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
  }

  static func atLeast(_ least: Int) -> AllowedValues { AllowedValues("at least \(least)") { $0 >= least } }
}

extension AllowedValues<Double> {
  static func atLeast(_ least: Int) -> AllowedValues {
    AllowedValues("at least \(least)") { $0 >= Double(least) && $0.isFinite }
  }

  static let aboveZero = AllowedValues("above 0") { $0 > 0 && $0.isFinite }
  static let belowOne = AllowedValues("from 0 to below 1") { $0 >= 0 && $0 < 1 }
  static let upToOne = AllowedValues("from 0 to 1") { 0...1 ~= $0 }
  static let betweenZeroAndOne = AllowedValues("between 0 and 1") { $0 > 0 && $0 < 1 }
}

extension AllowedValues<String> {
  /// A path as long as Linux allows.
  static let path = AllowedValues("a path of at most \(longestPath) bytes") {
    (1...longestPath).contains($0.utf8.count)
  }
  static let longestPath = 4096
}

extension AllowedValues<[String]> {
  static func some(of known: [String]) -> AllowedValues {
    AllowedValues("one or more of \(known.joined(separator: ","))") {
      !$0.isEmpty && Set($0).count == $0.count && Set($0).isSubset(of: known)
    }
  }
}
