import GasBase

/// Nodes gathered into clusters by what most of their neighbours belong to, with a limit on a cluster's nodes and entries.
///
/// U. N. Raghavan, R. Albert, S. Kumara, *Near linear time algorithm to detect community structures in large-scale networks*, Phys.
/// Rev. E 76 (2007). A neighbour u counts 1/√deg(u): a hub says little of where a node belongs.
struct LabelPropagation {
  struct Clusters {
    /// The cluster of each node, `UInt32.max` for nodes without neighbours.
    let numbers: FlatArray<UInt32>
    let count: Int
  }

  private let graph: Graph
  private let numbers: FlatArray<UInt32>
  /// Of each cluster.
  private let sizes: FlatArray<UInt32>
  private let entries: FlatArray<UInt32>
  private let weights: FlatArray<UInt8>
  private let largestSize: Int
  private let largestEntries: Int
  /// One for each thread.
  private let tallies: [NeighbourTally]
  /// What breaks ties in the pass at hand.
  private var salt: UInt32

  private static let passCount = 4
  /// METIS should have so many clusters in a partition, …
  private static let clustersPerPartition = 16
  /// … clusters of at least this many nodes where there are enough, and so many entries for each cluster.
  private static let smallestLimit = 32
  private static let entriesPerCluster = 48
  /// Nodes with longer lists stay alone: their neighbours are everywhere, and to count them all takes memory.
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
    return propagation.numbered()
  }

  private init(
    _ graph: Graph, _ limits: PartitionLimits, _ coarseEntries: Int, _ seed: UInt64, _ space: Workspace
  ) throws {
    let nodeCount = graph.nodeCount
    self.graph = graph
    salt = 0
    tallies = (0..<space.parallel.threadCount).map { _ in NeighbourTally() }
    numbers = try space.randomAccessZeros(count: nodeCount)
    sizes = try space.randomAccessZeros(count: nodeCount)
    entries = try space.randomAccessZeros(count: nodeCount)
    weights = try space.randomAccessZeros(count: nodeCount)
    let wanted = max(Self.smallestLimit, Self.entriesPerCluster * nodeCount / coarseEntries)
    largestSize = max(1, min(wanted, nodeCount / (Self.clustersPerPartition * limits.count)))
    largestEntries = min(max(1, limits.entries / Self.clustersPerPartition), Int(UInt32.max))
    for node in 0..<nodeCount {
      let degree = graph.degree(node)
      numbers[node] = UInt32(node)
      sizes[node] = 1
      entries[node] = UInt32(degree)
      weights[node] = UInt8(max(1, 255 / Double(max(1, degree)).squareRoot()))
    }
  }

  /// A list that is longer than a cluster's may be fits nowhere else.
  private func canMove(_ node: Int) -> Bool { graph.degree(node) <= min(largestEntries, Self.longestList) }

  /// The weights of a node's neighbours, by their clusters. The tally has to be cleared afterwards.
  @inline(__always)
  private func count(_ node: Int, _ tally: NeighbourTally) {
    tally.prepare(graph.degree(node))
    for entry in graph.entries(of: node) {
      graph.lookAhead(from: entry) { neighbour in
        numbers.prefetch(neighbour)
        weights.prefetch(neighbour)
      }
      let neighbour = Int(graph.neighbours[entry])
      if neighbour != node { tally.add(numbers[neighbour], UInt32(weights[neighbour])) }
    }
  }

  @inline(__always)
  private func hasRoom(_ cluster: UInt32, for node: Int) -> Bool {
    Int(sizes[Int(cluster)]) < largestSize && Int(entries[Int(cluster)]) + graph.degree(node) <= largestEntries
  }

  private func put(_ node: Int, into cluster: UInt32) {
    let own = Int(numbers[node])
    let degree = UInt32(graph.degree(node))
    sizes[own] -= 1
    entries[own] -= degree
    sizes[Int(cluster)] += 1
    entries[Int(cluster)] += degree
    numbers[node] = cluster
  }

  /// Joins nodes that are still alone and would all like the same cluster, which is full: the leaves of a hub, say.
  private func joinSingles(_ space: Workspace) throws {
    let tally = tallies[0]
    // For each cluster one more than the cluster of those that were turned away, 0 for none.
    let turnedAway: FlatArray<UInt32> = try space.randomAccessZeros(count: graph.nodeCount)
    graph.forEachBlock { nodes in
      for node in nodes where sizes[Int(numbers[node])] == 1 && canMove(node) && !graph.isIsolated(node) {
        count(node, tally)
        var wish = tally[0]
        for index in 1..<tally.count where tally[index].sum > wish.sum { wish = tally[index] }
        tally.clear()
        let others = turnedAway[Int(wish.key)]
        if others > 0 && sizes[Int(others - 1)] > 0 && others - 1 != numbers[node] && hasRoom(others - 1, for: node) {
          put(node, into: others - 1)
        } else {
          turnedAway[Int(wish.key)] = numbers[node] + 1
        }
      }
    }
  }

  /// Clusters numbered in the order of their first nodes.
  private func numbered() -> Clusters {
    // The sizes are not needed any more.
    let numberOf = sizes
    for cluster in 0..<numberOf.count { numberOf[cluster] = .max }
    var count: UInt32 = 0
    for node in 0..<graph.nodeCount {
      if graph.isIsolated(node) {
        numbers[node] = .max
        continue
      }
      let cluster = Int(numbers[node])
      if numberOf[cluster] == .max {
        numberOf[cluster] = count
        count += 1
      }
      numbers[node] = numberOf[cluster]
    }
    return Clusters(numbers: numbers, count: Int(count))
  }
}

extension LabelPropagation: NodeMover {
  /// The cluster that most of its neighbours are in, among those with room.
  func wish(of node: Int, worker: Int) -> UInt32 {
    guard canMove(node) else { return NodeRounds.stay }
    let tally = tallies[worker]
    count(node, tally)
    defer { tally.clear() }
    let own = numbers[node]
    var best = own
    var most = tally.sum(of: own)
    // A node on its own goes anywhere; others stay where it is as good. Ties are broken by chance.
    var rank: UInt32 = sizes[Int(own)] == 1 ? .max : 0
    for index in 0..<tally.count {
      let (cluster, sum) = tally[index]
      guard sum >= most && cluster != own && hasRoom(cluster, for: node) else { continue }
      let draw = (cluster ^ salt) &* 0x9e37_79b1
      guard sum > most || draw < rank else { continue }
      (best, most, rank) = (cluster, sum, draw)
    }
    return best == own ? NodeRounds.stay : best
  }

  func prepare(_ node: Int, for wish: UInt32) {
    for cluster in [numbers[node], wish] {
      sizes.prefetch(Int(cluster))
      entries.prefetch(Int(cluster))
    }
  }

  func move(_ node: Int, to wish: UInt32) -> Bool {
    guard hasRoom(wish, for: node) else { return false }
    put(node, into: wish)
    return true
  }
}
