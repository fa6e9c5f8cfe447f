/// What a file may take the place of when it gets its name.
public enum Replacement: Equatable, Sendable, ExpressibleByBooleanLiteral {
  /// Nothing: the name has to be free.
  case nothing
  /// Whatever has the name.
  case anything
  /// What had the name when a command began; `nil` if nothing had. What another process has put there since stays, and
  /// the new file is kept beside it.
  case found(FileVersion?)

  /// Whether whatever has the name is replaced.
  public init(booleanLiteral value: Bool) { self = value ? .anything : .nothing }

  /// Whether there may be something to replace.
  var isAllowed: Bool { self == .anything || isOfSomethingFound }

  private var isOfSomethingFound: Bool { if case .found(.some) = self { true } else { false } }

  /// Whether something else has a name now than when the command began.
  func isLate(at path: String) -> Bool {
    guard case .found(let version) = self else { return false }
    return version != FileVersion(path)
  }
}
