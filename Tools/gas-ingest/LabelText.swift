import GasIngest

/// The labels that the nodes have, as text for people.
struct LabelText {
  let text: String

  /// The most counts that are listed; of more only the least and the largest are shown.
  private static let longestList = 12
  /// The most columns of real values that are described.
  private static let mostColumns = 4

  init(_ report: IngestReport) {
    var parts = report.labelKind == .values ? Self.values(report) : Self.classes(report)
    if let count = report.missingLabels, count > 0 {
      parts.append(count == 1 ? "1 label is missing" : "\(count) labels are missing")
    }
    if let count = report.unlabelledNodes, count > 0 {
      parts.append(count == 1 ? "1 node without a label" : "\(count) nodes without a label")
    }
    text = parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func classes(_ report: IngestReport) -> [String] {
    let classCount = report.classCount ?? 0
    let counts = report.classNodes ?? []
    let empty = counts.count { $0 == 0 }
    let kind =
      report.labelKind == .multi ? "any of \(classCount)" : classCount == 1 ? "1 class" : "\(classCount) classes"
    return [kind, empty > 0 ? "\(empty) of them without nodes" : "", nodes(counts)]
  }

  private static func nodes(_ counts: [Int]) -> String {
    guard let least = counts.min(), let most = counts.max() else { return "" }
    return counts.count > longestList
      ? "\(least) to \(most) nodes each" : "nodes of each: \(counts.map(String.init).joined(separator: ", "))"
  }

  /// Real values: what each column is like, as far as there are few.
  private static func values(_ report: IngestReport) -> [String] {
    let count = report.classCount ?? 0
    let columns = report.labelValues ?? []
    let shown = columns.prefix(mostColumns).map(\.text)
    return [count == 1 ? "1 real value a node" : "\(count) real values a node"] + shown
      + [columns.count > mostColumns ? "…" : ""]
  }
}
