extension RunSettings {
  /// The number of partitions in a batch.
  public enum BatchSize: Equatable, Sendable {
    /// That many, or all if there are fewer.
    case partitions(Int)
    /// Four, or fewer where a memory budget does not allow four.
    case auto
    /// The whole graph at once: training without histories.
    case all

    /// Reads "all", "auto" or a count of at least 1; `nil` for other texts.
    public init?(_ text: String) {
      if text == "all" {
        self = .all
      } else if text == "auto" {
        self = .auto
      } else if let count = Int(text), count > 0 {
        self = .partitions(count)
      } else {
        return nil
      }
    }

    private static let standardCount = 4

    /// The number of partitions, at most those of the store. Memory budgets play no part here.
    public func resolved(partitionCount: Int) -> Int {
      switch self {
      case .all: partitionCount
      case .auto: min(Self.standardCount, partitionCount)
      case .partitions(let count): min(count, partitionCount)
      }
    }
  }
}

extension RunSettings.BatchSize: CountOrWord {
  var number: Int? { if case .partitions(let count) = self { count } else { nil } }
  var word: String { self == .all ? "all" : "auto" }
  /// A name for the values, after "to be".
  public static var settingKind: String { "a count of at least 1, \"auto\" or \"all\"" }
}
