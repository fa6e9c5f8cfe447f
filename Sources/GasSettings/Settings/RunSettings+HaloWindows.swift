extension RunSettings {
  /// How the halo rows of an epoch reach its batches.
  public enum HaloWindows: Equatable, Sendable {
    /// They are copied together in so many windows (`HaloStaging`). With 0 each batch reads its own.
    case count(Int)
    /// The batch that pushes them sends them to later ones (`HaloMail`). They are the same rows as those that each
    /// batch would read by itself.
    case mail
    /// 0, where a memory budget allows it. Otherwise `mail`, or `standardCount` windows where disk or budget do not
    /// allow that.
    case auto

    /// The number of windows that `auto` takes. With more windows more is read front to back, while the copies stay as
    /// large. Rows become at most half an epoch older.
    package static let standardCount = 4

    /// Reads "auto", "mail" or a count of at least 0; `nil` for other texts.
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

    /// The number of windows; 0 for `mail` and `auto`.
    public var resolved: Int {
      guard case .count(let count) = self else { return 0 }
      return count
    }
  }
}

extension RunSettings.HaloWindows: CountOrWord {
  var number: Int? { if case .count(let count) = self { count } else { nil } }
  var word: String { self == .mail ? "mail" : "auto" }
  /// A name for the values, after "to be".
  public static var settingKind: String { "a count of at least 0, \"mail\" or \"auto\"" }
}
