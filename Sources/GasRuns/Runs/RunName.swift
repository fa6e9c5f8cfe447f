import GasBase
import GasFiles

/// What a run may be called: its name is that of its folder, and an argument of commands.
enum RunName {
  /// Temporary names are longer, and so are those of a series.
  private static let longest = 200

  /// - Returns: the name of a new run.
  static func new(_ name: String) throws -> String {
    guard name.unicodeScalars.allSatisfy(isPlain), !name.hasPrefix("-") else { throw refusal(name) }
    guard name.utf8.count <= longest else {
      throw GasError(expected: "a run name of \(longest) bytes at most", found: "\(name.utf8.count)")
    }
    return try existing(name)
  }

  /// - Returns: a name that a run may have which is there: earlier versions took more.
  static func existing(_ name: String) throws -> String {
    guard isPossible(name) else { throw refusal(name) }
    return name
  }

  /// Whether a folder in `runs/` can be a run, and is not what a process left or is making.
  static func isPossible(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !Leftovers.isLeftoverName(name)
      && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .nonspacingMark, .spacingMark:
      true
    default: "-_.".unicodeScalars.contains(scalar)
    }
  }

  private static func refusal(_ name: String) -> GasError {
    GasError(
      expected: "a run name of letters, digits, '-', '_' and '.' that begins with neither '-' nor '.'",
      found: "\"\(name)\"",
      advice: Leftovers.isLeftoverName(name) ? "names that end so are those of unfinished files" : nil)
  }
}
