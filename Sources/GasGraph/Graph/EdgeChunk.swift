/// Some edges, in the order of the input. `ID` is the type that names a node: the user's id, or a node number.
package struct EdgeChunk<ID: FixedWidthInteger & Sendable>: Sendable {
  package var sources: [ID]
  package var targets: [ID]
  /// A weight for each edge, or none at all.
  package var weights: [Float]

  package init(sources: [ID] = [], targets: [ID] = [], weights: [Float] = []) {
    self.sources = sources
    self.targets = targets
    self.weights = weights
  }

  package var count: Int { sources.count }
}
