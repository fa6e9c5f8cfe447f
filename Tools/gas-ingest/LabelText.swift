import GasIngest

/// The labels that the nodes have, as text for people.
struct LabelText {
  let text: String

  /// The most counts that are listed; of more only the least and the largest are shown.
  private static let longestList = 12

  init(_ report: IngestReport) {
    let classCount = report.classCount ?? 0
    let counts = report.classNodes ?? []
    let empty = counts.count { $0 == 0 }
    var parts = [
      report.labelKind == .multi ? "any of \(classCount)" : classCount == 1 ? "1 class" : "\(classCount) classes"
    ]
    if empty > 0 { parts.append("\(empty) of them without nodes") }
    parts.append(Self.nodes(counts))
    if let count = report.unlabelledNodes, count > 0 {
      parts.append(count == 1 ? "1 node without a label" : "\(count) nodes without a label")
    }
    text = parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private static func nodes(_ counts: [Int]) -> String {
    guard let least = counts.min(), let most = counts.max() else { return "" }
    return counts.count > longestList
      ? "\(least) to \(most) nodes each" : "nodes of each: \(counts.map(String.init).joined(separator: ", "))"
  }
}
