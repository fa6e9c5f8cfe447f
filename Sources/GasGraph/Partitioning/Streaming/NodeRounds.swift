import GasBase
import GasFiles

/// Decides which nodes go from one group to another because of where their neighbours are.
protocol NodeMover {
  /// The best group for a node, `NodeRounds.stay` if it is in it already. Called on several threads at the same time,
  /// while nothing changes; `worker` tells them apart.
  func wish(of node: Int, worker: Int) -> UInt32

  /// Shows other nodes what `wish` has found out about this one. Called on one thread at a time, as all that follow.
  func publish(_ node: Int)

  /// Prefetches what `move` will change, some nodes before their turn comes.
  func prepare(_ node: Int, for wish: UInt32)

  /// Moves a node as it wished. Returns false if that cannot be done any more.
  func move(_ node: Int, to wish: UInt32) -> Bool
}

extension NodeMover {
  func publish(_ node: Int) {}
  func prepare(_ node: Int, for wish: UInt32) {}
}

/// Moves all nodes of a graph one after another, as a plain loop would, though most of the work is done on several
/// threads.
///
/// In each round some thousand nodes are asked for their wishes, on all threads, while nothing changes; then one thread
/// grants the wishes in the order of the nodes. A node is asked again when its turn comes if a neighbour has moved
/// since, or if its wish cannot be granted any more. Rounds do not depend on the number of threads, so neither does the
/// result.
final class NodeRounds {
  static let stay = UInt32.max
  static let nodesPerRound = 1 << 13
  private static let nodesPerPiece = 64
  /// About as many nodes as are processed during one access to memory.
  private static let nodesAhead = 4

  private let graph: Graph
  private let parallel: Parallel
  private let progress: ProgressDisplay
  /// The wishes of the nodes of the current round.
  private let wishes = FlatArray<UInt32>(repeating: NodeRounds.stay, count: nodesPerRound)
  private let isStale = FlatArray<Bool>(repeating: false, count: nodesPerRound)

  init(_ graph: Graph, _ parallel: Parallel, _ progress: ProgressDisplay) {
    self.graph = graph
    self.parallel = parallel
    self.progress = progress
  }

  /// Lets every node move once. Returns how many did.
  func pass(_ title: String, _ mover: some NodeMover) -> Int {
    let line = progress.line(title, total: graph.entryCount, unit: "entries")
    var moved = 0
    graph.forEachBlock { nodes in
      for round in nodes.chunks(ofCount: Self.nodesPerRound) {
        ask(round, mover)
        for node in round {
          prepare(min(node + Self.nodesAhead, round.upperBound - 1), in: round, mover)
          moved += grant(node, in: round, mover) ? 1 : 0
        }
      }
      line?.advance(by: graph.starts[nodes.upperBound] - graph.starts[nodes.lowerBound])
    }
    line?.finish()
    return moved
  }

  private func ask(_ round: Range<Int>, _ mover: some NodeMover) {
    parallel.forEachRange(of: round, chunk: Self.nodesPerPiece) { nodes, worker in
      for node in nodes { wishes[node - round.lowerBound] = mover.wish(of: node, worker: worker) }
    }
    for node in round { mover.publish(node) }
  }

  @inline(__always)
  private func prepare(_ node: Int, in round: Range<Int>, _ mover: some NodeMover) {
    let wish = wishes[node - round.lowerBound]
    if wish != Self.stay { mover.prepare(node, for: wish) }
  }

  @inline(__always)
  private func grant(_ node: Int, in round: Range<Int>, _ mover: some NodeMover) -> Bool {
    let place = node - round.lowerBound
    if isStale[place] {
      isStale[place] = false
      wishes[place] = askAgain(node, mover)
    }
    guard wishes[place] != Self.stay else { return false }
    if !mover.move(node, to: wishes[place]) {
      let wish = askAgain(node, mover)
      guard wish != Self.stay && mover.move(node, to: wish) else { return false }
    }
    markNeighbours(of: node, until: round.upperBound, from: round.lowerBound)
    return true
  }

  private func askAgain(_ node: Int, _ mover: some NodeMover) -> UInt32 {
    defer { mover.publish(node) }
    return mover.wish(of: node, worker: 0)
  }

  /// Marks neighbours whose turn is still to come in the round.
  private func markNeighbours(of node: Int, until last: Int, from first: Int) {
    let entries = graph.entries(of: node)
    var entry = graph.firstEntry(of: entries, from: UInt32(node + 1))
    while entry < entries.upperBound && graph.neighbours[entry] < last {
      isStale[Int(graph.neighbours[entry]) - first] = true
      entry += 1
    }
  }
}
