import GasGraph

/// Edges of an input file, with their places in it for messages.
package struct EdgeBatch: Sendable {
  /// The places of edges in their file.
  enum Places: Sendable {
    /// The line of each edge.
    case lines([Int])
    /// The number of the first edge; the others follow.
    case edges(from: Int)
  }

  var file: String
  /// The edges, between the file's ids.
  package var edges = EdgeChunk<Int64>()
  var places: Places
  /// How many nodes the file says there are: then its ids are below that number. It is the same in all batches of a
  /// file.
  package var nodeCount: Int?
  /// Whether sources and targets are numbered separately, so that the same id is one node as a source and another as a
  /// target.
  var areSidesApart = false
}
