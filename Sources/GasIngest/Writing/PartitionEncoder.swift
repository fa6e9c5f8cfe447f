import GasBase
import GasFiles
import GasGraph

/// Codes the neighbours of one partition after the other: as a row of the partition, or as a place in the partition's
/// sorted halo list.
///
/// The nodes of its graph are rows already, so it passes over the graph once, front to back. Memory: a halo, part of a
/// list, and the `HaloIndex`. Not thread-safe.
struct PartitionEncoder {
  private let graph: Graph
  private let index: HaloIndex
  private let memory = Buffer<UInt32>()
  private var own: Range<Int> = 0..<0
  /// The halo rows of the current partition, ascending.
  private(set) var halo: [UInt32] = []

  /// Longer lists are given in parts.
  private static let largestPart = 1 << 16

  init(_ graph: Graph, in space: Workspace) throws {
    self.graph = graph
    index = try HaloIndex(rowCount: graph.nodeCount, in: space)
  }

  /// Collects the halo of the partition that owns some rows, for `forEachPart`.
  mutating func begin(_ own: Range<Int>) {
    index.remove(halo)
    self.own = own
    let bounds = UInt32(own.lowerBound)..<UInt32(own.upperBound)
    for entry in graph.starts[own.lowerBound]..<graph.starts[own.upperBound] {
      let row = graph.neighbours[entry]
      if !bounds.contains(row) { index.insert(row) }
    }
    halo = index.sealed()
  }

  /// Part of a row's list as the store holds it.
  struct Part {
    /// The coded neighbours, ascending within a list.
    let codes: UnsafeBufferPointer<UInt32>
    /// The entries of the graph that were coded.
    let entries: Range<Int>
    /// Whether the codes are rows of the partition.
    let isInner: Bool
  }

  /// Calls `body` with the lists of the partition's rows, in parts that are valid until it returns.
  func forEachPart(_ body: (Part) throws -> Void) throws {
    for row in own {
      let entries = graph.entries(of: row)
      // The partition's own rows come first in a list. On both sides of them, neighbours ascend as their places in the
      // halo do.
      let first = graph.firstEntry(of: entries, from: UInt32(own.lowerBound))
      let last = graph.firstEntry(of: first..<entries.upperBound, from: UInt32(own.upperBound))
      try encode(first..<last, isInner: true, body)
      try encode(entries.lowerBound..<first, isInner: false, body)
      try encode(last..<entries.upperBound, isInner: false, body)
    }
  }

  private func encode(_ entries: Range<Int>, isInner: Bool, _ body: (Part) throws -> Void) throws {
    for part in entries.chunks(ofCount: Self.largestPart) {
      let codes = memory.resized(to: part.count)
      for (place, entry) in part.enumerated() {
        let neighbour = graph.neighbours[entry]
        codes[place] =
          isInner ? neighbour - UInt32(own.lowerBound) : UInt32(own.count) + index.place(of: neighbour)
      }
      try body(Part(codes: UnsafeBufferPointer(codes), entries: part, isInner: isInner))
    }
  }

  /// Gives back the memory of the lists.
  func release() { graph.release(own) }
}
