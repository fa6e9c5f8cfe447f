/// The form of the adjacency that a model's stages get.
public enum GraphForm: Sendable {
  /// The edges as stored; values only if the graph is weighted.
  case plain
  /// Every node is its own neighbour too; a missing self-loop is added.
  case selfLoops
  /// The values of GCN: a_vu = w_vu / √(d_v d_u) over edges and self-loops (a missing one is added with weight 1; d_v:
  /// sum of the weights of v's incoming edges and its self-loop).
  case symmetric
  /// The model looks at each node by itself: no edges, no halo.
  case nodesOnly
}

/// How the stages of a model get the weights of a weighted graph's edges.
public enum EdgeWeightUse: Sendable {
  /// As the adjacency's values, normalised where the form says so.
  case values
  /// As the last column of `StageContext.edgeFeatures`; a self-loop that the form added has the mean of its row's
  /// weights there, and 0 in a row without entries. The adjacency is as that of an unweighted graph.
  case feature
  /// Not at all: the adjacency is as that of an unweighted graph.
  case none
}
