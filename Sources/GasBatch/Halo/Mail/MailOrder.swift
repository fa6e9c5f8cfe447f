/// The order in which partitions' rows come by mail to a window.
struct MailOrder {
  /// Who sends a partition's rows, first ones first.
  enum Sender: Int, CaseIterable, Comparable {
    /// The pass before, which pushes them.
    case before
    /// Nobody but the columns that they are in: neither this pass nor the one before pushes them before they are read.
    case column
    /// Earlier windows of this pass, which push them.
    case own

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  }

  struct Rank: Comparable {
    let sender: Sender
    let number: Int

    static func < (a: Self, b: Self) -> Bool { (a.sender, a.number) < (b.sender, b.number) }
  }

  /// In the pass before and in this one: how many partitions are pushed before each; `nil` where it is not pushed.
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

  /// - Parameter pushed: how many partitions this pass has pushed when the window begins.
  func rank(of partition: Int, pushed: Int) -> Rank {
    if let number = own[partition], number < pushed { return Rank(sender: .own, number: number) }
    if let number = before[partition] { return Rank(sender: .before, number: number) }
    return Rank(sender: .column, number: partition)
  }

  func isPushed(_ partition: Int) -> Bool { own[partition] != nil }

  func isPushed(_ partition: Int, in window: Range<Int>) -> Bool { own[partition].map(window.contains) ?? false }
}
