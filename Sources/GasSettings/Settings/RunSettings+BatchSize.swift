import GasStore

extension RunSettings {
  /// The number of partitions in a batch.
  public enum BatchSize: Equatable, Sendable {
    /// That many, or all if there are fewer.
    case partitions(Int)
    /// As `wantedPartitions` says, or fewer where a memory budget does not allow that.
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

  }

  /// The number of partitions that a batch has if no memory budget stands against it: as the setting says or, where it
  /// is automatic, all of a small graph and four of a larger one. The whole graph in a batch takes less time for a step
  /// than its parts one by one, and no row of a history is old; a larger graph would have too few steps an epoch.
  ///
  /// - Parameter store: the store to work on.
  /// - Returns: from 1 to the store's number of partitions.
  public func wantedPartitions(of store: Store) -> Int {
    let all = store.partitions.count
    return switch self.batchPartitions {
    case .all: all
    case .auto: fitsInBatch(store) ? all : min(Self.batchOfLarge, all)
    case .partitions(let count): min(count, all)
    }
  }

  private static let batchOfLarge = 4
  /// The most memory that the values of a whole graph may take for it to be one batch. It does not depend on the
  /// machine, so that results do not.
  private static let smallGraphBytes = 1 << 29

  /// Whether the values of a step on the whole graph are small: features, and a few values for each hidden unit.
  func fitsInBatch(_ store: Store) -> Bool {
    let features = store.manifest.features.map { $0.storage == .dense ? $0.width : 0 } ?? 0
    let hidden = 4 * self.layers * self.hidden * (self.model == "gat" ? self.heads : 1)
    let rowBytes = MemoryLayout<Float>.size * (features + hidden)
    return store.nodeCount <= Self.smallGraphBytes / max(1, rowBytes)
  }
}

extension RunSettings.BatchSize: CountOrWord {
  var number: Int? { if case .partitions(let count) = self { count } else { nil } }
  var word: String { self == .all ? "all" : "auto" }
  /// A name for the values, after "to be".
  public static var settingKind: String { "a count of at least 1, \"auto\" or \"all\"" }
}
