import TestSupport

/// The graphs of `Fixtures/stores`: between them they have every kind of column. Written out by hand, so that
/// nothing that changes elsewhere changes them.
enum FixtureGraphs {
  /// Undirected, weighted, with self-loops and an isolated node; sparse features, one label each, ids of text; 3
  /// partitions.
  static let names: TinyGraph = {
    let pairs: [(Int, Int, Float)] = [
      (0, 1, 0.5), (0, 2, 1), (1, 2, 2), (2, 3, 0.25), (3, 4, 1.5), (4, 5, 1), (5, 0, 4), (6, 6, 3), (3, 3, 0.5),
    ]
    var edges: [(source: Int, target: Int)] = []
    var weights: [Float] = []
    for (u, v, weight) in pairs {
      edges.append((u, v))
      weights.append(weight)
      guard u != v else { continue }
      edges.append((v, u))
      weights.append(weight)
    }
    var graph = TinyGraph(
      nodeCount: 8, edges: edges, weights: weights,
      features: [
        1, 0, 0, 0, 0, 0.5,
        0, 0, 2, 0, 0, 0,
        0, 0, 0, 0, 0, 0,
        -1, 3, 0, 0, 0, 0,
        0, 0, 0, 0.25, 0.75, 0,
        0, 1, 0, 1, 0, 1,
        0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 8, 0,
      ],
      featureWidth: 6, labels: [0, 1, 2, -1, 0, 1, 2, 1], classCount: 3, splits: [1, 1, 2, 0, 3, 1, 2, 3],
      partition: [0, 0, 1, 1, 2, 2, 1, 0], isSparse: true)
    graph.ids = .names(["ant", "bee", "cat", "dög", "eel", "fox", "gnu", "hen"])
    return graph
  }()

  /// Directed, unweighted; dense features, several labels each, two splits, integer ids; 2 partitions.
  static let integers: TinyGraph = {
    var graph = TinyGraph(
      nodeCount: 6,
      edges: [(0, 1), (1, 2), (2, 0), (3, 0), (0, 3), (4, 5), (5, 4), (2, 5), (5, 5)],
      features: [
        0, 0.5, -1,
        1, 1.5, 2,
        -0.25, 0, 3,
        65504, -65504, 0.125,
        4, 5, 6,
        7, 8, 9,
      ],
      featureWidth: 3, labels: [], classCount: 4, splits: [1, 1, 2, 3, 3, 0, 1, 2, 0, 1, 2, 3],
      partition: [0, 1, 0, 1, 1, 0],
      directed: true)
    graph.multiLabels = [
      1, 0, 0, 1,
      0, 0, 0, 0,
      0, 1, 0, 0,
      1, 1, 1, 1,
      0, 0, 1, 0,
      0, 0, 0, 1,
    ]
    graph.splitCount = 2
    graph.ids = .integers([100, -5, 7, 1 << 40, 42, 0])
    return graph
  }()

  /// Directed; two real values each, of which some are missing, and sample weights; 2 partitions.
  static let prices: TinyGraph = {
    var graph = TinyGraph(
      nodeCount: 5, edges: [(0, 1), (1, 2), (3, 2), (4, 0), (2, 4)], features: [0, 1, 2, 3, 4], featureWidth: 1,
      labels: [], classCount: 2, splits: [1, 2, 3, 0, 1], partition: [0, 1, 0, 1, 1], directed: true)
    graph.values = [
      1.5, -3,
      .nan, 1e6,
      .nan, .nan,
      0, 0.25,
      -1e-3, .nan,
    ]
    graph.sampleWeights = [1, 0, 2.5, 0.125, 3]
    return graph
  }()

  /// Undirected; several labels each, of which some are missing; 2 partitions.
  static let assays: TinyGraph = {
    var graph = TinyGraph(
      nodeCount: 4, edges: [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2)], features: [4, 3, 2, 1], featureWidth: 1,
      labels: [], classCount: 3, splits: [1, 2, 3, 0], partition: [0, 1, 0, 1])
    graph.multiLabels = [
      1, 0, 255,
      255, 255, 255,
      0, 0, 0,
      255, 1, 1,
    ]
    return graph
  }()

  /// Undirected with a self-loop; edge features, the first of them the same everywhere; dense features, sequential ids;
  /// 2 partitions.
  static let bonds: TinyGraph = {
    let pairs: [(Int, Int, [Float])] = [
      (0, 1, [1, 0, 0.5]), (1, 2, [1, 2, -1.5]), (2, 3, [1, 0, 0.25]), (3, 4, [1, 3, 4]), (4, 0, [1, 1, -8]),
      (2, 2, [1, 5, 0]),
    ]
    var graph = TinyGraph(
      nodeCount: 5, edges: [], features: [0, 1, 2, 3, 4], featureWidth: 1, labels: [0, 1, 0, -1, 1], classCount: 2,
      splits: [1, 2, 3, 0, 1], partition: [0, 1, 0, 1, 1])
    graph.edgeFeatureWidth = 3
    for (u, v, features) in pairs {
      for edge in Set([[u, v], [v, u]]).sorted(by: { $0[0] < $1[0] }) {
        graph.edges.append((edge[0], edge[1]))
        graph.edgeFeatures += features
      }
    }
    return graph
  }()
}
