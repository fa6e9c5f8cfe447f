/// Counts the labels of a graph's nodes.
struct LabelCensus {
  /// How many nodes have each class or label.
  private(set) var nodeCounts: [Int] = []
  /// Of how many nodes nothing is known: their class, or all of several labels, is missing (`NodeLabels.isLabelled`).
  private(set) var unlabelledCount = 0
  /// How many rows of zeros and ones have no 1.
  private(set) var withoutOneCount = 0
  /// How many of several labels are missing, over all nodes.
  private(set) var missingCount = 0
  /// Larger classes are not counted; they exist only where `--classes` allows them.
  private static let largestClassCount = 1 << 20

  mutating func add(_ label: Int) {
    guard label < Self.largestClassCount else { return }
    if label >= nodeCounts.count { grow(to: label + 1) }
    nodeCounts[label] += 1
  }

  mutating func addUnlabelled() { unlabelledCount += 1 }

  mutating func addWithoutOne() { withoutOneCount += 1 }

  /// Notes that `count` of a node's `total` labels are missing.
  mutating func addMissing(_ count: Int, of total: Int) {
    missingCount += count
    if count == total { unlabelledCount += 1 }
  }

  /// The same counts where the columns are classes: a node whose row has no 1 has none.
  var ofClasses: LabelCensus {
    var census = self
    census.unlabelledCount = withoutOneCount
    return census
  }

  /// Makes the counts include classes that no node has.
  mutating func grow(to classCount: Int) {
    let count = min(classCount, Self.largestClassCount)
    if count > nodeCounts.count { nodeCounts += repeatElement(0, count: count - nodeCounts.count) }
  }

  /// The counts; nil if the list is too long to be shown.
  var reportedCounts: [Int]? { nodeCounts.count > 1 << 16 ? nil : nodeCounts }

  var emptyCount: Int { nodeCounts.count { $0 == 0 } }

  /// The classes that no node has, as `0, 2 to 254`; only the first of them if they are many.
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
