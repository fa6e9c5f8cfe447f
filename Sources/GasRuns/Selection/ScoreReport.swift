import GasBase
import GasMetrics
import GasSettings
import GasStore

/// What is known of a run's scores before it is trained: which one decides, how many nodes are of which class, and what
/// outputs would score that do not look at a node.
public struct ScoreReport: Codable, Equatable, Sendable {
  /// A class or label, and the numbers of labelled nodes that are of it.
  public struct ClassSize: Codable, Equatable, Sendable {
    /// The class or label, from 0.
    public var `class`: Int
    /// Its name: the number, if the store has no other.
    public var name: String
    /// The number of training nodes.
    public var train: Int
    /// The number of validation nodes.
    public var val: Int
    /// The number of test nodes.
    public var test: Int
  }

  /// The score that decides which weights are kept, and why.
  public var selection: ScoreSelection
  /// The number of classes or labels.
  public var classCount: Int
  /// All classes or labels in their order; where they are more than ten, the five that most training nodes are of and
  /// the five that fewest are of.
  public var classes: [ClassSize]
  /// The scores of predicting the most frequent class, or labels that most nodes have, for all nodes alike.
  public var baseline: SplitScores
  /// Sentences about scores that are undefined, or leave classes out.
  public var notes: [String]

  private let majority: String?

  private enum CodingKeys: CodingKey {
    case selection, classCount, classes, baseline, notes, majority
  }

  /// Finds out what is known.
  ///
  /// - Parameters:
  ///   - store: the store that is trained on.
  ///   - settings: the run's settings.
  /// - Throws: `GasError` if the score that is asked for cannot be had, or labels are damaged.
  public init(_ store: Store, _ settings: RunSettings) throws {
    try self.init(ClassSizes(store, settings), settings.select, file: store.path)
  }

  init(_ counts: ClassSizes, _ choice: RunSettings.ScoreChoice, file: String) throws {
    selection = try ScoreSelection(choice, counts, file: file)
    classCount = counts.kind == .values ? 0 : counts[.train].positives.count
    let sizes = (0..<classCount).map { label in
      ClassSize(
        class: label, name: counts.names[label], train: counts[.train].positives[label],
        val: counts[.validation].positives[label],
        test: counts[.test].positives[label])
    }
    classes = Self.chosen(sizes)
    let alike = Baseline(counts)
    majority = alike.majority.map { counts.names[$0].printable() }
    baseline = SplitScores()
    notes = []
    for part in SplitPart.allCases where counts[part].hasNodes {
      baseline[part] = alike.scores(of: counts[part])
      if let note = Self.note(counts, part) { notes.append(note) }
    }
    if let note = Self.untrainedNote(counts) { notes.append(note) }
    if counts.outside.hasNodes, !SplitPart.allCases.contains(where: { counts[$0].hasNodes }) {
      baseline.all = alike.scores(of: counts.outside)
    }
  }

  private static let mostListed = 10

  private static func chosen(_ sizes: [ClassSize]) -> [ClassSize] {
    guard sizes.count > mostListed else { return sizes }
    let order = sizes.sorted { ($1.train, $0.class) < ($0.train, $1.class) }
    return Array(order.prefix(mostListed / 2) + order.suffix(mostListed / 2))
  }

  /// Says which classes that validation or test nodes are of cannot be learnt, since no training node is.
  private static func untrainedNote(_ counts: ClassSizes) -> String? {
    guard counts.kind == .single && counts[.train].hasNodes else { return nil }
    let untrained = counts.names.indices.filter { label in
      counts[.train].positives[label] == 0
        && (counts[.validation].positives[label] > 0 || counts[.test].positives[label] > 0)
    }
    guard !untrained.isEmpty else { return nil }
    let names = untrained.prefix(mostListed / 2).map { counts.names[$0].printable() }
    let list = names.joined(separator: ", ") + (untrained.count > names.count ? ", … (\(untrained.count))" : "")
    return untrained.count == 1
      ? "no training node is of class \(list), so that the model cannot learn it"
      : "no training node is of classes \(list), so that the model cannot learn them"
  }

  private static func note(_ counts: ClassSizes, _ part: SplitPart) -> String? {
    guard counts.kind != .values else { return nil }
    let (own, classCount) = (counts[part], counts[part].positives.count)
    let ranked = own.positives.indices.count(where: own.hasBothKinds)
    let name = part == .train ? "training" : part == .validation ? "validation" : "test"
    let thing = counts.kind == .single ? "classes" : "labels"
    if ranked == 0 { return "ROC-AUC and average precision of \(name) nodes are undefined: all of them are alike" }
    guard ranked < classCount else { return nil }
    return "ROC-AUC and average precision of \(name) nodes are means over \(ranked) of the \(classCount) \(thing): "
      + "of the others there are no nodes, or no others"
  }
}

extension ScoreReport {
  /// The sizes of the classes in one line; `nil` of real values.
  public var classText: String? {
    guard classCount > 0 else { return nil }
    let sizes = classes.map { "\($0.name.printable()): \($0.train)" }
    guard classes.count < classCount else { return sizes.joined(separator: ", ") + " training nodes" }
    let half = classes.count / 2
    return "\(classCount); " + sizes.prefix(half).joined(separator: ", ") + " … "
      + sizes.suffix(half).joined(separator: ", ") + " training nodes"
  }

  /// What outputs would score on validation nodes that do not look at a node; `nil` without such nodes.
  public var baselineText: String? {
    guard let scores = baseline.val else { return nil }
    guard let main = scores.mainScore else { return nil }
    let shown = main == selection.score ? [main] : [main, selection.score]
    let texts = shown.compactMap { score in scores[score].map { "\(score.name) \(score.text($0))" } }
    guard !texts.isEmpty else { return nil }
    let what =
      main == .r2 ? "the mean" : majority.map { "all as class \($0)" } ?? "the labels that most nodes have"
    return texts.joined(separator: ", ") + " on validation nodes (\(what))"
  }
}

extension Score {
  /// A value as people read it: a share in percent, others as a number.
  public func text(_ value: Double) -> String { isShare ? Units.percent(value) : Units.decimals(value, 4) }

  /// Whether the score that reports call `metric` is a share.
  public static func isShare(_ metric: String) -> Bool { allCases.first { $0.name == metric }?.isShare ?? false }

  /// A value of the score that reports call `metric`, as people read it.
  ///
  /// - Parameters:
  ///   - value: the value; `nil` where it is undefined or not known.
  ///   - metric: the name of the score, as `RunResult.metric` has it.
  /// - Returns: its text; a dash for `nil`.
  public static func text(_ value: Double?, of metric: String) -> String {
    guard let value else { return "–" }
    return allCases.first { $0.name == metric }?.text(value) ?? Units.decimals(value, 4)
  }
}
