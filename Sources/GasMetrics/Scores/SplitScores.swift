import GasStore

/// The scores of each part of a split, or of all nodes of a store without splits. As JSON, an object with a key for
/// each part that has labelled nodes.
public struct SplitScores: PartTable, Codable, Sendable, Equatable {
  /// The scores of the training nodes; absent where none has a label.
  public var train: PartScores?
  /// The scores of the validation nodes; absent where none has a label.
  public var val: PartScores?
  /// The scores of the test nodes; absent where none has a label.
  public var test: PartScores?
  /// The scores of all labelled nodes of a store without splits; absent for other stores.
  public var all: PartScores?

  /// No scores yet.
  public init() {}

  /// The name of the score that stands for all, of a store's labels: "accuracy", "micro-F1" or "R2".
  public static func metric(of store: Store) -> String {
    Score.main(of: store.manifest.labels?.kind ?? .single).name
  }

  /// Mean cross-entropy over the labelled validation nodes, without weights; over all their known labels where a node
  /// has multiple ones. For real values the mean squared error, in their own units. `nil` where there is no such node,
  /// or the mean is not finite.
  public var validationLoss: Double? { val?[.logLoss] ?? val?[.mse] }

  /// Puts in a part's place the scores that `other` has of that part, or of all nodes of its store if that has no
  /// splits.
  ///
  /// - Parameters:
  ///   - part: the part to replace.
  ///   - other: scores on another store.
  /// - Returns: whether `other` says anything of them.
  package mutating func replace(_ part: SplitPart, by other: SplitScores) -> Bool {
    self[part] = other.all ?? other[part]
    return self[part] != nil
  }
}
