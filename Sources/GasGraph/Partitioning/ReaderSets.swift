import GasBase
import GasFiles

/// Which partitions read each row: those whose halo holds it, since a list of theirs names it.
struct ReaderSets {
  let code: ReaderCode
  /// One set for each row, coded by `code`.
  let sets: FlatArray<UInt128>

  private let graph: Graph
  private let partitions: FlatArray<UInt32>
  private let rows: FlatArray<UInt32>

  private static let nodesPerPiece = 256

  /// Makes one pass over the lists of a graph. In an undirected graph a node's own list names its readers, and all
  /// threads work; in a directed graph they are found through the lists of others.
  init(
    of graph: Graph, _ partitioning: Partitioning, rows: FlatArray<UInt32>, in space: Workspace,
    _ progress: ProgressDisplay
  ) throws {
    self.graph = graph
    self.rows = rows
    partitions = partitioning.partitions
    code = ReaderCode(partitionCount: partitioning.count)
    sets = try space.zeros(count: graph.nodeCount)
    // For each thread, the node whose set a partition was last put into; the largest number is no node.
    let latest = (0..<space.parallel.threadCount).map { _ in
      FlatArray(repeating: UInt32.max, count: partitioning.count)
    }
    let line = progress.line("finding readers", total: graph.entryCount, unit: "entries")
    graph.forEachBlock { nodes in
      if graph.isDirected {
        for node in nodes { addReader(node) }
      } else {
        space.parallel.forEachRange(of: nodes, chunk: Self.nodesPerPiece) { nodes, worker in
          for node in nodes { collectReaders(node, latest[worker]) }
        }
      }
      line?.advance(by: graph.starts[nodes.upperBound] - graph.starts[nodes.lowerBound])
    }
    line?.finish()
  }

  /// Makes the set of a node whose list names its readers.
  @inline(__always)
  private func collectReaders(_ node: Int, _ latest: FlatArray<UInt32>) {
    let own = partitions[node]
    var set = ReaderCode.empty
    for entry in graph.entries(of: node) {
      graph.lookAhead(from: entry) { partitions.prefetch($0) }
      let reader = partitions[Int(graph.neighbours[entry])]
      guard reader != own && latest[Int(reader)] != UInt32(node) else { continue }
      latest[Int(reader)] = UInt32(node)
      set = code.inserting(reader, into: set)
    }
    sets[Int(rows[node])] = set
  }

  /// Adds a node's partition to the sets of all nodes that its list names.
  @inline(__always)
  private func addReader(_ node: Int) {
    let reader = partitions[node]
    for entry in graph.entries(of: node) {
      graph.lookAhead(from: entry) { neighbour in
        partitions.prefetch(neighbour)
        rows.prefetch(neighbour)
      }
      let neighbour = Int(graph.neighbours[entry])
      guard partitions[neighbour] != reader else { continue }
      let row = Int(rows[neighbour])
      sets[row] = code.inserting(reader, into: sets[row])
    }
  }
}

/// Sorts the rows of a partition that have readers by `ReaderCode.key`, and puts those without behind them; where sets
/// are equal, nodes keep their order. Memory is that of the largest partition. Not thread-safe.
struct BorderSorter {
  private let readers: ReaderSets
  private let places = Buffer<UInt32>()
  private let nodes = Buffer<UInt32>()

  init(_ readers: ReaderSets) {
    self.readers = readers
  }

  func sort(_ range: Range<Int>, of order: NodeOrder) {
    let sets = readers.sets[range]
    let code = readers.code
    let places = places.resized(to: range.count)
    let borderCount = split(sets, into: places)
    // Offsets in the partition are distinct, so the result does not depend on the sort.
    var border = UnsafeMutableBufferPointer(rebasing: places[..<borderCount])
    border.sort { a, b in
      let (first, second) = (sets[Int(a)], sets[Int(b)])
      return first != second ? code.key(first) < code.key(second) : a < b
    }
    let before = nodes.resized(to: range.count)
    _ = before.update(fromContentsOf: order.nodes[range])
    for (place, old) in places.enumerated() {
      let node = before[Int(old)]
      order.nodes[range.lowerBound + place] = node
      order.rows[Int(node)] = UInt32(range.lowerBound + place)
    }
    readers.sets.release(range)
    order.nodes.release(range)
  }

  /// Writes the places of the sets that are not empty, then of the others; both ascending. Returns how many are not
  /// empty.
  private func split(_ sets: UnsafeMutableBufferPointer<UInt128>, into places: UnsafeMutableBufferPointer<UInt32>)
    -> Int
  {
    let borderCount = sets.count { $0 != ReaderCode.empty }
    var (border, inner) = (0, borderCount)
    for (place, set) in sets.enumerated() {
      if set != ReaderCode.empty {
        places[border] = UInt32(place)
        border += 1
      } else {
        places[inner] = UInt32(place)
        inner += 1
      }
    }
    return borderCount
  }
}
