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
  /// How many halo rows of neighbours the current node's partition would be rid of without it.
  private var freed = 0
  private let candidates = FlatArray<UInt32>(repeating: 0, count: MoveSearch.candidateCount)
  private let additions = FlatArray<Int>(repeating: 0, count: MoveSearch.candidateCount)

  private static let candidateCount = 4
  /// The price of a move that must be made, even if the target then has too many entries.
  static let anyPrice = Int.max

  init(_ graph: Graph, _ neighbourhoods: Neighbourhoods, _ loads: PartitionLoads, partitionCount: Int) {
    self.graph = graph
    self.neighbourhoods = neighbourhoods
    self.loads = loads
    counts = FlatArray(repeating: 0, count: partitionCount)
    // A place more than there are partitions, since each neighbour's is written to the next place, new or not.
    present = FlatArray(repeating: 0, count: partitionCount + 1)
  }

  /// Counts the neighbours of a node in each partition; the counts stay until `clear`.
  ///
  /// - Parameter node: the node.
  /// - Returns: its neighbourhood as it is now.
  @inline(__always)
  func survey(_ node: Int) -> Neighbourhood {
    let (counts, present) = (self.counts, self.present)
    let own = neighbourhoods[node].partition
    let ownBit = Neighbourhood.bit(own)
    var (presentCount, freed) = (0, 0)
    for entry in graph.entries(of: node) {
      graph.lookAhead(from: entry) { neighbourhoods.prefetch($0) }
      let neighbour = Int(graph.neighbours[entry])
      guard neighbour != node else { continue }
      let neighbourhood = neighbourhoods[neighbour]
      let partition = neighbourhood.partition
      let count = counts[Int(partition)]
      present[presentCount] = partition
      presentCount &+= count == 0 ? 1 : 0
      counts[Int(partition)] = count &+ 1
      freed &+= (partition == own ? 0 : 1) & (neighbourhood.hasTwo(ownBit) ? 0 : 1)
    }
    self.presentCount = presentCount
    self.freed = freed
    var found = Neighbourhood(in: own)
    for index in 0..<presentCount { found.insert(Neighbourhood.bit(present[index]), counts[Int(present[index])]) }
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
    let ownCount = Int(counts[Int(own)])
    // What a move costs at least: no neighbour's row is added, and the node's own in the new partition is saved.
    let least = ownCount - freed + (ownCount > 0 ? 1 : 0)
    let fewest = price == nil ? UInt32(max(1, least)) : 0
    let count = chooseCandidates(node, own, price, fewest: fewest)
    guard count > 0 else { return nil }
    weigh(node, count)
    var best: UInt32?
    var lowest = price ?? -1
    for index in 0..<count {
      let candidate = candidates[index]
      let candidateCount = Int(counts[Int(candidate)])
      let cost = least + additions[index] - candidateCount - (candidateCount > 0 ? 1 : 0)
      guard cost < lowest || (cost == lowest && best == nil) else { continue }
      (best, lowest) = (candidate, cost)
    }
    return best
  }

  /// Chooses the partitions with most neighbours that are not full, most neighbours first; if the node must leave, also
  /// the least full one.
  ///
  /// - Parameters:
  ///   - node: the node.
  ///   - own: its partition.
  ///   - price: as `target` takes it.
  ///   - fewest: how many neighbours a partition needs at least, since otherwise the move would save nothing.
  /// - Returns: how many `candidates` there are.
  @inline(__always)
  private func chooseCandidates(_ node: Int, _ own: UInt32, _ price: Int?, fewest: UInt32) -> Int {
    // As a last resort, only the limit on nodes counts.
    let nodesOnly = price == Self.anyPrice && loads.hasTooManyNodes(own)
    let degree = graph.degree(node)
    var count = 0
    for index in 0..<presentCount {
      let partition = present[index]
      guard counts[Int(partition)] >= fewest && partition != own else { continue }
      guard loads.hasRoom(partition, degree, nodesOnly: nodesOnly) else { continue }
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
  ///   - count: how many candidates there are.
  @inline(__always)
  private func weigh(_ node: Int, _ count: Int) {
    for index in 0..<count {
      let candidate = candidates[index]
      let bit = Neighbourhood.bit(candidate)
      var added = 0
      for entry in graph.entries(of: node) {
        let neighbour = Int(graph.neighbours[entry])
        let neighbourhood = neighbourhoods[neighbour]
        added &+=
          (neighbourhood.partition == candidate ? 0 : 1) & (neighbourhood.hasNeighbour(bit) ? 0 : 1)
          & (neighbour == node ? 0 : 1)
      }
      additions[index] = added
    }
  }
}
