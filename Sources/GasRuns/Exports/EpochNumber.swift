import GasMetrics
import GasStore

/// A number that records of epochs have, under the name that tables and TensorBoard know it by (docs/tensorboard.md).
package struct EpochNumber: Sendable {
  /// The name: one of the keys of `metrics.jsonl`, or `KEY/PART`, `KEY/LAYER` where there are several.
  package let name: String
  /// The number of a record; `nil` where it has none.
  package let value: @Sendable (EpochRecord) -> Double?

  /// All numbers that a record can have, epoch and step aside, in a fixed order.
  ///
  /// - Parameter layers: the layers that have histories.
  /// - Returns: the numbers.
  package static func all(layers: some Sequence<Int>) -> [EpochNumber] {
    [.init(name: "loss") { $0.loss }, .init(name: "learningRate") { $0.learningRate }] + scores + older
      + [
        .init(name: "seconds/train") { $0.trainSeconds }, .init(name: "seconds/evaluate") { $0.evaluateSeconds },
        .init(name: "seconds/waited") { $0.waitedSeconds }, .init(name: "edgesPerSecond") { $0.edgesPerSecond },
        .init(name: "residentBytes") { Double($0.residentBytes) },
      ] + layers.flatMap(staleness)
  }

  private static let scores = Score.allCases.flatMap { score in
    SplitPart.allCases.map { part in
      EpochNumber(name: "\(score.rawValue)/\(part.key)") { $0.scores?[part]?[score] }
    }
  }

  /// What runs have from before all scores were kept.
  private static let older: [EpochNumber] = [
    .init(name: "score/train") { $0.scores == nil ? $0.train : nil },
    .init(name: "score/val") { $0.scores == nil ? $0.val : nil },
    .init(name: "score/test") { $0.scores == nil ? $0.test : nil },
    .init(name: "valLoss") { $0.scores == nil ? $0.valLoss : nil },
  ]

  private static func staleness(_ layer: Int) -> [EpochNumber] {
    func number(_ name: String, _ value: @escaping @Sendable (EpochRecord.Layer) -> Double?) -> EpochNumber {
      .init(name: "\(name)/layer\(layer)") { $0.staleness.first { $0.layer == layer }.flatMap(value) }
    }
    return [
      number("drift") { $0.drift }, number("noise") { $0.noise }, number("staleness") { $0.staleness },
      number("medianAge") { Double($0.medianAge) }, number("maxAge") { Double($0.maxAge) },
    ]
  }

  /// The numbers that some of the records have.
  ///
  /// - Parameter records: records of one run.
  /// - Returns: these numbers, in the order of `all`.
  package static func present(in records: [EpochRecord]) -> [EpochNumber] {
    let layers = Set(records.flatMap { $0.staleness.map(\.layer) }).sorted()
    return all(layers: layers).filter { number in records.contains { number.value($0) != nil } }
  }
}
