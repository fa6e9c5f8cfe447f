import GasBase
import GasFiles

/// The names that a run may have: its name is that of its folder, and an argument of commands.
enum RunName {
  /// The longest name, in bytes. Temporary names are longer, and so are those of a series.
  private static let longest = 200

  /// Checks the name of a new run.
  ///
  /// - Parameter name: the name that was asked for.
  /// - Returns: the same name.
  /// - Throws: `GasError` if it has other characters than names may have, or is too long.
  static func new(_ name: String) throws -> String {
    guard name.unicodeScalars.allSatisfy(isPlain), !name.hasPrefix("-") else { throw refusal(name) }
    guard name.utf8.count <= longest else {
      throw GasError(expected: "a run name of \(longest) bytes at most", found: "\(name.utf8.count)")
    }
    return try existing(name)
  }

  /// Checks the name of a run that is there. Earlier versions took more names.
  ///
  /// - Parameter name: the name that was asked for.
  /// - Returns: the same name.
  /// - Throws: `GasError` if it cannot be the name of a run.
  static func existing(_ name: String) throws -> String {
    guard isPossible(name) else { throw refusal(name) }
    return name
  }

  /// Whether a folder in `runs/` can be a run, and is not a leftover or unfinished.
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
