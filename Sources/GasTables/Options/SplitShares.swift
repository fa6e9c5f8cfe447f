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
}
