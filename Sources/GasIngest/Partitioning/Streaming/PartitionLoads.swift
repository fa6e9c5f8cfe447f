/// What each partition holds while nodes move.
struct PartitionLoads {
  private let limits: PartitionLimits
  private let nodes: FlatArray<Int>
  private let entries: FlatArray<Int>
  /// The partition that had the most room when it was looked for, and how often that one may still be given.
  private var lightestPartition: UInt32 = 0
  private var usesLeft = 0
  private var isLightestInNodes = false

  init(_ graph: Graph, _ partitions: FlatArray<UInt32>, _ limits: PartitionLimits) {
    self.limits = limits
    nodes = FlatArray(repeating: 0, count: limits.count)
    entries = FlatArray(repeating: 0, count: limits.count)
    for node in 0..<graph.nodeCount where partitions[node] != .max {
      nodes[Int(partitions[node])] += 1
      entries[Int(partitions[node])] += graph.degree(node)
    }
  }

  @inline(__always)
  func hasTooManyNodes(_ partition: UInt32) -> Bool { nodes[Int(partition)] > limits.nodes }

  @inline(__always)
  func hasRoom(_ partition: UInt32, _ degree: Int, nodesOnly: Bool) -> Bool {
    nodes[Int(partition)] < limits.nodes && (nodesOnly || entries[Int(partition)] + degree <= limits.entries)
  }

  var anyIsOver: Bool {
    (0..<limits.count).contains { nodes[$0] > limits.nodes || entries[$0] > limits.entries }
  }

  /// Whether nodes of a partition should leave it.
  @inline(__always)
  func isOver(_ partition: UInt32) -> Bool {
    nodes[Int(partition)] > limits.nodes || entries[Int(partition)] > limits.entries
  }

  mutating func move(_ degree: Int, from: UInt32, to: UInt32) {
    nodes[Int(from)] -= 1
    entries[Int(from)] -= degree
    nodes[Int(to)] += 1
    entries[Int(to)] += degree
  }

  /// The partition with the most room, for nodes and entries alike unless `nodesOnly`, or one that had it a short while ago.
  mutating func lightest(nodesOnly: Bool) -> UInt32 {
    if usesLeft == 0 || nodesOnly != isLightestInNodes || nodes[Int(lightestPartition)] >= limits.nodes {
      func fill(_ partition: Int) -> Double {
        let byNodes = Double(nodes[partition]) / Double(limits.nodes)
        return nodesOnly ? byNodes : max(byNodes, Double(entries[partition]) / Double(limits.entries))
      }
      isLightestInNodes = nodesOnly
      lightestPartition = UInt32((0..<limits.count).min { fill($0) < fill($1) }!)
      usesLeft = 16
    }
    usesLeft -= 1
    return lightestPartition
  }
}
