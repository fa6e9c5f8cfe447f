/// What to do with edges that join a node to itself.
public enum SelfLoopPolicy: String, CaseIterable, Codable, Sendable {
  /// As they are in the input.
  case keep
  case drop
  /// Every node gets one, of weight 1 where the input has none.
  case add
}

/// Place of an edge in the input; `EdgeNumber.none` for a self-loop that was added.
typealias EdgeNumber = UInt32

extension EdgeNumber {
  static let none = EdgeNumber.max
}

/// Turns edges in any order into in-neighbour lists: two stable counting sorts, by neighbour and then by row, leave every list
/// ascending with repeated edges side by side, the first of the input in front.
///
/// Time O(E + N). Memory besides the edges: 4 bytes an entry for each of the two sorts, 4 more with weights and 4 more with
/// origins, and 16 bytes a node.
struct GraphBuilder {
  let nodeCount: Int
  let isDirected: Bool
  let selfLoops: SelfLoopPolicy
  /// Whether the graph is to tell which edge of the input each entry came from.
  var keepsOrigins = false

  /// Entries grouped by one of their ends.
  private struct Grouped {
    /// Where each group ends (its start is the end of the one before).
    var ends: FlatArray<Int>
    var others: FlatArray<UInt32>
    var weights: FlatArray<Float>?
    var origins: FlatArray<EdgeNumber>?

    func range(_ group: Int) -> Range<Int> { (group == 0 ? 0 : ends[group - 1])..<ends[group] }
  }

  /// - Parameter edges: given up chunk by chunk as it is read.
  func build(_ edges: inout EdgeList, _ counts: inout EdgeCounts) -> Graph {
    let byNeighbour = groupByNeighbour(&edges, &counts)
    var byRow = groupByRow(byNeighbour)
    return removeDuplicates(&byRow, &counts)
  }

  /// Calls `body` with row and neighbour of each adjacency entry of an edge.
  @inline(__always)
  private func forEachEntry(_ source: UInt32, _ target: UInt32, _ body: (_ row: UInt32, _ neighbour: UInt32) -> Void) {
    guard source != target else {
      if selfLoops != .drop { body(source, source) }
      return
    }
    body(target, source)
    if !isDirected { body(source, target) }
  }

  private func groupByNeighbour(_ edges: inout EdgeList, _ counts: inout EdgeCounts) -> Grouped {
    let places = FlatArray<Int>(repeating: selfLoops == .add ? 1 : 0, count: nodeCount)
    for chunk in edges.chunks {
      counts.read += chunk.count
      for index in 0..<chunk.count {
        let (source, target) = (chunk.sources[index], chunk.targets[index])
        if source == target { counts.selfLoopsRead += 1 }
        forEachEntry(source, target) { _, neighbour in places[Int(neighbour)] += 1 }
      }
    }
    let count = places.accumulate()
    let others = FlatArray<UInt32>(repeating: 0, count: count)
    let grouped = Grouped(
      ends: places, others: others, weights: edges.isWeighted ? FlatArray(repeating: 1, count: count) : nil,
      origins: keepsOrigins ? FlatArray(repeating: .none, count: count) : nil)
    var first = 0
    for index in edges.chunks.indices {
      scatter(edges.chunks[index], from: first, to: grouped)
      first += edges.chunks[index].count
      edges.chunks[index] = EdgeChunk()
    }
    // Behind those of the input, so that an input loop keeps its weight.
    if selfLoops == .add {
      for node in 0..<nodeCount {
        others[places[node]] = UInt32(node)
        places[node] += 1
      }
    }
    return grouped
  }

  /// - Parameter first: place of the chunk's first edge in the input.
  private func scatter(_ chunk: EdgeChunk<UInt32>, from first: Int, to grouped: Grouped) {
    let places = grouped.ends
    for index in 0..<chunk.count {
      forEachEntry(chunk.sources[index], chunk.targets[index]) { row, neighbour in
        let place = places[Int(neighbour)]
        places[Int(neighbour)] = place + 1
        grouped.others[place] = row
        if let weights = grouped.weights { weights[place] = chunk.weights[index] }
        if let origins = grouped.origins { origins[place] = EdgeNumber(first + index) }
      }
    }
  }

  private func groupByRow(_ byNeighbour: Grouped) -> Grouped {
    let places = FlatArray<Int>(repeating: 0, count: nodeCount)
    for entry in 0..<byNeighbour.others.count { places[Int(byNeighbour.others[entry])] += 1 }
    let count = places.accumulate()
    let others = FlatArray<UInt32>(repeating: 0, count: count)
    let weights = byNeighbour.weights.map { _ in FlatArray<Float>(repeating: 0, count: count) }
    let origins = byNeighbour.origins.map { _ in FlatArray<EdgeNumber>(repeating: .none, count: count) }
    for neighbour in 0..<nodeCount {
      for entry in byNeighbour.range(neighbour) {
        let row = Int(byNeighbour.others[entry])
        let place = places[row]
        places[row] = place + 1
        others[place] = UInt32(neighbour)
        if let weights { weights[place] = byNeighbour.weights![entry] }
        if let origins { origins[place] = byNeighbour.origins![entry] }
      }
    }
    return Grouped(ends: places, others: others, weights: weights, origins: origins)
  }

  /// Keeps the first of equal entries, moving lists together in place.
  private func removeDuplicates(_ lists: inout Grouped, _ counts: inout EdgeCounts) -> Graph {
    let starts = FlatArray<Int>(repeating: 0, count: nodeCount + 1)
    var loops = LoopCounts(addedToEach: selfLoops == .add ? 1 : 0)
    var kept = 0
    for row in 0..<nodeCount {
      starts[row] = kept
      var ownLoops = 0
      for entry in lists.range(row) {
        let neighbour = lists.others[entry]
        if neighbour == UInt32(row) { ownLoops += 1 }
        if kept > starts[row] && lists.others[kept - 1] == neighbour { continue }
        lists.others[kept] = neighbour
        if let weights = lists.weights { weights[kept] = weights[entry] }
        if let origins = lists.origins { origins[kept] = origins[entry] }
        kept += 1
      }
      loops.add(ownLoops)
      if kept - starts[row] == min(1, ownLoops) { counts.isolatedNodes += 1 }
    }
    starts[nodeCount] = kept
    let entriesPerEdge = isDirected ? 1 : 2
    let removed = lists.others.count - kept
    counts.entries = kept
    counts.selfLoops = loops.kept
    counts.kept = loops.kept + (kept - loops.kept) / entriesPerEdge
    counts.duplicates = (removed - loops.removed) / entriesPerEdge + loops.repeated
    counts.selfLoopsDropped = selfLoops == .drop ? counts.selfLoopsRead : 0
    counts.selfLoopsAdded = selfLoops == .add ? nodeCount - loops.inputNodes : 0
    return Graph(
      starts: starts, neighbours: lists.others, weights: lists.weights, origins: lists.origins, isDirected: isDirected)
  }
}

/// Tells self-loops of the input from those that were added.
private struct LoopCounts {
  let addedToEach: Int
  /// Nodes with a loop.
  private(set) var kept = 0
  /// Entries that repeated one.
  private(set) var removed = 0
  /// Nodes with a loop in the input, and how many more the input gave them.
  private(set) var inputNodes = 0
  private(set) var repeated = 0

  init(addedToEach: Int) {
    self.addedToEach = addedToEach
  }

  /// - Parameter count: loops of one node.
  mutating func add(_ count: Int) {
    kept += min(1, count)
    removed += max(0, count - 1)
    inputNodes += min(1, count - addedToEach)
    repeated += max(0, count - addedToEach - 1)
  }
}
