import GasBase
import GasFiles

/// Finds the best partition for a node, by the halo rows and cut edges that each move would save.
///
/// If node v leaves partition p, the halo row of each neighbour elsewhere that has no other neighbour in p is saved; if
/// it joins q, a halo row is added for each neighbour elsewhere that had none in q. And v itself becomes a halo row of
/// p if it has neighbours there, but is no longer one of q. Has scratch memory for one thread: not thread-safe.
final class MoveSearch {
  private let graph: Graph
  private let neighbourhoods: Neighbourhoods
  private let loads: PartitionLoads
  /// How many neighbours the current node has in each partition, and the partitions that have any.
  private let counts: FlatArray<UInt32>
  private let present: FlatArray<UInt32>
  private var presentCount = 0
  private let candidates = FlatArray<UInt32>(repeating: 0, count: MoveSearch.candidateCount)
  private let bits = FlatArray<UInt64>(repeating: 0, count: MoveSearch.candidateCount)
  private let additions = FlatArray<Int>(repeating: 0, count: MoveSearch.candidateCount)

  private static let candidateCount = 4
  /// The price of a move that must be made, even if the target then has too many entries.
  static let anyPrice = Int.max

  init(_ graph: Graph, _ neighbourhoods: Neighbourhoods, _ loads: PartitionLoads, partitionCount: Int) {
    self.graph = graph
    self.neighbourhoods = neighbourhoods
    self.loads = loads
    counts = FlatArray(repeating: 0, count: partitionCount)
    present = FlatArray(repeating: 0, count: partitionCount)
  }

  /// Counts the neighbours of a node in each partition; the counts stay until `clear`.
  ///
  /// - Parameter node: the node.
  /// - Returns: its neighbourhood as it is now.
  @inline(__always)
  func survey(_ node: Int) -> Neighbourhood {
    for entry in graph.entries(of: node) {
      graph.lookAhead(from: entry) { neighbourhoods.prefetch($0) }
      let neighbour = Int(graph.neighbours[entry])
      guard neighbour != node else { continue }
      let partition = neighbourhoods[neighbour].partition
      if counts[Int(partition)] == 0 {
        present[presentCount] = partition
        presentCount += 1
      }
      counts[Int(partition)] += 1
    }
    var found = Neighbourhood(in: neighbourhoods[node].partition)
    for index in 0..<presentCount {
      let bit = Neighbourhood.bit(present[index])
      found.insert(bit)
      if counts[Int(present[index])] > 1 { found.insert(bit) }
    }
    return found
  }

  @inline(__always)
  func clear() {
    for index in 0..<presentCount { counts[Int(present[index])] = 0 }
    presentCount = 0
  }

  /// Finds the best partition for the node that was surveyed.
  ///
  /// - Parameters:
  ///   - node: the node.
  ///   - price: what the move may cost at most, for a node that must leave; `nil` for a node that moves only if that
  ///     saves something.
  /// - Returns: another partition, or `nil` to stay.
  func target(of node: Int, _ price: Int?) -> UInt32? {
    let own = neighbourhoods[node].partition
    if price == nil && !canSave(node, own) { return nil }
    let count = chooseCandidates(node, own, price)
    guard count > 0 else { return nil }
    let freed = weigh(node, own, count)
    let ownCount = Int(counts[Int(own)])
    var best: UInt32?
    var lowest = price ?? -1
    for index in 0..<count {
      let candidate = candidates[index]
      let candidateCount = Int(counts[Int(candidate)])
      let rows = additions[index] - freed + (ownCount > 0 ? 1 : 0) - (candidateCount > 0 ? 1 : 0)
      let cost = rows + ownCount - candidateCount
      guard cost < lowest || (cost == lowest && best == nil) else { continue }
      (best, lowest) = (candidate, cost)
    }
    return best
  }

  /// Whether any move could save something: at best the node frees a row with each neighbour elsewhere and adds none.
  /// This settles most nodes without a look at their neighbours' sets.
  @inline(__always)
  private func canSave(_ node: Int, _ own: UInt32) -> Bool {
    var (elsewhere, most) = (0, 0)
    for index in 0..<presentCount where present[index] != own {
      let count = Int(counts[Int(present[index])])
      elsewhere += count
      most = max(most, count)
    }
    let ownCount = Int(counts[Int(own)])
    return most > 0 && ownCount - most - elsewhere + (ownCount > 0 ? 1 : 0) - 1 < 0
  }

  /// Chooses the partitions with most neighbours that are not full, most neighbours first; if the node must leave, also
  /// the least full one.
  @inline(__always)
  private func chooseCandidates(_ node: Int, _ own: UInt32, _ price: Int?) -> Int {
    // As a last resort, only the limit on nodes counts.
    let nodesOnly = price == Self.anyPrice && loads.hasTooManyNodes(own)
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
    guard price != nil && count < Self.candidateCount else { return count }
    let lightest = loads.lightest(nodesOnly: nodesOnly)
    guard lightest != own && counts[Int(lightest)] == 0 && loads.hasRoom(lightest, degree, nodesOnly: nodesOnly) else {
      return count
    }
    candidates[count] = lightest
    return count + 1
  }

  /// Counts the halo rows of neighbours that are added to each candidate (`additions`) if the node joins it.
  ///
  /// - Parameters:
  ///   - node: the node.
  ///   - own: its partition.
  ///   - count: how many candidates there are.
  /// - Returns: how many halo rows of neighbours its own partition is rid of.
  @inline(__always)
  private func weigh(_ node: Int, _ own: UInt32, _ count: Int) -> Int {
    var freed = 0
    let ownBit = Neighbourhood.bit(own)
    for index in 0..<count { (additions[index], bits[index]) = (0, Neighbourhood.bit(candidates[index])) }
    for entry in graph.entries(of: node) {
      let neighbour = Int(graph.neighbours[entry])
      guard neighbour != node else { continue }
      let neighbourhood = neighbourhoods[neighbour]
      let partition = neighbourhood.partition
      if partition != own && !neighbourhood.hasTwo(ownBit) { freed += 1 }
      for index in 0..<count where partition != candidates[index] && !neighbourhood.hasNeighbour(bits[index]) {
        additions[index] += 1
      }
    }
    return freed
  }
}
