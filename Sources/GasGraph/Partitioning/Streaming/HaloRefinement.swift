import GasBase
import GasFiles

/// Moves single nodes to partitions of their neighbours where that saves halo rows and cut edges.
///
/// The sum of halo rows and cut edges is made smaller: rows are what a batch pulls, but most single moves leave their
/// number as it is, and cut edges show the way. `MoveSearch` finds for a node what each of its moves would save, from
/// what is kept of its neighbours (`Neighbourhood`). That is computed anew whenever the pass reaches a node; in
/// between, moves add to it but do not take away. The first pass begins with nothing known: neighbours that it has not
/// reached yet count as rows that a move frees in one partition and adds in the other, so that cut edges decide.
struct HaloRefinement {
  private let graph: Graph
  private let partitions: FlatArray<UInt32>
  private let neighbourhoods: Neighbourhoods
  private let loads: PartitionLoads
  /// A search for each thread.
  private let searches: [MoveSearch]
  /// The neighbourhoods of the nodes of the current round, until they are published.
  private let found = Neighbourhoods(words: FlatArray(repeating: 0, count: 2 * NodeRounds.nodesPerRound))
  /// What a move may cost for a node that leaves a partition which holds too much.
  private var price = 0

  private static let passCount = 6
  /// How many neighbours of a node are prefetched; the rest of a longer list is not worth it so early.
  private static let neighboursPrepared = 64
  /// Added to the number of the wished partition: the node has to leave its own, which holds too much.
  private static let mustLeave: UInt32 = 1 << 30

  /// Moves nodes in passes until few move.
  ///
  /// - Parameters:
  ///   - graph: without directions.
  ///   - partitions: the partition of each node, which is changed. Nodes that have `UInt32.max` have no neighbours, and
  ///     keep it.
  ///   - limits: what a partition may hold.
  ///   - rounds: visits the nodes.
  ///   - space: where arrays are kept.
  /// - Throws: `GasError` if the disk has no space for them.
  static func run(
    _ graph: Graph, _ partitions: FlatArray<UInt32>, _ limits: PartitionLimits, _ rounds: NodeRounds,
    _ space: Workspace
  ) throws {
    var refinement = try HaloRefinement(graph, partitions, limits, space)
    for number in 0..<passCount {
      // The price rises from pass to pass.
      refinement.price = 2 * number
      let moved = rounds.pass("moving nodes, pass \(number + 1) of at most \(passCount)", refinement)
      if moved < graph.nodeCount / 200 && !refinement.loads.anyIsOver { return }
    }
    refinement.price = MoveSearch.anyPrice
    if refinement.loads.anyIsOver { _ = rounds.pass("balancing partitions", refinement) }
  }

  private init(
    _ graph: Graph, _ partitions: FlatArray<UInt32>, _ limits: PartitionLimits, _ space: Workspace
  ) throws {
    self.graph = graph
    self.partitions = partitions
    let neighbourhoods = Neighbourhoods(words: try space.randomAccessZeros(count: 2 * graph.nodeCount))
    for node in 0..<graph.nodeCount { neighbourhoods[node] = Neighbourhood(in: partitions[node]) }
    let loads = PartitionLoads(graph, partitions, limits)
    self.neighbourhoods = neighbourhoods
    self.loads = loads
    searches = (0..<space.parallel.threadCount).map { _ in
      MoveSearch(graph, neighbourhoods, loads, partitionCount: limits.count)
    }
  }
}

extension HaloRefinement: NodeMover {
  func wish(of node: Int, worker: Int) -> UInt32 {
    guard partitions[node] != .max else { return NodeRounds.stay }
    let search = searches[worker]
    defer { search.clear() }
    found[node % NodeRounds.nodesPerRound] = search.survey(node)
    let mustLeave = loads.isOver(partitions[node])
    guard let target = search.target(of: node, mustLeave ? price : nil) else { return NodeRounds.stay }
    return mustLeave ? target | Self.mustLeave : target
  }

  func publish(_ node: Int) {
    guard partitions[node] != .max else { return }
    neighbourhoods[node] = found[node % NodeRounds.nodesPerRound]
  }

  func prepare(_ node: Int, for wish: UInt32) {
    for neighbour in graph.neighbours[graph.entries(of: node)].prefix(Self.neighboursPrepared) {
      neighbourhoods.prefetch(Int(neighbour))
    }
  }

  func move(_ node: Int, to wish: UInt32) -> Bool {
    let own = partitions[node]
    let target = wish & ~Self.mustLeave
    let degree = graph.degree(node)
    if wish != target && !loads.isOver(own) { return false }
    let nodesOnly = wish != target && price == MoveSearch.anyPrice && loads.hasTooManyNodes(own)
    guard loads.hasRoom(target, degree, nodesOnly: nodesOnly) else { return false }
    loads.move(degree, from: own, to: target)
    partitions[node] = target
    neighbourhoods[node] = neighbourhoods[node].moved(to: target)
    let bit = Neighbourhood.bit(target)
    for neighbour in graph.neighbours[graph.entries(of: node)] where neighbour != UInt32(node) {
      neighbourhoods[Int(neighbour)].insert(bit)
    }
    return true
  }
}
