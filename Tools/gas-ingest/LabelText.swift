import GasIngest

/// What labels the nodes have, as people read it.
struct LabelText {
  let text: String

  /// More counts than that are told by the least and the largest.
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
