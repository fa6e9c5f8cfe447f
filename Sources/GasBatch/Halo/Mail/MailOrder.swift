/// The order in which partitions' rows come by mail to a window.
struct MailOrder {
  /// Where a partition's rows come from. The rows of the first case come first.
  enum Sender: Int, CaseIterable, Comparable {
    /// The pass before pushes them.
    case before
    /// They are read from their columns: neither this pass nor the one before pushes them before they are read.
    case column
    /// Earlier windows of this pass push them.
    case own

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  /// The place of a partition's rows in the order of the mail.
  struct Rank: Comparable {
    let sender: Sender
    let number: Int

    static func < (a: Self, b: Self) -> Bool { (a.sender, a.number) < (b.sender, b.number) }
  }

  /// For each partition, how many others the pass before pushes before it, and how many this one; `nil` where it is not
  /// pushed.
  private let before: [Int?]
  private let own: [Int?]

  init(before: [Int?], own: [Int?]) {
    (self.before, self.own) = (before, own)
  }

  static func ranks(of groups: [[Int]], partitionCount: Int) -> [Int?] {
    var ranks = [Int?](repeating: nil, count: partitionCount)
    for (rank, partition) in groups.joined().enumerated() { ranks[partition] = rank }
    return ranks
  }

  /// Says where a partition's rows stand among those of a window.
  ///
  /// - Parameters:
  ///   - partition: the partition that owns the rows.
  ///   - pushed: how many partitions this pass has pushed when the window begins.
  /// - Returns: a rank; rows of a smaller one come earlier.
  func rank(of partition: Int, pushed: Int) -> Rank {
    if let number = own[partition], number < pushed { return Rank(sender: .own, number: number) }
    if let number = before[partition] { return Rank(sender: .before, number: number) }
    return Rank(sender: .column, number: partition)
  }

  func isPushed(_ partition: Int) -> Bool { own[partition] != nil }

  func isPushed(_ partition: Int, in window: Range<Int>) -> Bool { own[partition].map(window.contains) ?? false }
}
