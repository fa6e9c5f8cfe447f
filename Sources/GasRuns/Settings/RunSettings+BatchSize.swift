extension RunSettings {
  /// How many partitions make a batch.
  public enum BatchSize: Equatable, Sendable {
    case partitions(Int)
    /// Four, or fewer where a memory budget has no room for them.
    case auto
    /// The whole graph at once: training without histories.
    case all

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
  public static var settingKind: String { "a count of at least 1, \"auto\" or \"all\"" }
}
