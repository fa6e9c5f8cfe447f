import CGasKernels
import GasBase
import GasFormats
import GasMetrics
import GasRuns
import GasStore

/// The text of a table of probabilities or values, row by row.
struct ScoreLines {
  private let names: [[UInt8]]
  private let probabilities: Probabilities
  private let format: DelimitedText
  /// The place of x₁ − x₀ (`RankKey`) above which class 1 of two is predicted; `nil`: the class of the greatest output.
  private var cut: UInt64?

  /// - Parameters:
  ///   - labels: the labels that the model was trained on.
  ///   - names: the names of the classes or labels.
  ///   - format: how fields are written.
  init(_ labels: Manifest.Labels, names: [String], _ format: DelimitedText) {
    switch labels.kind {
    case .single: probabilities = .ofClasses
    case .multi: probabilities = .ofLabels
    case .values: probabilities = .values
    }
    self.names = names.map { Array($0.utf8) }
    self.format = format
  }

  /// Predicts class 1 of two classes where x₁ − x₀ is above a threshold, as `Exporter` does in its other files. Labels
  /// are not predicted in a table.
  mutating func predictsClass(above threshold: Double) { cut = RankKey(threshold, applies: false).place }

  private func predictedClass(_ outputs: UnsafeBufferPointer<Float>) -> Int {
    if let cut { return RankKey(Double(outputs[1]) - Double(outputs[0]), applies: false).place < cut ? 1 : 0 }
    var best: Int32 = 0
    gas_argmax_rows(1, Int64(outputs.count), outputs.baseAddress!, &best)
    return Int(best)
  }

  /// The row of the columns' names.
  var header: [UInt8] {
    let first = probabilities == .ofClasses ? ["id", "class"] : ["id"]
    let numbers =
      switch probabilities {
      case .ofClasses, .ofLabels: names.map { Array("p_".utf8) + $0 }
      case .values where names.count == 1: [Array("value".utf8)]
      case .values: names.map { Array("value_".utf8) + $0 }
      }
    var text: [UInt8] = []
    for (index, name) in (first.map { Array($0.utf8) } + numbers).enumerated() {
      if index > 0 { format.appendSeparator(to: &text) }
      format.append(name, to: &text)
    }
    format.endRow(&text)
    return text
  }

  /// Appends a row.
  ///
  /// - Parameters:
  ///   - outputs: the model's outputs for the node.
  ///   - text: the rows so far.
  ///   - memory: is overwritten.
  ///   - id: appends the id.
  func append(
    _ outputs: UnsafeBufferPointer<Float>, to text: inout [UInt8], using memory: inout [Double],
    id: (inout [UInt8]) -> Void
  ) {
    id(&text)
    if probabilities == .ofClasses {
      format.appendSeparator(to: &text)
      format.append(names[predictedClass(outputs)], to: &text)
    }
    probabilities.compute(outputs, into: &memory)
    for probability in memory {
      format.appendSeparator(to: &text)
      text.append(contentsOf: Float(probability).description.utf8)
    }
    format.endRow(&text)
  }

  /// The probability of one class or label.
  func probability(of classNumber: Int, _ outputs: UnsafeBufferPointer<Float>, using memory: inout [Double]) -> Double {
    probabilities.compute(outputs, into: &memory)
    return memory[classNumber]
  }
}
