import GasBase

/// Moves single nodes to partitions of their neighbours where that saves halo rows and cut edges.
///
/// What is made smaller is halo rows + cut edges: rows are what a batch pulls, but most single moves leave their number as it is, and
/// edges lead on. Node v leaving partition p takes the halo row of each neighbour elsewhere that has no other neighbour in p;
/// joining q it adds one for each neighbour elsewhere that had none in q. Two sets for each node answer that: partitions in which
/// it has a neighbour, and in which it has two. They are kept in 64 bits each, partitions 64 apart sharing one, and made anew
/// whenever the pass comes by; in between, moves add to them but do not take away.
struct HaloRefinement {
  private let graph: Graph
  private let partitions: FlatArray<UInt32>
  /// Two sets for each node: once, twice.
  private let sets: FlatArray<UInt64>
  private var loads: PartitionLoads
  private let limits: PartitionLimits
  /// Of the node at hand: neighbours in each partition, and those that have any.
  private let counts: FlatArray<UInt32>
  private let present: FlatArray<UInt32>
  private var presentCount = 0
  private let candidates = FlatArray<UInt32>(repeating: 0, count: Self.candidateCount)
  private let additions = FlatArray<Int>(repeating: 0, count: Self.candidateCount)

  private static let passCount = 6
  private static let candidateCount = 4

  /// - Parameter partitions: changed; nodes that have `UInt32.max` have no neighbours, and keep it.
  static func run(
    _ graph: Graph, _ partitions: FlatArray<UInt32>, _ limits: PartitionLimits, _ scratch: ScratchFolder
  ) throws {
    var refinement = try HaloRefinement(graph, partitions, limits, scratch)
    for number in 0..<passCount {
      // A partition that holds too much gives nodes away at a price that rises.
      let moved = refinement.pass(price: 2 * number)
      if moved < graph.nodeCount / 1000 && !refinement.loads.anyIsOver { return }
    }
    if refinement.loads.anyIsOver { _ = refinement.pass(price: .max) }
  }

  private init(
    _ graph: Graph, _ partitions: FlatArray<UInt32>, _ limits: PartitionLimits, _ scratch: ScratchFolder
  ) throws {
    self.graph = graph
    self.partitions = partitions
    self.limits = limits
    sets = try scratch.zeros(count: 2 * graph.nodeCount)
    counts = FlatArray(repeating: 0, count: limits.count)
    present = FlatArray(repeating: 0, count: limits.count)
    loads = PartitionLoads(graph, partitions, limits)
    graph.forEachBlock { nodes in
      for node in nodes where partitions[node] != .max {
        survey(node)
        clear()
      }
    }
  }

  @inline(__always)
  private func bit(_ partition: UInt32) -> UInt64 { 1 << UInt64(partition & 63) }

  /// Counts the neighbours of a node in each partition and makes its sets anew.
  @inline(__always)
  private mutating func survey(_ node: Int) {
    var (once, twice): (UInt64, UInt64) = (0, 0)
    for entry in graph.entries(of: node) {
      graph.lookAhead(from: entry) { neighbour in
        partitions.prefetch(neighbour)
        sets.prefetch(2 * neighbour)
      }
      let neighbour = Int(graph.neighbours[entry])
      guard neighbour != node else { continue }
      let partition = partitions[neighbour]
      if counts[Int(partition)] == 0 {
        present[presentCount] = partition
        presentCount += 1
      }
      counts[Int(partition)] += 1
      twice |= once & bit(partition)
      once |= bit(partition)
    }
    sets[2 * node] = once
    sets[2 * node + 1] = twice
  }

  @inline(__always)
  private mutating func clear() {
    for index in 0..<presentCount { counts[Int(present[index])] = 0 }
    presentCount = 0
  }

  /// - Returns: how many nodes have moved.
  private mutating func pass(price: Int) -> Int {
    var moved = 0
    graph.forEachBlock { nodes in
      for node in nodes where partitions[node] != .max {
        survey(node)
        if let target = target(of: node, price) {
          move(node, to: target)
          moved += 1
        }
        clear()
      }
    }
    return moved
  }

  /// Where a node had better be, if not where it is.
  @inline(__always)
  private mutating func target(of node: Int, _ price: Int) -> UInt32? {
    let own = partitions[node]
    let mustLeave = loads.isOver(own)
    if !mustLeave && presentCount == 1 && present[0] == own { return nil }
    let count = chooseCandidates(node, mustLeave, anyPrice: price == .max)
    guard count > 0 else { return nil }
    let freed = weigh(node, count)
    let ownCount = Int(counts[Int(own)])
    var best: UInt32?
    var lowest = mustLeave ? price : -1
    for index in 0..<count {
      let candidate = candidates[index]
      let candidateCount = Int(counts[Int(candidate)])
      // The node itself becomes a halo row of the partition it leaves, if it has neighbours there.
      let rows = additions[index] - freed + (ownCount > 0 ? 1 : 0) - (candidateCount > 0 ? 1 : 0)
      let cost = rows + ownCount - candidateCount
      guard cost < lowest || (cost == lowest && best == nil) else { continue }
      (best, lowest) = (candidate, cost)
    }
    return best
  }

  /// The partitions with most neighbours that have room, most first; that with the most room as well if the node must leave.
  @inline(__always)
  private mutating func chooseCandidates(_ node: Int, _ mustLeave: Bool, anyPrice: Bool) -> Int {
    let own = partitions[node]
    // In the last resort the limit on nodes goes before that on entries.
    let nodesOnly = anyPrice && loads.hasTooManyNodes(own)
    let degree = graph.degree(node)
    var count = 0
    for index in 0..<presentCount {
      let partition = present[index]
      guard partition != own && loads.hasRoom(partition, degree, nodesOnly: nodesOnly) else { continue }
      if count < Self.candidateCount {
        count += 1
      } else if counts[Int(candidates[count - 1])] >= counts[Int(partition)] {
        continue
      }
      var place = count - 1
      while place > 0 && counts[Int(candidates[place - 1])] < counts[Int(partition)] {
        candidates[place] = candidates[place - 1]
        place -= 1
      }
      candidates[place] = partition
    }
    guard mustLeave && count < Self.candidateCount else { return count }
    let lightest = loads.lightest(nodesOnly: nodesOnly)
    guard lightest != own && counts[Int(lightest)] == 0 && loads.hasRoom(lightest, degree, nodesOnly: nodesOnly) else {
      return count
    }
    candidates[count] = lightest
    return count + 1
  }

  /// Halo rows that neighbours cost each candidate (`additions`) if the node joins it.
  ///
  /// - Returns: those of neighbours that its own partition is rid of.
  @inline(__always)
  private func weigh(_ node: Int, _ count: Int) -> Int {
    let own = partitions[node]
    var freed = 0
    for index in 0..<count { additions[index] = 0 }
    for entry in graph.entries(of: node) {
      let neighbour = Int(graph.neighbours[entry])
      guard neighbour != node else { continue }
      let partition = partitions[neighbour]
      let once = sets[2 * neighbour]
      if partition != own && sets[2 * neighbour + 1] & bit(own) == 0 { freed += 1 }
      for index in 0..<count where partition != candidates[index] && once & bit(candidates[index]) == 0 {
        additions[index] += 1
      }
    }
    return freed
  }

  private mutating func move(_ node: Int, to target: UInt32) {
    loads.move(graph.degree(node), from: partitions[node], to: target)
    partitions[node] = target
    for entry in graph.entries(of: node) {
      let neighbour = Int(graph.neighbours[entry])
      guard neighbour != node else { continue }
      sets[2 * neighbour + 1] |= sets[2 * neighbour] & bit(target)
      sets[2 * neighbour] |= bit(target)
    }
  }
}
