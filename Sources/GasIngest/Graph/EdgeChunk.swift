/// Some edges, in the order of the input. `ID` is what names a node: the user's id, or a node number.
struct EdgeChunk<ID: FixedWidthInteger & Sendable>: Sendable {
  var sources: [ID] = []
  var targets: [ID] = []
  /// One for each edge, or none at all.
  var weights: [Float] = []

  var count: Int { sources.count }
}
