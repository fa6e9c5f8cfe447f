import GasBase
import GasMetrics
import GasSettings
import GasStore

/// The score of validation nodes that decides which weights a run keeps, and why it is this one.
///
/// Unless another is asked for, it is the main score of the labels' kind, but where classes are uneven (the rarest of
/// those that occur has fewer than a tenth of the most frequent one's nodes): there, accuracy says little about rare
/// classes. With two classes it is then the average precision of class 1; where class 0 is the rarer one ROC-AUC, which
/// is the same for both; with more classes macro-F1.
public struct ScoreSelection: Codable, Equatable, Sendable {
  /// The score.
  public let score: Score
  /// A sentence that says why.
  public let reason: String
  /// Whether it is another than the main score of the labels' kind, without having been asked for.
  public private(set) var isChosen = false

  /// Chooses a run's score.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - store: the store that is trained on.
  /// - Throws: `GasError` if a score was asked for that the labels do not have or that is undefined for the validation
  ///   nodes, or if labels are damaged.
  public init(_ settings: RunSettings, _ store: Store) throws {
    try self.init(settings.select, try ClassSizes(store, settings, of: [.validation]), file: store.path)
  }

  /// The score that decided in a run that was trained.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - store: the store that it is in.
  ///   - knowsValidation: whether the validation nodes can be looked at, which are perhaps those of another store.
  /// - Returns: the score; `nil` where its validation nodes would tell and cannot be looked at.
  /// - Throws: `GasError` if labels are damaged.
  static func score(of settings: RunSettings, _ store: Store, knowsValidation: Bool) throws -> Score? {
    switch settings.select {
    case .score(let score): score
    case .plain: Score.main(of: store.manifest.labels?.kind ?? .single)
    case .auto: try knowsValidation ? ScoreSelection(settings, store).score : nil
    }
  }

  init(_ choice: RunSettings.ScoreChoice, _ counts: ClassSizes, file: String) throws {
    let main = Score.main(of: counts.kind)
    switch choice {
    case .auto: self = Self.suited(to: counts)
    case .plain: self.init(main, "\(main.name) decides which weights are kept")
    case .score(let score):
      try Self.check(score, counts, file)
      self = Self.named(score)
    }
  }

  private init(_ score: Score, _ reason: String, isChosen: Bool = false) {
    (self.score, self.reason, self.isChosen) = (score, reason, isChosen)
  }

  /// A score that was asked for.
  static func named(_ score: Score) -> ScoreSelection {
    ScoreSelection(score, "\(score.name) decides which weights are kept, as asked for")
  }

  private static func check(_ score: Score, _ counts: ClassSizes, _ file: String) throws {
    let scores = Score.all(of: counts.kind)
    guard scores.contains(score) else {
      throw GasError(
        expected: "select to be a score of \(counts.kind.words)",
        found: score.flag, file: file,
        advice: "choose auto or one of \(scores.map(\.flag).joined(separator: ", "))")
    }
    let validation = counts[.validation]
    guard score.isOfRanks, validation.hasNodes, !validation.hasRanks else { return }
    throw GasError(
      "\(score.name) is undefined: all validation nodes are of one class", file: file,
      advice: "choose another --select, or another split")
  }

  private static func suited(to counts: ClassSizes) -> ScoreSelection {
    let main = Score.main(of: counts.kind)
    guard counts.kind == .single else {
      let why = counts.kind == .multi ? "a node may have several labels" : "labels are real values"
      return ScoreSelection(main, "\(main.name) decides which weights are kept: \(why)")
    }
    let sums = zip(counts[.train].positives, counts[.validation].positives).map(+)
    let order = sums.indices.filter { sums[$0] > 0 }.sorted { (sums[$0], $0) < (sums[$1], $1) }
    guard !order.isEmpty else {
      return ScoreSelection(main, "\(main.name) is the score to look at: no training or validation node has a label")
    }
    func name(_ label: Int) -> String { counts.names[label].printable() }
    guard let rare = order.first, let frequent = order.last, rare != frequent else {
      return ScoreSelection(main, "\(main.name) decides which weights are kept: there is one class")
    }
    let why =
      "of the training and validation nodes \(sums[rare]) are of class \(name(rare)) and \(sums[frequent]) of class"
      + " \(name(frequent))"
    guard sums[rare] * 10 < sums[frequent] else {
      return ScoreSelection(main, "\(main.name) decides which weights are kept: \(why), which is even enough")
    }
    let score = uneven(counts, rare)
    let positive =
      score == .averagePrecision
      ? " of class \(name(1))" : score == .rocAuc ? ", the same for both classes," : ""
    return ScoreSelection(score, "\(score.name)\(positive) decides which weights are kept: \(why)", isChosen: true)
  }

  private static func uneven(_ counts: ClassSizes, _ rare: Int) -> Score {
    guard counts[.train].positives.count == 2, counts[.validation].hasRanks else { return .macroF1 }
    return rare == 1 ? .averagePrecision : .rocAuc
  }

  /// Whether an evaluation measures all scores, and not only those of every evaluation.
  ///
  /// - Parameters:
  ///   - labels: those of the store.
  ///   - settings: the run's settings.
  ///   - isLast: whether it may be the last evaluation.
  /// - Returns: whether all are measured.
  package func measuresAll(_ labels: Manifest.Labels?, _ settings: RunSettings, isLast: Bool) -> Bool {
    guard let labels, settings.measureScores == .auto else { return true }
    let isOneColumn = labels.classCount <= (labels.kind == .single ? 2 : 1)
    return isLast || isOneColumn || !score.isCounted
  }

  /// A score as numbers that are the greater the better; `nil` where it is undefined.
  package func rank(_ scores: PartScores?) -> Double? { scores?[score].map { score.isLowerBetter ? -$0 : $0 } }
}

extension RunSettings {
  /// Whether two runs on a store compute the same. Settings of values that the store does not have make no difference,
  /// nor do two ways to name a score.
  package func computesTheSame(as other: RunSettings, on store: Store) -> Bool {
    var twin = other
    if edgeValuesUsed(on: store) == other.edgeValuesUsed(on: store) { twin.edgeValues = self.edgeValues }
    if selectsTheSame(as: other, on: store) { twin.select = self.select }
    return computesTheSame(as: twin)
  }

  /// Whether two runs on a store keep weights by the same score.
  private func selectsTheSame(as other: RunSettings, on store: Store) -> Bool {
    if self.select == other.select { return true }
    guard let one = try? ScoreSelection(self, store), let two = try? ScoreSelection(other, store) else { return false }
    return one.score == two.score
  }
}
