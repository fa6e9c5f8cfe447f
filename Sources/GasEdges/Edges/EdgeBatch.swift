import GasGraph

/// Edges as they stand in an input file, with what is needed to say where.
package struct EdgeBatch: Sendable {
  /// Where edges stand in their file.
  enum Places: Sendable {
    /// The line of each edge.
    case lines([Int])
    /// The number of the first edge; the others follow.
    case edges(from: Int)
  }

  var file: String
  package var edges = EdgeChunk<Int64>()
  var places: Places
  /// How many nodes the file says there are: then its ids are below that. The same in all batches of a file.
  package var nodeCount: Int?
  /// Whether sources and targets are numbered apart, so that the same id is one node as a source and another as a target.
  var areSidesApart = false
}
