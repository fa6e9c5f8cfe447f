import GasFiles

/// What each partition holds while nodes move. One thread moves nodes; while it does, no other may ask; otherwise any
/// number may.
final class PartitionLoads {
  private let limits: PartitionLimits
  private let nodes: FlatArray<Int>
  private let entries: FlatArray<Int>
  /// The least full partitions when they were last looked for: by nodes and entries together, and by nodes alone.
  private var lightest = (inBoth: UInt32(0), inNodes: UInt32(0))
  /// How many nodes these may still get before they are looked for again.
  private var usesLeft = usesOfLightest

  private static let usesOfLightest = 16

  init(_ graph: Graph, _ partitions: FlatArray<UInt32>, _ limits: PartitionLimits) {
    self.limits = limits
    nodes = FlatArray(repeating: 0, count: limits.count)
    entries = FlatArray(repeating: 0, count: limits.count)
    for node in 0..<graph.nodeCount where partitions[node] != .max {
      nodes[Int(partitions[node])] += 1
      entries[Int(partitions[node])] += graph.degree(node)
    }
    findLightest()
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

  func move(_ degree: Int, from: UInt32, to: UInt32) {
    nodes[Int(from)] -= 1
    entries[Int(from)] -= degree
    nodes[Int(to)] += 1
    entries[Int(to)] += degree
    guard to == lightest.inBoth || to == lightest.inNodes else { return }
    usesLeft -= 1
    if usesLeft == 0 || nodes[Int(to)] >= limits.nodes { findLightest() }
  }

  /// The least full partition, or one that was so a short while ago: by nodes alone if `nodesOnly`, otherwise by nodes
  /// and entries together.
  @inline(__always)
  func lightest(nodesOnly: Bool) -> UInt32 { nodesOnly ? lightest.inNodes : lightest.inBoth }

  private func findLightest() {
    func inNodes(_ partition: Int) -> Double { Double(nodes[partition]) / Double(limits.nodes) }
    func inBoth(_ partition: Int) -> Double {
      max(inNodes(partition), Double(entries[partition]) / Double(limits.entries))
    }
    func least(_ fill: (Int) -> Double) -> UInt32 { UInt32((0..<limits.count).min { fill($0) < fill($1) }!) }
    lightest = (least(inBoth), least(inNodes))
    usesLeft = Self.usesOfLightest
  }
}
