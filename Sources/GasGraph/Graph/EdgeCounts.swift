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
