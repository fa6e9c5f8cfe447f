import GasBase
import GasMetrics
import GasRuns
import GasTrain

/// What an inference prints when it is done.
struct InferenceText {
  private let report: Exporter.Report
  private let written: [String]
  private let isOfSomeNodes: Bool
  private let next: String?

  /// Prepares the text.
  ///
  /// - Parameters:
  ///   - report: what was computed.
  ///   - written: the names of the files.
  ///   - isOfSomeNodes: whether only the nodes of a list were computed.
  ///   - next: the command that goes on from here, if there is one.
  init(_ report: Exporter.Report, written: [String], isOfSomeNodes: Bool, next: String?) {
    (self.report, self.written, self.isOfSomeNodes, self.next) = (report, written, isOfSomeNodes, next)
  }

  /// The lines.
  var text: String {
    let precision = report.kernels.bfloat16Products == nil ? "" : ", computed in bfloat16"
    let names = written.joined(separator: ", ")
    return [
      "run            \(report.run.printable()), \(Units.plural(report.nodeCount, "node")) in \(Units.seconds(report.seconds))"
        + precision,
      selected + scores + (report.threshold.map { "\nthreshold      " + $0.text } ?? ""),
      "written        "
        + (names.isEmpty ? "nothing (see --help for --scores, --predictions, --embeddings, --logits)" : names),
      "peak memory    \(Units.bytes(report.peakResidentBytes))" + (next.map { "\nnext           \($0)" } ?? ""),
    ].joined(separator: "\n")
  }

  private var scores: String {
    if let all = report.allAccuracy { return "all labelled   \(Score.text(all, of: report.metric)) \(report.metric)" }
    guard !isOfSomeNodes else { return "scores         none: they are of all nodes" }
    return [("test", report.testAccuracy), ("val", report.valAccuracy)].map { part, value in
      part.padded(to: 15)
        + "\(Score.text(value, of: report.metric)) \(report.metric)" + place(part)
    }.joined(separator: "\n")
  }

  /// The score that decided, where it is not the one that is shown anyway.
  private var selected: String {
    guard let select = report.select, select.name != report.metric else { return "" }
    return [("all labelled", report.scores.all), ("test", report.scores.test), ("val", report.scores.val)]
      .compactMap { name, scores in
        scores?[select].map {
          name.padded(to: 15) + "\(select.text($0)) \(select.name)\(place(name))\n"
        }
      }.joined()
  }

  /// Whose nodes a part's scores are of, where those of training were another store's.
  private func place(_ part: String) -> String {
    report.elsewhere?.contains(part) == true ? ", of this store's own nodes" : ""
  }
}

extension Threshold.Report {
  /// One threshold, or the span of those of all labels.
  var text: String {
    func span(_ values: [Double], _ text: (Double) -> String) -> String {
      guard let least = values.min(), let most = values.max() else { return "–" }
      return least == most ? text(least) : "\(text(least)) to \(text(most))"
    }
    let values = span(values) { Units.decimals($0, 4) }
    guard let scores = validationF1?.compactMap({ $0 }) else { return values }
    return values + ", chosen on validation nodes: F1 " + span(scores) { Units.percent($0) }
  }
}
