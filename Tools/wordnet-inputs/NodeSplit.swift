import GasBase

/// Nodes dealt out at random to training, validation and test.
struct NodeSplit {
  let train: [Int64]
  let validation: [Int64]
  let test: [Int64]

  /// Draws a split.
  ///
  /// - Parameters:
  ///   - nodeCount: the number of nodes.
  ///   - trainShare: between 0 and 0.5; validation gets as many nodes, test the rest.
  ///   - seed: the same seed gives the same split.
  init(nodeCount: Int, trainShare: Double, seed: UInt64) {
    var nodes = Array(0..<Int64(nodeCount))
    var random = SeededRandom(seed: seed)
    random.shuffle(&nodes)
    let count = Int((Double(nodeCount) * trainShare).rounded())
    train = nodes[..<count].sorted()
    validation = nodes[count..<2 * count].sorted()
    test = nodes[(2 * count)...].sorted()
  }
}
