import GasBase
import GasStore

/// Notices nodes with one value on both sides of a limit between parts: an order alone does not divide them.
struct SplitTies {
  /// The ranks at which validation and test begin, and the end.
  private let ends: [Int]
  /// The nodes of one value that come last: from which rank on.
  private var run = (key: UInt64(0), start: 0)
  private var rank = 0
  private var found: [(key: UInt64, parts: [Int])] = []

  /// - Parameter counts: how many nodes each part has.
  init(_ counts: [Int]) {
    var sum = 0
    ends = counts.map { count in
      sum += count
      return sum
    }
  }

  /// The part of the next node; nodes come in the order of their keys.
  mutating func part(ofNext key: UInt64) -> Int {
    if rank == 0 || key != run.key {
      endRun()
      run = (key, rank)
    }
    rank += 1
    return ends.firstIndex { rank <= $0 }!
  }

  private mutating func endRun() {
    guard let first = ends.firstIndex(where: { run.start < $0 }), ends[first] < rank else { return }
    var start = run.start
    let parts = ends.map { end in
      defer { start = max(start, min(end, rank)) }
      return max(0, min(end, rank) - start)
    }
    found.append((run.key, parts))
  }

  /// Says which values stand on both sides, after the last node.
  ///
  /// - Parameters:
  ///   - column: the column of the order.
  ///   - text: a value by its key.
  /// - Returns: a sentence; `nil` if there are none.
  mutating func note(_ column: String, _ text: (UInt64) -> String) -> String? {
    endRun()
    guard !found.isEmpty else { return nil }
    let groups = found.map { key, parts in
      let shares = zip(SplitPart.allCases, parts).filter { $1 > 0 }.map { "\($1) in \($0.key)" }
      let all = shares.dropLast().joined(separator: ", ") + " and \(shares[shares.count - 1])"
      return "of \(parts.reduce(0, +)) with \(text(key)), \(all)"
    }
    return "--split-by \(column.shellWord): a limit between parts divides labelled nodes of one value, in the order of "
      + "their rows: " + groups.joined(separator: "; ")
  }
}
