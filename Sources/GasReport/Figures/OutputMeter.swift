import CGasKernels
import GasAutodiff
import GasBatch
import GasMetrics
import GasRuns
import GasStore
import GasTrain

/// Counts what the figures show of the outputs of one part's nodes, batch by batch. Its memory depends on the classes
/// that are shown, not on the nodes. It is used from one thread.
final class OutputMeter {
  private let part: SplitPart?
  private let labels: Manifest.Labels
  /// Right and wrong predictions of classes; `nil` of other labels.
  private(set) var confusion: Confusion?
  /// Right and wrong predictions of each of several labels; `nil` of others.
  private(set) var tally: LabelTally?
  /// Real values; empty of other labels.
  private(set) var values: [ValueComparison] = []
  /// Of two classes the probability of class 1, of more the greatest one, of several labels that of each.
  private(set) var calibration = CalibrationBins()
  private var probabilities: [Double] = []

  /// Counts nothing yet.
  ///
  /// - Parameters:
  ///   - part: the part whose nodes count; in a store without splits all do, whatever it is.
  ///   - labels: the labels of the store.
  ///   - shown: the classes that have a row in the confusion matrix.
  ///   - ranges: for the columns of real values that are shown, what the picture spans.
  init(_ part: SplitPart?, _ labels: Manifest.Labels, shown: [Int], ranges: [ClosedRange<Double>]) {
    (self.part, self.labels) = (part, labels)
    switch labels.kind {
    case .single: confusion = Confusion(classCount: labels.classCount, shown: shown)
    case .multi: tally = LabelTally(labelCount: labels.classCount)
    case .values: values = ranges.map(ValueComparison.init)
    }
  }

  /// Adds a batch's outputs.
  func add(_ outputs: Matrix, _ batch: Batch) {
    let hasSplits = !batch.splits.isEmpty
    for row in 0..<batch.rowCount where !hasSplits || batch.splits[row] == part?.rawValue {
      let own = UnsafeBufferPointer(start: outputs.row(row), count: outputs.columns)
      switch batch.labels {
      case .none: return
      case .single(let classes): if classes[row] >= 0 { add(own, label: Int(classes[row])) }
      case .multi(let targets, let width): add(own, targets: targets.row(row, width: width))
      case .values(let wanted, let width): add(own, values: wanted.row(row, width: width))
      }
    }
  }

  private func add(_ outputs: UnsafeBufferPointer<Float>, label: Int) {
    var prediction: Int32 = 0
    gas_argmax_rows(1, Int64(outputs.count), outputs.baseAddress!, &prediction)
    confusion?.add(label: label, prediction: Int(prediction))
    Probabilities.ofClasses.compute(outputs, into: &probabilities)
    if outputs.count == 2 {
      calibration.add(probabilities[1], isRight: label == 1)
    } else {
      calibration.add(probabilities[Int(prediction)], isRight: Int(prediction) == label)
    }
  }

  private func add(_ outputs: UnsafeBufferPointer<Float>, targets: UnsafeBufferPointer<UInt8>) {
    tally?.add(outputs, targets: targets)
    Probabilities.ofLabels.compute(outputs, into: &probabilities)
    for (label, target) in targets.enumerated() where target != NodeLabels.missing {
      calibration.add(probabilities[label], isRight: target != 0)
    }
  }

  private func add(_ outputs: UnsafeBufferPointer<Float>, values wanted: UnsafeBufferPointer<Float>) {
    for column in values.indices where !wanted[column].isNaN {
      values[column].add(predicted: Double(outputs[column]), wanted: Double(wanted[column]))
    }
  }
}

/// Predicted beside true values of one column.
struct ValueComparison: Sendable {
  static let side = 32
  /// What either axis spans.
  let range: ClosedRange<Double>
  /// How many nodes have a true value (column) and a predicted one (row); what lies outside is in the outermost.
  private(set) var counts = [[Int]](repeating: [Int](repeating: 0, count: side), count: side)
  /// How many pairs lie outside of the range.
  private(set) var outside = 0
  /// Predicted less true values.
  private(set) var residuals = DoublingHistogram()

  init(_ range: ClosedRange<Double>) { self.range = range }

  /// The limits of the squares.
  var limits: [Double] {
    (0...Self.side).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(Self.side)
    }
  }

  mutating func add(predicted: Double, wanted: Double) {
    residuals.add(predicted - wanted)
    if !range.contains(predicted) || !range.contains(wanted) { outside += 1 }
    counts[place(predicted)][place(wanted)] += 1
  }

  private func place(_ value: Double) -> Int {
    let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    return max(
      0, min(Self.side - 1, Int((share * Double(Self.side)).rounded(.down).clamped(to: -1...Double(Self.side)))))
  }
}

extension Double {
  fileprivate func clamped(to limits: ClosedRange<Double>) -> Double {
    isNaN ? limits.lowerBound : Swift.min(limits.upperBound, Swift.max(limits.lowerBound, self))
  }
}
