extension RunSettings {
  /// How the halo rows of an epoch reach its batches.
  public enum HaloWindows: Equatable, Sendable {
    /// In so many windows they are copied together (`HaloStaging`); 0: each batch reads its own.
    case count(Int)
    /// Whoever pushes them sends them (`HaloMail`): the same rows as those that each batch reads by it
    case mail
    /// 0; `mail` where a memory budget has no room for what the halo rows are read from, or `standardCount` windows
    /// where the disk has no room for that, or the budget.
    case auto

    /// What is read front to back grows with it, what is copied does not. Rows are at most half an epoch older for it.
    package static let standardCount = 4

    public init?(_ text: String) {
      if text == "auto" {
        self = .auto
      } else if text == "mail" {
        self = .mail
      } else if let count = Int(text), count >= 0 {
        self = .count(count)
      } else {
        return nil
      }
    }

    public var resolved: Int {
      guard case .count(let count) = self else { return 0 }
      return count
    }
  }
}

extension RunSettings.HaloWindows: CountOrWord {
  var number: Int? { if case .count(let count) = self { count } else { nil } }
  var word: String { self == .mail ? "mail" : "auto" }
  public static var settingKind: String { "a count of at least 0, \"mail\" or \"auto\"" }
}
