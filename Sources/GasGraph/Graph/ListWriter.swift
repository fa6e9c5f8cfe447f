import GasFiles

/// Writes lists from entries that come in ascending order of row and neighbour. Equal entries become one: the first,
/// with the weight that `DuplicatePolicy` says.
///
/// It writes front to back and gives memory back behind itself; what the arrays hold stays in their scratch files.
final class ListWriter<Record: EntryRecord> {
  private let key: EntryKey
  private let starts: FlatArray<Int>
  private let neighbours: FlatArray<UInt32>
  private let weights: FlatArray<Float>?
  private let origins: FlatArray<EdgeNumber>?
  private var loops: LoopCounts
  private let addsLoops: Bool
  /// The weights of the current entry and its repetitions. A loop that was added is the last of its run and not a
  /// repetition.
  private var run: WeightRun
  private var pendingWeight: Float?
  /// Entries, and loops among them, that came with different weights.
  private(set) var conflicts = (entries: 0, loops: 0)
  /// The first entry whose weights add up to more than a float can hold.
  private(set) var overflow: (row: Int, neighbour: Int)?
  /// The current row, where its list starts, and how many entries of the input join it to itself.
  private var row = 0
  private var rowStart = 0
  private var ownLoops = 0
  private var last: UInt64?
  private var kept = 0
  private var released = 0
  private(set) var readCount = 0
  private(set) var isolatedCount = 0

  private static var entriesPerRelease: Int { 1 << 22 }

  /// Takes space for the lists.
  ///
  /// - Parameters:
  ///   - key: unpacks row and neighbour.
  ///   - nodeCount: how many rows there are.
  ///   - capacity: how many entries will come at most.
  ///   - weighted: whether entries have weights.
  ///   - keepsOrigins: whether the graph tells which edge each entry came from.
  ///   - addsLoops: whether a loop of each node was added behind those of the input.
  ///   - duplicates: what becomes of the weights of equal entries.
  ///   - space: where the lists are kept.
  /// - Throws: `GasError` if the disk has no space for them.
  init(
    _ key: EntryKey, nodeCount: Int, capacity: Int, weighted: Bool, keepsOrigins: Bool, addsLoops: Bool,
    duplicates: DuplicatePolicy = .first, in space: Workspace
  ) throws {
    self.key = key
    starts = try space.zeros(count: nodeCount + 1)
    neighbours = try space.zeros(count: capacity)
    weights = weighted ? try space.zeros(count: capacity) : nil
    origins = keepsOrigins ? try space.zeros(count: capacity) : nil
    loops = LoopCounts(addedToEach: addsLoops ? 1 : 0)
    self.addsLoops = addsLoops
    run = WeightRun(duplicates)
  }

  func append(_ records: UnsafeBufferPointer<Record>) {
    readCount += records.count
    for record in records {
      let node = key.row(record.key)
      while row < node { endRow() }
      let neighbour = key.neighbour(record.key)
      if Int(neighbour) == node { ownLoops += 1 }
      guard record.key != last else {
        if weights != nil { repeatWeight(record.weight) }
        continue
      }
      endEntry()
      last = record.key
      neighbours[kept] = neighbour
      if let weights {
        weights[kept] = record.weight
        run.start(record.weight)
      }
      if let origins { origins[kept] = record.origin }
      kept += 1
    }
    if kept - released >= Self.entriesPerRelease { release() }
  }

  private func repeatWeight(_ weight: Float) {
    if let pendingWeight { run.add(pendingWeight) }
    pendingWeight = weight
  }

  /// Gives the current entry its weight, once all of its repetitions are known.
  private func endEntry() {
    guard let pendingWeight, let weights, let last else { return }
    self.pendingWeight = nil
    let (row, neighbour) = (key.row(last), Int(key.neighbour(last)))
    if !(addsLoops && row == neighbour) { run.add(pendingWeight) }
    if run.isConflicting { conflicts.entries += 1 }
    if run.isConflicting && row == neighbour { conflicts.loops += 1 }
    weights[kept - 1] = run.weight
    if !run.weight.isFinite && overflow == nil { overflow = (row, neighbour) }
  }

  private func endRow() {
    loops.add(ownLoops)
    if kept - rowStart == min(1, ownLoops) { isolatedCount += 1 }
    row += 1
    starts[row] = kept
    rowStart = kept
    ownLoops = 0
  }

  private func release() {
    neighbours.release(released..<kept)
    weights?.release(released..<kept)
    origins?.release(released..<kept)
    released = kept
  }

  /// Ends the last row.
  ///
  /// - Parameter isDirected: whether edges have directions.
  /// - Returns: the graph, and what became of its self-loops.
  func finish(isDirected: Bool) -> (graph: Graph, loops: LoopCounts) {
    endEntry()
    while row < starts.count - 1 { endRow() }
    release()
    let graph = Graph(
      starts: starts, neighbours: neighbours, weights: weights, origins: origins, isDirected: isDirected)
    return (graph, loops)
  }
}

/// Counts self-loops of the input and those that were added.
package struct LoopCounts {
  let addedToEach: Int
  /// Nodes with a loop.
  private(set) var kept = 0
  /// Entries that repeated a loop.
  private(set) var removed = 0
  /// Nodes with a loop in the input, and how many more loops the input had for them.
  private(set) var inputNodes = 0
  private(set) var repeated = 0

  init(addedToEach: Int) {
    self.addedToEach = addedToEach
  }

  /// Counts the loops of one node.
  mutating func add(_ count: Int) {
    kept += min(1, count)
    removed += max(0, count - 1)
    inputNodes += min(1, count - addedToEach)
    repeated += max(0, count - addedToEach - 1)
  }
}
