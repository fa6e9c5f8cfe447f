import GasBase

/// A small graph in plain arrays, and the plainest possible way to make a store of it: the oracle of everything that
/// reads or writes stores.
public struct TinyGraph: Sendable {
  /// The names that the user gives the nodes.
  public enum Ids: Sendable {
    case sequential
    case integers([Int64])
    case names([String])
  }

  /// The number of nodes.
  public var nodeCount: Int
  /// Directed entries: `source` stands in the list of `target`. Undirected graphs list both directions.
  public var edges: [(source: Int, target: Int)]
  /// A weight for each edge, or none.
  public var weights: [Float]?
  /// Row-major, edges × edgeFeatureWidth; none if that is 0.
  public var edgeFeatures: [Float] = []
  /// The number of features of an edge.
  public var edgeFeatureWidth = 0
  /// Row-major, nodeCount × featureWidth.
  public var features: [Float]
  /// The number of features of a node.
  public var featureWidth: Int
  /// The class of each node; −1 for none.
  public var labels: [Int32]
  /// The number of classes.
  public var classCount: Int
  /// Row-major, nodeCount × classCount of 0 and 1, 255 for a missing one; takes the place of `labels` where it is
  /// given.
  public var multiLabels: [UInt8]?
  /// Row-major, nodeCount × classCount real values, NaN for a missing one; takes the place of both where it is given.
  public var values: [Float]?
  /// The weight of each node in the loss, or none.
  public var sampleWeights: [Float]?
  /// Row-major, nodeCount × splitCount: 0 none, 1 train, 2 validation, 3 test.
  public var splits: [UInt8]
  /// The number of splits.
  public var splitCount = 1
  /// Partition of each node; partitions are numbered from 0 without gaps.
  public var partition: [Int]
  /// Whether edges have a direction.
  public var directed = false
  /// Whether the store keeps features as a sparse matrix.
  public var isSparse = false
  /// The ids that the store keeps.
  public var ids = Ids.sequential

  /// Makes a graph without edge features, with sequential ids and one split.
  public init(
    nodeCount: Int, edges: [(source: Int, target: Int)], weights: [Float]? = nil, features: [Float], featureWidth: Int,
    labels: [Int32], classCount: Int, splits: [UInt8], partition: [Int], directed: Bool = false, isSparse: Bool = false
  ) {
    self.nodeCount = nodeCount
    self.edges = edges
    self.weights = weights
    self.features = features
    self.featureWidth = featureWidth
    self.labels = labels
    self.classCount = classCount
    self.splits = splits
    self.partition = partition
    self.directed = directed
    self.isSparse = isSparse
  }

  /// A seeded random graph: nodes of a class are joined more often and have similar features.
  public static func random(
    nodes: Int, degree: Int = 4, features: Int = 8, classes: Int = 3, partitions: Int = 4, seed: UInt64 = 1,
    directed: Bool = false, selfLoops: Int = 0, weighted: Bool = false, sparse: Bool = false
  ) -> TinyGraph {
    var random = SeededRandom(seed: seed)
    let labels = (0..<nodes).map { _ in Int32(random.below(classes)) }
    var known = Set<[Int]>()
    for _ in 0..<nodes * degree / 2 {
      let u = random.below(nodes)
      var v = random.below(nodes)
      for _ in 0..<4 where labels[u] != labels[v] { v = random.below(nodes) }
      guard u != v else { continue }
      known.insert([u, v])
      if !directed { known.insert([v, u]) }
    }
    for _ in 0..<selfLoops {
      let u = random.below(nodes)
      known.insert([u, u])
    }
    let edges = known.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.map { (source: $0[0], target: $0[1]) }
    var values = [Float]()
    for node in 0..<nodes {
      for column in 0..<features {
        let mean = column % classes == Int(labels[node]) ? 1.0 : 0.0
        let value = Float(mean + random.uniform() - 0.5)
        values.append(sparse && random.uniform() < 0.6 ? 0 : value)
      }
    }
    var order = Array(0..<nodes)
    random.shuffle(&order)
    var partition = [Int](repeating: 0, count: nodes)
    for (place, node) in order.enumerated() { partition[node] = place % partitions }
    let weights = edges.map { 0.5 + Float(min($0.source, $0.target) * 7 % 5) / 4 }
    return TinyGraph(
      nodeCount: nodes, edges: edges, weights: weighted ? weights : nil, features: values, featureWidth: features,
      labels: labels, classCount: classes, splits: (0..<nodes).map { UInt8(1 + $0 % 3) }, partition: partition,
      directed: directed, isSparse: sparse)
  }

  /// The same graph with features for its edges: seeded, and the same in both directions of an undirected edge.
  public func withEdgeFeatures(width: Int) -> TinyGraph {
    var graph = self
    graph.edgeFeatureWidth = width
    graph.edgeFeatures = edges.flatMap { edge in
      let ends = directed ? (edge.source, edge.target) : (min(edge.source, edge.target), max(edge.source, edge.target))
      var random = SeededRandom(seed: UInt64(ends.0), stream: UInt64(ends.1))
      return (0..<width).map { _ in Float(random.uniform()) - 0.25 }
    }
    return graph
  }

  /// The features of an edge.
  public func edgeFeatureRow(_ edge: Int) -> [Float] {
    Array(edgeFeatures[edge * edgeFeatureWidth..<(edge + 1) * edgeFeatureWidth])
  }

  /// The node of each row of the store: by partition, then by number.
  public var rows: [Int] {
    (0..<nodeCount).sorted { (partition[$0], $0) < (partition[$1], $1) }
  }
}
