import GasBase
import GasBatch
import GasMetrics
import GasSettings
import GasStore

/// Whether the staleness of a run's histories did harm, in words, and what would make it less.
///
/// It is of what the latest evaluation found, just before it made the histories exact: what training read.
public struct StalenessVerdict: Codable, Equatable, Sendable {
  /// How much harm there is.
  public enum Level: String, Codable, Sendable {
    /// Training read rows as good as exact ones.
    case harmless
    /// Rows were stale enough that it may cost accuracy.
    case noticeable
    /// A large part of the rows is out of date.
    case harmful
    /// It was not measured, or cannot be told from noise.
    case notKnown = "not known"
  }

  /// The staleness of a layer, relative to its rows' length, from which on it is noticeable, and harmful
  /// (docs/staleness.md, "The verdict", says where these come from).
  public static let (noticeable, harmful) = (0.1, 0.3)

  /// How much harm there is.
  public var level: Level
  /// What was measured.
  public var reason: String
  /// What to change so that histories are fresher, the most effective first; empty where nothing need be changed.
  public var changes: [String]

  /// How a run is trained, as far as it decides how stale histories are.
  struct Training {
    /// How many ranks share the partitions.
    var ranks: Int
    /// The partitions that a batch is chosen from: all of the store, or the most that a rank has.
    var partitions: Int
    var batchPartitions: Int
    var evaluateEvery: Int
    var maxSteps: Int?
    var learningRate: Double
    var partitioner: String

    init(_ settings: RunSettings, _ store: Store, ranks: Int) {
      let shares = RankShares.divided(store.partitions, among: ranks).map(\.count)
      self.ranks = min(ranks, store.partitions.count)
      (partitions, batchPartitions) = (shares.reduce(0, max), settings.wantedPartitions(of: store))
      (evaluateEvery, maxSteps) = (settings.evaluateEvery, settings.maxSteps)
      learningRate = settings.learningRate
      partitioner = store.manifest.provenance.partitioner
    }

    init(
      ranks: Int = 1, partitions: Int, batchPartitions: Int, evaluateEvery: Int, maxSteps: Int?, learningRate: Double,
      partitioner: String
    ) {
      self.ranks = ranks
      (self.partitions, self.batchPartitions, self.evaluateEvery) = (partitions, batchPartitions, evaluateEvery)
      (self.maxSteps, self.learningRate, self.partitioner) = (maxSteps, learningRate, partitioner)
    }

    /// The steps of an epoch, at most.
    var steps: Int { min(maxSteps ?? .max, dividedUp(partitions, by: batchPartitions)) }
  }

  /// Judges what was measured.
  ///
  /// - Parameters:
  ///   - layers: the staleness that the latest evaluation found.
  ///   - error: what it did to the outputs, if that was measured.
  ///   - training: how the run is trained.
  init(_ layers: [LayerStaleness], _ error: OutputError?, _ training: Training) {
    let outputs =
      error.map { "; with these histories, noise included, outputs are \(Units.percent($0.relativeError, 1)) off" }
      ?? ""
    if training.ranks == 1 && training.batchPartitions >= training.partitions {
      self.init(.harmless, "a batch is the whole graph, so that no row of a history is read")
    } else if layers.isEmpty {
      self.init(.notKnown, "no evaluation after an epoch has measured the histories")
    } else if let worst = Self.worst(layers, \.staleness) {
      let level = Self.level(worst.value)
      self.init(
        level, Self.sentence(worst, level) + outputs,
        [.harmless, .notKnown].contains(level) ? [] : Self.changes(training))
    } else if let worst = Self.worst(layers, \.drift), worst.value < Self.noticeable {
      let drift = Units.decimals(worst.value, 3)
      self.init(.harmless, "rows of layer \(worst.layer) drifted by \(drift) of their length, noise included" + outputs)
    } else {
      let noise = "rows drifted, and how much of that is noise was not measured; "
      self.init(
        .notKnown,
        noise + (training.ranks > 1 ? "several ranks do not measure it" : "the last evaluation of a run measures it"))
    }
  }

  private init(_ level: Level, _ reason: String, _ changes: [String] = []) {
    (self.level, self.reason, self.changes) = (level, reason, changes)
  }

  /// The layer with the largest value. A value that is not a number is larger than all others.
  private static func worst(
    _ layers: [LayerStaleness], _ value: (LayerStaleness) -> Double?
  ) -> (layer: Int, value: Double)? {
    func order(_ value: Double) -> Double { value.isNaN ? .infinity : value }
    return layers.compactMap { layer in value(layer).map { (layer: layer.layer, value: $0) } }
      .max { order($0.value) < order($1.value) }
  }

  private static func level(_ staleness: Double) -> Level {
    guard staleness.isFinite else { return .notKnown }
    return staleness < noticeable ? .harmless : staleness < harmful ? .noticeable : .harmful
  }

  private static func sentence(_ worst: (layer: Int, value: Double), _ level: Level) -> String {
    guard level != .notKnown else { return "rows of layer \(worst.layer) are no finite numbers" }
    let limit =
      switch level {
      case .harmless: "below \(noticeable) it has cost about a point of accuracy or less"
      case .noticeable: "from \(noticeable) on it has cost some points of accuracy, from \(harmful) on many"
      default: "from \(harmful) on it has cost many points of accuracy"
      }
    let share = Units.decimals(worst.value, 3)
    return "rows of layer \(worst.layer) were stale by \(share) of their length, the most of all layers; \(limit)"
  }

  private static func changes(_ training: Training) -> [String] {
    var changes: [String] = []
    if training.evaluateEvery > 1 {
      changes.append(
        "--evaluate-every 1 instead of \(training.evaluateEvery): each evaluation makes all histories exact")
    }
    if training.partitioner == "random" {
      changes.append(
        "gas-ingest --partitioner metis: fewer edges between partitions, so that fewer rows come from histories")
    }
    let more = min(training.partitions, 2 * training.batchPartitions)
    if more > training.batchPartitions {
      changes.append(
        "--batch-partitions \(more) instead of \(training.batchPartitions): fewer and younger rows, for more memory")
    }
    let (rate, lower) = (training.learningRate, training.learningRate / 2)
    changes.append("--lr \(lower) instead of \(rate): smaller steps move rows less between two pushes")
    if training.steps > 1 {
      changes.append(
        "--max-steps \(max(1, training.steps / 2)): an epoch ends after so many of its \(training.steps) steps, and the "
          + "evaluation makes all exact")
    }
    return changes
  }
}
