import GasBase
import GasMetrics
import GasRuns
import GasStore
import Glibc

/// Above which probability class 1 of two classes, or a label, is predicted.
public enum Threshold: Equatable, Sendable {
  /// The same for all labels, between 0 and 1. 0.5 predicts as no threshold does.
  case value(Double)
  /// For each label the one that has the greatest F₁ on validation nodes.
  case auto

  /// Reads "auto" or a number between 0 and 1; `nil` for other texts.
  public init?(_ text: String) {
    if text == "auto" {
      self = .auto
    } else if let value = Double(text), value > 0, value < 1 {
      self = .value(value)
    } else {
      return nil
    }
  }

  /// The thresholds that predictions were made with.
  public struct Report: Codable, Equatable, Sendable {
    /// Probabilities: one, of class 1, with two classes; with multiple labels one for each.
    public var values: [Double]
    /// F₁ of the validation nodes' predictions, where thresholds were chosen by it; `null` for labels that no
    /// validation node has or lacks, whose threshold is 0.5.
    public var validationF1: [Double?]?
  }

  /// Refuses labels of which a threshold says nothing.
  static func check(_ labels: Manifest.Labels?, _ file: String) throws {
    guard let labels, labels.kind == .values || labels.kind == .single && labels.classCount != 2 else { return }
    let found =
      labels.kind == .values
      ? "labels are real values"
      : labels.classCount == 1 ? "there is 1 class" : "there are \(labels.classCount) classes"
    throw GasError(
      "a threshold is of two classes or multiple labels, and \(found)", file: file, advice: "leave out --threshold")
  }

  /// Finds the thresholds of outputs: of x₁ − x₀ with two classes, of each logit with multiple labels.
  ///
  /// - Parameters:
  ///   - meter: has measured the outputs of all labelled nodes; needed by `auto` alone.
  ///   - count: how many there are.
  ///   - file: the store's path, for messages.
  /// - Returns: the thresholds of outputs, and the same as probabilities.
  /// - Throws: `GasError` if there are no validation nodes to choose by.
  func resolved(_ meter: ScoreMeter?, count: Int, file: String) throws -> (outputs: [Double], Report) {
    switch self {
    case .value(let value):
      let output = log(value) - log1p(-value)
      return ([Double](repeating: output, count: count), Report(values: [Double](repeating: value, count: count)))
    case .auto:
      let cuts = try meter?.bestCuts() ?? []
      guard cuts.contains(where: { $0 != nil }) else {
        throw GasError(
          "--threshold auto is chosen on validation nodes with a label and without it, and there are none", file: file,
          advice: "pass a number, as infer --threshold auto says it of the store that was trained on")
      }
      let outputs = cuts.map { $0?.threshold ?? 0 }
      return (outputs, Report(values: outputs.map { 1 / (1 + exp(-$0)) }, validationF1: cuts.map { $0?.f1 }))
    }
  }
}
