import GasBase
import GasFiles

/// Some edges, in the order of the input. `ID` is the type that names a node: the user's id, or a node number.
package struct EdgeChunk<ID: FixedWidthInteger & Sendable>: Sendable {
  /// The source of each edge.
  package var sources: [ID]
  /// The target of each edge.
  package var targets: [ID]
  /// A weight for each edge, or none at all.
  package var weights: [Float]

  /// Groups some edges; without weights by default.
  package init(sources: [ID] = [], targets: [ID] = [], weights: [Float] = []) {
    self.sources = sources
    self.targets = targets
    self.weights = weights
  }

  /// The number of edges.
  package var count: Int { sources.count }
}

/// Edges in the order of the input, set aside in a scratch file. `ID` is the type that names a node, as in `EdgeChunk`.
///
/// Disk: two ids an edge, and 4 bytes for its weight. Memory: one chunk. Not thread-safe.
package final class EdgeLog<ID: FixedWidthInteger & BitwiseCopyable & Sendable> {
  /// Whether edges have weights.
  package let isWeighted: Bool
  /// The number of edges.
  package private(set) var count = 0
  private let file: ScratchFile
  private var chunkCounts: [Int] = []

  /// Makes an empty log.
  ///
  /// - Parameters:
  ///   - space: where the file is.
  ///   - isWeighted: whether edges have weights.
  /// - Throws: `GasError` if the file cannot be made.
  package init(in space: Workspace, isWeighted: Bool) throws {
    self.isWeighted = isWeighted
    file = try ScratchFile(creating: space.scratch.newPath())
  }

  /// Appends edges; each has a weight if the log is weighted.
  ///
  /// - Parameter chunk: some edges.
  /// - Throws: `GasError` if the disk fails.
  package func append(_ chunk: EdgeChunk<ID>) throws {
    precondition(!isWeighted || chunk.weights.count == chunk.count, "each edge of a weighted log has a weight")
    guard chunk.count > 0 else { return }
    try chunk.sources.withUnsafeBytes { _ = try file.append($0) }
    try chunk.targets.withUnsafeBytes { _ = try file.append($0) }
    if isWeighted { try chunk.weights.withUnsafeBytes { _ = try file.append($0) } }
    chunkCounts.append(chunk.count)
    count += chunk.count
  }

  /// Calls `body` with all edges, chunk by chunk as they were appended.
  ///
  /// - Parameter body: gets a chunk.
  /// - Throws: `GasError` if the disk fails; what `body` throws.
  package func forEachChunk(_ body: (EdgeChunk<ID>) throws -> Void) throws {
    var offset = 0
    for count in chunkCounts {
      var chunk = EdgeChunk<ID>()
      chunk.sources = try read(count, at: &offset)
      chunk.targets = try read(count, at: &offset)
      if isWeighted { chunk.weights = try read(count, at: &offset) }
      try body(chunk)
    }
  }

  private func read<T: BitwiseCopyable>(_ count: Int, at offset: inout Int) throws -> [T] {
    let byteCount = count * MemoryLayout<T>.stride
    defer { offset += byteCount }
    return try [T](unsafeUninitializedCapacity: count) { target, filled in
      try file.read(
        at: offset,
        into: UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(target.baseAddress!), count: byteCount))
      filled = count
    }
  }
}

/// What became of the edges of the input.
public struct EdgeCounts: Codable, Equatable, Sendable {
  /// Edges in the input files.
  public var read = 0
  /// Edges of the finished graph: an undirected edge counts once, as does a self-loop.
  public var kept = 0
  /// Edges that occurred before in the input. Without `--directed`, `v u` repeats `u v`.
  public var duplicates = 0
  /// Edges that occurred with different weights, which `DuplicatePolicy` has merged.
  public var conflicting = 0
  /// Self-loops in the input, repeated ones included.
  public var selfLoopsRead = 0
  /// Self-loops of the input that were left out.
  public var selfLoopsDropped = 0
  /// Self-loops that were added to nodes without one.
  public var selfLoopsAdded = 0
  /// Entries of all adjacency lists.
  public var entries = 0
  /// Entries that join a node to itself.
  public var selfLoops = 0
  /// Nodes whose list is empty or holds the node alone.
  public var isolatedNodes = 0

  /// Starts with zeros.
  public init() {}
}
