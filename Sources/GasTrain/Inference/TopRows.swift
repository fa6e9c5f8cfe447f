/// The rows with the greatest values among many: exact, in memory for twice as many as are wanted. Of equal values the
/// earlier row comes first.
struct TopRows {
  private struct Candidate {
    let value: Double
    let row: Int

    func precedes(_ other: Candidate) -> Bool {
      value != other.value ? value > other.value : row < other.row
    }
  }

  private let count: Int
  private var candidates: [Candidate] = []
  /// The last of the best so far, once there are enough.
  private var last: Candidate?

  /// Starts without rows; `count` of them are wanted.
  init(_ count: Int) {
    self.count = count
  }

  /// Looks at a row.
  mutating func add(_ value: Double, row: Int) {
    let candidate = Candidate(value: value, row: row)
    if let last, !candidate.precedes(last) { return }
    candidates.append(candidate)
    // Sorting once in a while costs as little as a heap, and needs none.
    if candidates.count >= 2 * count { cut() }
  }

  /// The best rows, the greatest value first.
  mutating func rows() -> [Int] {
    cut()
    return candidates.map(\.row)
  }

  private mutating func cut() {
    candidates.sort { $0.precedes($1) }
    if candidates.count > count { candidates.removeLast(candidates.count - count) }
    if candidates.count == count { last = candidates.last }
  }
}
