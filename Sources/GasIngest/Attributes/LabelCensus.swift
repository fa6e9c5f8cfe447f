/// What labels a graph's nodes have, counted.
struct LabelCensus {
  /// Nodes that have each class or label.
  private(set) var nodeCounts: [Int] = []
  /// Nodes without any.
  private(set) var unlabelledCount = 0
  /// Classes beyond are not counted, which only `--classes` allows.
  private static let largestClassCount = 1 << 20

  mutating func add(_ label: Int) {
    guard label < Self.largestClassCount else { return }
    if label >= nodeCounts.count { grow(to: label + 1) }
    nodeCounts[label] += 1
  }

  mutating func addUnlabelled() { unlabelledCount += 1 }

  /// Counts classes that no node has, too.
  mutating func grow(to classCount: Int) {
    let count = min(classCount, Self.largestClassCount)
    if count > nodeCounts.count { nodeCounts += repeatElement(0, count: count - nodeCounts.count) }
  }

  /// The counts, unless they are a list too long to be shown.
  var reportedCounts: [Int]? { nodeCounts.count > 1 << 16 ? nil : nodeCounts }

  var emptyCount: Int { nodeCounts.count { $0 == 0 } }

  /// Classes that no node has, as `0, 2 to 254`; the first of them if they are many.
  var emptyText: String {
    let longest = 5
    var ranges: [String] = []
    var label = 0
    while label < nodeCounts.count {
      let end = nodeCounts[label...].firstIndex { $0 != 0 } ?? nodeCounts.count
      if end > label {
        guard ranges.count < longest else { return ranges.joined(separator: ", ") + ", …" }
        ranges.append(end == label + 1 ? "\(label)" : "\(label) to \(end - 1)")
      }
      label = end + 1
    }
    return ranges.joined(separator: ", ")
  }
}
