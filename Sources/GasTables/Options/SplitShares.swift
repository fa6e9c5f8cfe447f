/// Shares of the nodes that train, validate and test; together 1.
public struct SplitShares: Equatable, Sendable {
  /// The share of each part, in the order of `SplitPart`.
  public let parts: [Double]
  /// The shares as they were written.
  public let description: String

  /// 60, 20 and 20 of a hundred.
  public static let standard = SplitShares("60/20/20")!

  /// Reads shares such as `60/20/20` or `0.6/0.2/0.2`; `nil` unless they are three numbers from 0 on that add up to 100
  /// or to 1.
  public init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    guard numbers.count == 3, numbers.allSatisfy({ $0.map { $0.isFinite && $0 >= 0 } ?? false }) else { return nil }
    let parts = numbers.map { $0! }
    let sum = parts.reduce(0, +)
    guard abs(sum - 100) < 1e-6 || abs(sum - 1) < 1e-6 else { return nil }
    self.parts = parts.map { $0 / sum }
    description = text
  }

  /// Divides a number of nodes: the first two parts are rounded, the last has the rest.
  func counts(of total: Int) -> [Int] {
    let train = Int((Double(total) * parts[0]).rounded())
    let validation = min(total - train, Int((Double(total) * parts[1]).rounded()))
    return [train, validation, total - train - validation]
  }

  /// Divides a number of nodes likewise, but each part with a share has a node if there are as many nodes as such
  /// parts: the largest part gives it.
  func fullCounts(of total: Int) -> [Int] {
    var counts = counts(of: total)
    let shared = parts.indices.filter { parts[$0] > 0 }
    guard total >= shared.count else { return counts }
    for part in shared where counts[part] == 0 {
      let largest = counts.firstIndex(of: counts.max()!)!
      counts[largest] -= 1
      counts[part] = 1
    }
    return counts
  }

  /// Whether some part with a share is without nodes in all of some divisions.
  func leavesEmpty(_ divisions: [[Int]]) -> Bool {
    parts.indices.contains { part in parts[part] > 0 && divisions.allSatisfy { $0[part] == 0 } }
  }

  /// A sentence for the report if so many nodes are divided otherwise than by the shares alone.
  func filledNote(_ total: Int) -> String? {
    counts(of: total) == fullCounts(of: total) ? nil : "\(Self.emptyPart): each part has at least one"
  }

  /// Why nodes are divided otherwise than by the shares alone.
  static let emptyPart = "so few nodes have a label that a part of the split would be empty"
}
