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
