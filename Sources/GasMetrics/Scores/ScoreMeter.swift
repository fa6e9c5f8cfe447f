import GasAutodiff
import GasBase
import GasBatch
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
  /// Adds the labelled nodes of a batch that belong to the part.
  ///
  /// - Parameters:
  ///   - outputs: n × classes, labels or values.
  ///   - labels: those of the n rows, of the kind that the meter is for.
  ///   - mask: n; not 0 for the part's rows.
  /// - Throws: `GasError` if the disk fails.
  func add(_ outputs: Matrix, _ labels: NodeLabels, of mask: UnsafeBufferPointer<UInt8>) throws

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
  private let rankBytes: Int
  private let parallel: Parallel
  private let isWhole: Bool
  /// Place 0 is for nodes of stores without splits, the others are for the parts.
  private var meters = [(any PartMeter)?](repeating: nil, count: 4)

  /// Measures nothing yet.
  ///
  /// - Parameters:
  ///   - labels: those of the store; `nil` if it has none.
  ///   - isWhole: whether all scores are measured, and not only those of every evaluation (`MeasuredScores`).
  ///   - memoryBytes: the budget of the whole process; `nil` if there is none.
  ///   - folder: the folder whose disk takes outputs that do not fit into memory.
  ///   - parallel: the threads that rank outputs.
  package init(
    _ labels: Manifest.Labels?, isWhole: Bool = true, within memoryBytes: Int? = nil, scratchIn folder: String,
    _ parallel: Parallel = .serial
  ) {
    (self.labels, self.folder, self.isWhole, self.parallel) = (labels, folder, isWhole, parallel)
    rankBytes = RankColumns.bytes(within: memoryBytes)
  }

  /// The validation loss decides between equal scores, so that it is always measured.
  private func depth(_ place: Int) -> MeasuredDepth {
    isWhole ? .all : place == 0 || place == Int(SplitPart.validation.rawValue) ? .losses : .counts
  }

  /// The most memory that measuring takes, in bytes: keys of three parts, one of which is put into columns, a piece
  /// that is read, two buffers of a sort, what counts other nodes beside them, and a block of each part's nodes. Less
  /// where a store has fewer nodes than these hold.
  package static func mostBytes(_ store: Store, within memoryBytes: Int?) -> Int {
    guard let labels = store.manifest.labels, labels.kind != .values else { return 0 }
    let columns = labels.kind == .single && labels.classCount == 2 ? 1 : labels.classCount
    let keys = store.nodeCount * columns * MemoryLayout<RankKey>.stride
    return 10 * min(RankColumns.bytes(within: memoryBytes), keys)
  }

  /// Adds a batch's outputs.
  ///
  /// - Parameters:
  ///   - outputs: n × classes.
  ///   - batch: the batch, with labels.
  /// - Throws: `GasError` if the disk fails.
  package func add(_ outputs: Matrix, _ batch: Batch) throws {
    guard let labels else { return }
    if case .none = batch.labels { return }
    for place in batch.splits.isEmpty ? 0...0 : 1...3 {
      guard let mask = Self.mask(place, batch) else { continue }
      let meter = meters[place] ?? newMeter(labels, depth(place))
      meters[place] = meter
      try mask.withUnsafeBufferPointer { try meter.add(outputs, batch.labels, of: $0) }
    }
  }

  /// A mask of the rows of a part; `nil` where there are none.
  private static func mask(_ place: Int, _ batch: Batch) -> [UInt8]? {
    guard place > 0 else { return batch.rowCount > 0 ? [UInt8](repeating: 1, count: batch.rowCount) : nil }
    let splits = batch.splits
    let mask = [UInt8](unsafeUninitializedCapacity: splits.count) { mask, count in
      for row in 0..<splits.count { mask[row] = splits[row] & 3 == place ? 1 : 0 }
      count = splits.count
    }
    return mask.contains(1) ? mask : nil
  }

  private func newMeter(_ labels: Manifest.Labels, _ depth: MeasuredDepth) -> any PartMeter {
    let width = labels.classCount
    return switch labels.kind {
    case .single: ClassMeter(classCount: width, depth, parallel, ranks: ranks)
    case .multi: LabelMeter(labelCount: width, depth, ranks: ranks)
    case .values: ValueMeter(width: width)
    }
  }

  private func ranks(_ columnCount: Int) -> RankColumns {
    RankColumns(columnCount: columnCount, scratchIn: folder, byteCount: rankBytes, parallel)
  }

  /// The scores of each part.
  ///
  /// - Parameter thresholds: the outputs above which class 1 of two classes (x₁ − x₀), or each label, is predicted;
  ///   `nil` for 0.
  /// - Returns: the scores of all outputs that were added.
  /// - Throws: `GasError` if the disk fails.
  package func scores(above thresholds: [Double]? = nil) throws -> SplitScores {
    var scores = SplitScores()
    scores.all = try meters[0]?.table(above: thresholds)
    for part in SplitPart.allCases { scores[part] = try meters[Int(part.rawValue)]?.table(above: thresholds) }
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
    guard let ranks = meters[part.map { Int($0.rawValue) } ?? 0]?.ranks else { return nil }
    let column = ranks.columnCount == 1 ? 0 : label
    guard let steps = try ranks.steps(of: column), let scores = try ranks.scores(of: column) else { return nil }
    return Curves(steps: steps, rocAuc: scores.rocAuc, averagePrecision: scores.averagePrecision)
  }

  /// For class 1 of two classes, or each label, the cut of the greatest F₁ on validation nodes.
  ///
  /// - Returns: the cuts; `nil` for a label that no validation node has, or all; none without validation nodes.
  /// - Throws: `GasError` if the disk fails.
  package func bestCuts() throws -> [RankCurve.Cut?] {
    guard let ranks = meters[Int(SplitPart.validation.rawValue)]?.ranks, !ranks.isEmpty else { return [] }
    return try (0..<ranks.columnCount).map { try ranks.curve(of: $0).bestCut }
  }
}
