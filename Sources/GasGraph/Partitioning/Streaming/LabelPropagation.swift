import GasBase
import GasFiles

/// Gathers nodes into clusters: a node joins the cluster of most of its neighbours, with a limit on a cluster's nodes
/// and entries.
///
/// U. N. Raghavan, R. Albert, S. Kumara, *Near linear time algorithm to detect community structures in large-scale
/// networks*, Phys. Rev. E 76 (2007). A neighbour u counts 1/√deg(u): a hub says little about where a node belongs.
struct LabelPropagation {
  struct Clusters {
    /// The cluster of each node, `UInt32.max` for nodes without neighbours.
    let numbers: FlatArray<UInt32>
    let count: Int
  }

  private let graph: Graph
  /// The cluster of each node, and above it how much the node counts. They are in one number, so that one access to
  /// memory finds both.
  private let members: FlatArray<UInt64>
  /// How many nodes each cluster has, and above that how many entries.
  private let loads: FlatArray<UInt64>
  private let largestSize: Int
  private let largestEntries: Int
  /// A tally for each thread.
  private let tallies: [NeighbourTally]
  /// Breaks ties in the current pass.
  private var salt: UInt32

  /// About as many nodes as are looked at during one access to memory.
  private static let nodesAhead = 16
  /// How many of the best clusters a node asks for room.
  private static let candidateCount = 8
  private static let passCount = 3
  /// How many clusters METIS should have in a partition.
  private static let clustersPerPartition = 16
  /// The smallest limit on a cluster's nodes, unless that would leave too few clusters.
  private static let smallestLimit = 32
  /// How many entries of the coarse graph a cluster is expected to take.
  private static let entriesPerCluster = 48
  /// Nodes with longer lists stay alone: their neighbours are everywhere, and counting them all takes memory.
  private static let longestList = 1 << 20

  static func run(
    _ graph: Graph, _ limits: PartitionLimits, coarseEntries: Int, seed: UInt64, _ rounds: NodeRounds,
    _ space: Workspace
  ) throws -> Clusters {
    var propagation = try LabelPropagation(graph, limits, coarseEntries, seed, space)
    for number in 0..<passCount {
      propagation.salt = UInt32(truncatingIfNeeded: seed) &+ UInt32(number) &* 0x85eb_ca6b
      let moved = rounds.pass("clustering nodes, pass \(number + 1) of at most \(passCount)", propagation)
      if moved * 200 < graph.nodeCount { break }
    }
    try propagation.joinSingles(space)
    return try propagation.numbered(space)
  }

  private init(
    _ graph: Graph, _ limits: PartitionLimits, _ coarseEntries: Int, _ seed: UInt64, _ space: Workspace
  ) throws {
    let nodeCount = graph.nodeCount
    self.graph = graph
    salt = 0
    tallies = (0..<space.parallel.threadCount).map { _ in NeighbourTally() }
    members = try space.randomAccessZeros(count: nodeCount)
    loads = try space.randomAccessZeros(count: nodeCount)
    let wanted = max(Self.smallestLimit, Self.entriesPerCluster * nodeCount / coarseEntries)
    largestSize = max(1, min(wanted, nodeCount / (Self.clustersPerPartition * limits.count)))
    largestEntries = min(max(1, limits.entries / Self.clustersPerPartition), Int(UInt32.max))
    for node in 0..<nodeCount {
      let degree = graph.degree(node)
      let weight = UInt64(max(1, 255 / Double(max(1, degree)).squareRoot()))
      members[node] = weight << 32 | UInt64(node)
      loads[node] = UInt64(degree) << 32 | 1
    }
  }

  /// Whether a node may join a cluster. A list longer than a cluster's limit fits nowhere else.
  private func canMove(_ node: Int) -> Bool { graph.degree(node) <= min(largestEntries, Self.longestList) }

  /// Sums the weights of a node's neighbours by their clusters. The tally has to be cleared afterwards.
  @inline(__always)
  private func count(_ node: Int, _ tally: NeighbourTally) {
    tally.fill(graph.entries(of: node)) { entry in
      graph.lookAhead(from: entry) { members.prefetch($0) }
      let neighbour = Int(graph.neighbours[entry])
      return neighbour == node ? 0 : members[neighbour]
    }
  }

  @inline(__always)
  private func cluster(of node: Int) -> UInt32 { UInt32(truncatingIfNeeded: members[node]) }

  @inline(__always)
  private func size(of cluster: UInt32) -> Int { Int(loads[Int(cluster)] & 0xffff_ffff) }

  @inline(__always)
  private func hasRoom(_ cluster: UInt32, for node: Int) -> Bool {
    let load = loads[Int(cluster)]
    return Int(load & 0xffff_ffff) < largestSize && Int(load >> 32) + graph.degree(node) <= largestEntries
  }

  private func put(_ node: Int, into cluster: UInt32) {
    let load = UInt64(graph.degree(node)) << 32 | 1
    loads[Int(self.cluster(of: node))] -= load
    loads[Int(cluster)] += load
    members[node] = members[node] & ~0xffff_ffff | UInt64(cluster)
  }

  /// Joins nodes that are still alone and would all join the same cluster, which is full: the leaves of a hub, say.
  private func joinSingles(_ space: Workspace) throws {
    let tally = tallies[0]
    // For each cluster, 1 + the cluster of the nodes that found it full; 0 for none.
    let turnedAway: FlatArray<UInt32> = try space.randomAccessZeros(count: graph.nodeCount)
    graph.forEachBlock { nodes in
      for node in nodes {
        loads.prefetch(Int(cluster(of: min(node + Self.nodesAhead, members.count - 1))))
        guard size(of: cluster(of: node)) == 1 && canMove(node) && !graph.isIsolated(node) else { continue }
        count(node, tally)
        let wish = Int(best(of: tally, below: .max)!.cluster)
        tally.clear()
        let others = turnedAway[wish]
        let own = cluster(of: node)
        if others > 0 && size(of: others - 1) > 0 && others - 1 != own && hasRoom(others - 1, for: node) {
          put(node, into: others - 1)
        } else {
          turnedAway[wish] = own + 1
        }
      }
    }
  }

  /// Numbers clusters in the order of their first nodes.
  private func numbered(_ space: Workspace) throws -> Clusters {
    let numbers: FlatArray<UInt32> = try space.randomAccessZeros(count: graph.nodeCount)
    // The loads are not needed any more.
    let numberOf = loads
    for cluster in 0..<numberOf.count { numberOf[cluster] = .max }
    var count: UInt64 = 0
    for node in 0..<graph.nodeCount {
      if graph.isIsolated(node) {
        numbers[node] = .max
        continue
      }
      numberOf.prefetch(Int(cluster(of: min(node + Self.nodesAhead, members.count - 1))))
      let cluster = Int(cluster(of: node))
      if numberOf[cluster] == .max {
        numberOf[cluster] = count
        count += 1
      }
      numbers[node] = UInt32(numberOf[cluster])
    }
    return Clusters(numbers: numbers, count: Int(count))
  }
}

extension LabelPropagation: NodeMover {
  /// The cluster that most of its neighbours are in, among those that are not full.
  func wish(of node: Int, worker: Int) -> UInt32 {
    guard canMove(node) else { return NodeRounds.stay }
    let tally = tallies[worker]
    let own = cluster(of: node)
    loads.prefetch(Int(own))
    count(node, tally)
    defer { tally.clear() }
    // A node on its own goes anywhere; others stay where that is as good.
    let least = UInt64(tally.sum(of: own)) + (size(of: own) == 1 ? 0 : 1)
    var limit = UInt64.max
    for _ in 0..<Self.candidateCount {
      guard let (cluster, score) = best(of: tally, below: limit), score >> 32 >= least else { break }
      if cluster != own && hasRoom(cluster, for: node) { return cluster }
      limit = score
    }
    return NodeRounds.stay
  }

  /// The cluster with the highest score below a limit: the sum of the weights and, where sums are equal, a random
  /// number that no two clusters share.
  @inline(__always)
  private func best(of tally: NeighbourTally, below limit: UInt64) -> (cluster: UInt32, score: UInt64)? {
    tally.highest(below: limit) { UInt64($1) << 32 | UInt64(($0 ^ salt) &* 0x9e37_79b1) }
      .map { (cluster: $0.key, score: $0.score) }
  }

  func prepare(_ node: Int, for wish: UInt32) {
    loads.prefetch(Int(cluster(of: node)))
    loads.prefetch(Int(wish))
  }

  func move(_ node: Int, to wish: UInt32) -> Bool {
    guard hasRoom(wish, for: node) else { return false }
    put(node, into: wish)
    return true
  }
}
