import GasBatch
import GasNN
import GasStore

/// How much is measured of a part's nodes.
enum MeasuredDepth {
  /// Counts of predictions.
  case counts
  /// These and the log loss.
  case losses
  /// All scores.
  case all
}

/// Measures the outputs of one part's nodes, batch by batch.
protocol PartMeter: AnyObject {
  /// The scores of all nodes; `nil` if none has a label. Nothing is added afterwards.
  ///
  /// - Parameter thresholds: the outputs above which class 1 of two classes, or each label, is predicted; `nil` for 0.
  /// - Returns: the scores.
  /// - Throws: `GasError` if the disk fails.
  func table(above thresholds: [Double]?) throws -> PartScores?

  /// The outputs of class 1 of two classes, or of each label.
  var ranks: RankColumns? { get }
}

/// Measures the outputs of a store's labelled nodes, part by part, in constant memory. It is used for one evaluation,
/// from one thread.
package final class ScoreMeter {
  private let labels: Manifest.Labels?
  private let folder: String
  private let isWhole: Bool
  /// Place 0 is for nodes of stores without splits, the others are for the parts.
  private var classes = [ClassMeter?](repeating: nil, count: 4)
  private var targets = [LabelMeter?](repeating: nil, count: 4)
  private var values = [ValueMeter?](repeating: nil, count: 4)

  /// Measures nothing yet.
  ///
  /// - Parameters:
  ///   - labels: those of the store; `nil` if it has none.
  ///   - isWhole: whether all scores are measured, and not only those of every evaluation (`MeasuredScores`).
  ///   - folder: the folder whose disk takes outputs that do not fit into memory.
  package init(_ labels: Manifest.Labels?, isWhole: Bool = true, scratchIn folder: String) {
    (self.labels, self.folder, self.isWhole) = (labels, folder, isWhole)
  }

  /// The validation loss decides between equal scores, so that it is always measured.
  private func depth(_ place: Int) -> MeasuredDepth {
    isWhole ? .all : place == 0 || place == Int(SplitPart.validation.rawValue) ? .losses : .counts
  }

  /// The most memory that measuring takes, in bytes: keys of three parts, one of which is put into columns, and two
  /// buffers of a sort. Less where a store has fewer nodes than these hold.
  package static func mostBytes(_ store: Store) -> Int {
    guard let labels = store.manifest.labels, labels.kind != .values else { return 0 }
    let columns = labels.kind == .single && labels.classCount == 2 ? 1 : labels.classCount
    let keys = store.nodeCount * columns * MemoryLayout<RankKey>.stride
    return 6 * min(RankColumns.standardBytes, keys)
  }

  /// Adds a batch's outputs.
  ///
  /// - Parameters:
  ///   - outputs: n × classes.
  ///   - batch: the batch, with labels.
  /// - Throws: `GasError` if the disk fails.
  package func add(_ outputs: Matrix, _ batch: Batch) throws {
    guard let labels else { return }
    let hasSplits = !batch.splits.isEmpty
    for row in 0..<batch.rowCount where !hasSplits || batch.splits[row] != 0 {
      let place = hasSplits ? Int(batch.splits[row] & 3) : 0
      let own = outputs.rowRange(row..<row + 1)
      switch batch.labels {
      case .none: return
      case .single(let classes):
        guard classes[row] >= 0 else { continue }
        let meter = self.classes[place] ?? ClassMeter(classCount: labels.classCount, depth(place), ranks: ranks)
        self.classes[place] = meter
        try meter.add(own, UnsafeBufferPointer(rebasing: classes[row..<row + 1]))
      case .multi(let targets, let width):
        let meter = self.targets[place] ?? LabelMeter(labelCount: width, depth(place), ranks: ranks)
        self.targets[place] = meter
        try meter.add(own, targets.row(row, width: width))
      case .values(let values, let width):
        let meter = self.values[place] ?? ValueMeter(width: width)
        self.values[place] = meter
        meter.add(own, values.row(row, width: width))
      }
    }
  }

  private func ranks(_ columnCount: Int) -> RankColumns? { RankColumns(columnCount: columnCount, scratchIn: folder) }

  private func meter(_ place: Int) -> (any PartMeter)? { classes[place] ?? targets[place] ?? values[place] }

  /// The scores of each part.
  ///
  /// - Parameter thresholds: the outputs above which class 1 of two classes (x₁ − x₀), or each label, is predicted;
  ///   `nil` for 0.
  /// - Returns: the scores of all outputs that were added.
  /// - Throws: `GasError` if the disk fails.
  package func scores(above thresholds: [Double]? = nil) throws -> SplitScores {
    var scores = SplitScores()
    scores.all = try meter(0)?.table(above: thresholds)
    for part in SplitPart.allCases { scores[part] = try meter(Int(part.rawValue))?.table(above: thresholds) }
    return scores
  }

  /// The curves of a class or label, and their areas.
  package struct Curves: Sendable {
    /// Exact counts at some of the outputs.
    package let steps: RankSteps
    /// ROC-AUC, of all outputs.
    package let rocAuc: Double
    /// Average precision, of all outputs.
    package let averagePrecision: Double
  }

  /// The curves of class 1 of two classes, or of a class or label of more.
  ///
  /// - Parameters:
  ///   - part: the part whose nodes are meant; `nil` for all nodes of a store without splits.
  ///   - label: the class or label; with two classes it is 1.
  /// - Returns: the curves; `nil` where the part has no nodes of both kinds, or labels are real values.
  /// - Throws: `GasError` if the disk fails.
  package func curves(of part: SplitPart?, label: Int) throws -> Curves? {
    guard let ranks = meter(part.map { Int($0.rawValue) } ?? 0)?.ranks else { return nil }
    let column = ranks.columnCount == 1 ? 0 : label
    guard let steps = try ranks.steps(of: column), let scores = try ranks.scores(of: column) else { return nil }
    return Curves(steps: steps, rocAuc: scores.rocAuc, averagePrecision: scores.averagePrecision)
  }

  /// For class 1 of two classes, or each label, the cut of the greatest F₁ on validation nodes.
  ///
  /// - Returns: the cuts; `nil` for a label that no validation node has, or all; none without validation nodes.
  /// - Throws: `GasError` if the disk fails.
  package func bestCuts() throws -> [RankCurve.Cut?] {
    guard let ranks = meter(Int(SplitPart.validation.rawValue))?.ranks else { return [] }
    return try (0..<ranks.columnCount).map { try ranks.curve(of: $0).bestCut }
  }
}
