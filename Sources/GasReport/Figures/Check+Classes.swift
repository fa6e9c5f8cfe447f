import GasBase

extension Check {
  /// The class that is predicted for all nodes, where they are of several.
  static func onlyPrediction(_ run: RunFigures) -> String? {
    guard let confusion = run.outputs.meter.confusion, confusion.classes.count(where: { $0.wanted > 0 }) > 1 else {
      return nil
    }
    let predicted = confusion.classes.indices.filter { confusion.classes[$0].predicted > 0 }
    return predicted.count == 1 ? run.outputs.names[predicted[0]] : nil
  }

  /// Whether each class is predicted for some node, or each of several labels.
  static func classes(_ run: RunFigures) -> Check? {
    guard let confusion = run.outputs.meter.confusion else { return labels(run) }
    let title = "Every class is found"
    let occurring = confusion.classes.indices.filter { confusion.classes[$0].wanted > 0 }
    let never = occurring.filter { confusion.classes[$0].predicted == 0 }
    let nodes = run.outputs.nodes
    if occurring.isEmpty { return Check(.unknown, title, noScore(run, "What is predicted")) }
    if occurring.count < 2 {
      return Check(.bad, title, "All labelled \(nodes) are of one class: accuracy says nothing here.")
    }
    let absent = confusion.classes.count - occurring.count
    let rest =
      absent == 0
      ? ""
      : " Of \(absent == 1 ? "1 other class" : "\(absent) other classes") there is none among them, so nothing is known of \(absent == 1 ? "it" : "these")."
    guard !never.isEmpty else {
      return Check(.good, title, "All \(occurring.count) classes of the \(nodes) are predicted for some." + rest)
    }
    return Check(.caution, title, neverPredicted(never, of: "\(occurring.count) classes", run) + rest)
  }

  private static func neverPredicted(_ never: [Int], of all: String, _ run: RunFigures) -> String {
    let names = never.prefix(4).map { "“" + run.outputs.names[$0].excerpt + "”" } + (never.count > 4 ? ["…"] : [])
    let verb = never.count == 1 ? "is" : "are"
    return "\(never.count) of the \(all) of the \(run.outputs.nodes) \(verb) never predicted: "
      + names.joined(separator: ", ") + "."
  }

  /// Whether each of several labels that nodes may have is predicted for some.
  private static func labels(_ run: RunFigures) -> Check? {
    guard let tally = run.outputs.meter.tally else { return nil }
    let title = "Every label is found"
    let occurring = tally.labels.indices.filter { tally.labels[$0].truePositives + tally.labels[$0].falseNegatives > 0 }
    let never = occurring.filter { tally.labels[$0].truePositives + tally.labels[$0].falsePositives == 0 }
    if occurring.isEmpty { return Check(.unknown, title, noScore(run, "What is predicted")) }
    guard !never.isEmpty else {
      return Check(.good, title, "All \(occurring.count) labels of the \(run.outputs.nodes) are predicted for some.")
    }
    return Check(.caution, title, neverPredicted(never, of: "\(occurring.count) labels", run))
  }
}
