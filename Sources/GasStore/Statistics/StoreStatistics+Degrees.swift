import GasBase

extension StoreStatistics {
  /// The distribution of the degrees: adjacency entries of a node, self-loops included.
  public struct Degrees: Codable, Sendable {
    /// How many nodes have a degree from one power of two to the next.
    public struct Octave: Codable, Equatable, Sendable {
      /// The least degree, a power of two; the greatest is one less than twice as much.
      public var from: Int
      /// How many nodes have such a degree.
      public var nodeCount: Int
    }

    /// The smallest degree.
    public var min: Int
    /// The mean degree.
    public var mean: Double
    /// The median degree.
    public var median: Int
    /// The degree that 99 % of the nodes do not exceed.
    public var percentile99: Int
    /// The largest degree.
    public var max: Int
    /// Nodes without any adjacency entry.
    public var isolatedNodeCount: Int
    /// All other nodes, by octaves of their degrees, up to the one of the largest degree.
    public var octaves: [Octave]
  }
}

extension StoreStatistics.Degrees {
  /// Computes exact quantiles from a histogram: small degrees are counted in an array, the few large ones in a
  /// dictionary.
  init(_ store: Store) throws {
    let values = store.column(.degrees).values
    var small = [Int](repeating: 0, count: 1 << 16)
    var large: [Int: Int] = [:]
    for partition in store.partitions.indices {
      for degree in try values.rows(store.partitions.nodes(partition), as: UInt32.self) {
        if Int(degree) < small.count { small[Int(degree)] += 1 } else { large[Int(degree), default: 0] += 1 }
      }
      values.release()
    }
    let degrees = Quantiles(
      small.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
        + large.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      total: store.nodeCount)
    min = degrees.least
    mean = Double(store.manifest.edgeCount) / Double(Swift.max(1, store.nodeCount))
    median = degrees[0.5]
    percentile99 = degrees[0.99]
    max = degrees.greatest
    isolatedNodeCount = small[0]
    octaves = []
    func count(_ degree: Int, _ nodes: Int) {
      let place = Int.bitWidth - 1 - degree.leadingZeroBitCount
      while octaves.count <= place { octaves.append(.init(from: 1 << octaves.count, nodeCount: 0)) }
      octaves[place].nodeCount += nodes
    }
    for degree in small.indices.dropFirst() where small[degree] > 0 { count(degree, small[degree]) }
    for (degree, nodes) in large { count(degree, nodes) }
  }
}
