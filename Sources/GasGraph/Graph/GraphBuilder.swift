import GasBase
import GasFiles

/// What to do with edges that join a node to itself.
public enum SelfLoopPolicy: String, CaseIterable, Codable, Sendable {
  /// Self-loops stay as they are in the input.
  case keep
  case drop
  /// Every node gets a self-loop, of weight 1 where the input has none.
  case add
}

/// The place of an edge in the input; `EdgeNumber.none` for a self-loop that was added.
package typealias EdgeNumber = UInt32

extension EdgeNumber {
  /// Marks an entry that no edge of the input made.
  package static let none = EdgeNumber.max
}

/// Turns edges in any order into in-neighbour lists: entries are sorted by row and neighbour (`ExternalSorter`), which
/// puts repeated edges side by side in the order of the input.
///
/// Time O(E), memory that of the sort, disk 8 bytes an entry (16 with weights or origins) and the lists.
package struct GraphBuilder {
  let nodeCount: Int
  let isDirected: Bool
  let selfLoops: SelfLoopPolicy
  /// Whether the graph tells which edge of the input each entry came from.
  var keepsOrigins = false
  var duplicates = DuplicatePolicy.first
  let space: Workspace
  var progress = ProgressDisplay.none

  /// Groups what is known of the graph and how it is built.
  package init(
    nodeCount: Int, isDirected: Bool, selfLoops: SelfLoopPolicy, keepsOrigins: Bool = false,
    duplicates: DuplicatePolicy = .first, space: Workspace,
    progress: ProgressDisplay = .none
  ) {
    self.nodeCount = nodeCount
    self.isDirected = isDirected
    self.selfLoops = selfLoops
    self.keepsOrigins = keepsOrigins
    self.duplicates = duplicates
    self.space = space
    self.progress = progress
  }

  /// Builds the graph.
  ///
  /// - Parameters:
  ///   - edges: the edges of the input, between numbered nodes.
  ///   - counts: tells what became of them.
  /// - Returns: the graph.
  /// - Throws: `WeightOverflow` if weights add up to too much; `GasError` if the disk fails.
  package func build(_ edges: EdgeLog<UInt32>, _ counts: inout EdgeCounts) throws -> Graph {
    edges.isWeighted || keepsOrigins
      ? try build(edges, &counts, of: LabelledEntry.self) : try build(edges, &counts, of: BareEntry.self)
  }

  private func build<Record: EntryRecord>(
    _ edges: EdgeLog<UInt32>, _ counts: inout EdgeCounts, of type: Record.Type
  ) throws -> Graph {
    let key = EntryKey(nodeCount: nodeCount)
    let sorter = ExternalSorter<Record>(keyBits: key.bits, in: space)
    let line = progress.line("dealing out edges", total: edges.count, unit: "edges")
    try edges.forEachChunk { chunk in
      try append(chunk, from: counts.read, key, to: sorter, &counts)
      counts.read += chunk.count
      line?.advance(by: chunk.count)
    }
    // Added behind those of the input, so that an input loop keeps its weight.
    if selfLoops == .add {
      for node in 0..<UInt32(nodeCount) {
        try sorter.append(Record(key: key.pack(node, node), weight: 1, origin: .none))
      }
    }
    line?.finish()
    let lists = try ListWriter<Record>(
      key, nodeCount: nodeCount, capacity: sorter.count, weighted: edges.isWeighted, keepsOrigins: keepsOrigins,
      addsLoops: selfLoops == .add, duplicates: duplicates, in: space)
    try sorter.write(to: lists, progress)
    let (graph, loops) = lists.finish(isDirected: isDirected)
    if let overflow = lists.overflow { throw WeightOverflow(nodes: (overflow.row, overflow.neighbour)) }
    count(graph, loops, lists.readCount, &counts)
    let conflicts = lists.conflicts
    counts.conflicting = conflicts.loops + (conflicts.entries - conflicts.loops) / (isDirected ? 1 : 2)
    counts.isolatedNodes = lists.isolatedCount
    return graph
  }

  /// Adds the entries of a chunk to the sort.
  ///
  /// - Parameters:
  ///   - chunk: some edges.
  ///   - first: the place of the chunk's first edge in the input.
  ///   - key: packs row and neighbour.
  ///   - sorter: gets the entries.
  ///   - counts: the self-loops of the chunk are added to it.
  /// - Throws: `GasError` if the disk fails.
  private func append<Record: EntryRecord>(
    _ chunk: EdgeChunk<UInt32>, from first: Int, _ key: EntryKey, to sorter: ExternalSorter<Record>,
    _ counts: inout EdgeCounts
  ) throws {
    let pairs = EdgeEntries(chunk, isDirected: isDirected, dropsLoops: selfLoops == .drop, space.parallel)
    counts.selfLoopsRead += pairs.loopCount
    try sorter.append(count: pairs.count) { range, places in
      pairs.forEach(in: range) { place, edge, row, neighbour in
        places[place - range.lowerBound] = Record(
          key: key.pack(row, neighbour), weight: chunk.weights.isEmpty ? 1 : chunk.weights[edge],
          origin: keepsOrigins ? EdgeNumber(first + edge) : .none)
      }
    }
  }

  /// A remark for the user if weights are added up although every edge occurs in both directions.
  package func note(_ edges: EdgeLog<UInt32>) throws -> String? {
    guard duplicates == .sum && !isDirected else { return nil }
    var symmetry = SymmetryCheck()
    try edges.forEachChunk { chunk in
      for (edge, weight) in chunk.weights.enumerated() {
        symmetry.add(UInt64(chunk.sources[edge]), UInt64(chunk.targets[edge]), weight: weight)
      }
    }
    guard symmetry.count > 0 && symmetry.isSymmetric else { return nil }
    return
      "every edge stands in both directions with the same weights, so each sum counts it twice; --directed sums each direction for "
      + "itself"
  }

  private func count(_ graph: Graph, _ loops: LoopCounts, _ readCount: Int, _ counts: inout EdgeCounts) {
    let entriesPerEdge = isDirected ? 1 : 2
    let removed = readCount - graph.entryCount
    counts.entries = graph.entryCount
    counts.selfLoops = loops.kept
    counts.kept = loops.kept + (graph.entryCount - loops.kept) / entriesPerEdge
    counts.duplicates = (removed - loops.removed) / entriesPerEdge + loops.repeated
    counts.selfLoopsDropped = selfLoops == .drop ? counts.selfLoopsRead : 0
    counts.selfLoopsAdded = selfLoops == .add ? nodeCount - loops.inputNodes : 0
  }
}

/// Thrown if the weights of an edge add up to more than a float can hold.
package struct WeightOverflow: Error {
  /// The two nodes of the edge.
  package var nodes: (target: Int, source: Int)
}

extension ExternalSorter where Record: EntryRecord {
  func write(to lists: ListWriter<Record>, _ progress: ProgressDisplay) throws {
    let line = progress.line("sorting entries", total: count, unit: "entries")
    defer { line?.finish() }
    try forEachSorted { records in
      lists.append(records)
      line?.advance(by: records.count)
    }
  }
}
