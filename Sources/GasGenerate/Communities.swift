/// Divides 0 ..< nodeCount into ranges of equal size; if that does not come out even, the first ones have one node
/// more.
struct Communities {
  let nodeCount: Int
  let count: Int
  /// How many nodes each of the last communities has.
  let size: Int
  /// How many communities have one node more.
  let largerCount: Int

  init(nodeCount: Int, count: Int) {
    self.nodeCount = nodeCount
    self.count = count
    (size, largerCount) = nodeCount.quotientAndRemainder(dividingBy: count)
  }

  @inline(__always)
  func start(of community: Int) -> Int { community &* size &+ min(community, largerCount) }

  /// The community of a node.
  @inline(__always)
  func community(of node: Int) -> Int {
    let border = largerCount &* (size &+ 1)
    return node < border ? divide(node, size &+ 1) : largerCount &+ divide(node &- border, size)
  }

  /// Node numbers have 32 bits, and processors divide these faster.
  @inline(__always)
  private func divide(_ node: Int, _ size: Int) -> Int {
    Int(UInt32(truncatingIfNeeded: node) / UInt32(truncatingIfNeeded: size))
  }
}
