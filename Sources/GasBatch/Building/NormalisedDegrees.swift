import GasBase
import GasNN
import GasStore

/// The degrees whose roots symmetric normalisation divides by: the sum of the weights in a row's list, plus 1 for the
/// self-loop that is added where there is none.
package enum NormalisedDegrees {
  /// What float32 weights that cancel out leave instead of 0, relative to the largest weight: 0.1 + 0.2 − 1.3, and 1
  /// for the self-loop, is 6e-8. The inverse of that would scale a node's row.
  private static let rounding: Float = 1e-6

  /// Refuses graphs in which some degrees are not finite or not above 0, as weights of both signs may make them.
  ///
  /// The weighted degrees are read once, front to back. Lists are read only of partitions that have such a row. Where a
  /// shard does not have them, it knows which rows have a self-loop, and 1 stands for the largest weight there.
  ///
  /// - Throws: `GasError` with the number of such nodes and the first of them.
  static func check(_ store: Store, _ form: GraphForm, _ weights: EdgeWeightUse) throws {
    guard form == .symmetric, weights == .values, store.manifest.weighted else { return }
    let column = store.column(.weightedDegrees).values
    let reader = PartitionReader(store)
    var count = 0
    var first: (row: Int, degree: Float)?
    let held = store.heldPartitions
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      defer { column.release(rows: nodes) }
      let sums = try column.elements(nodes, as: Float.self)
      guard !sums.allSatisfy({ $0 > rounding && $0.isFinite }) else { continue }
      let loops: [Int: Float] =
        if store.manifest.selfLoopCount == 0 {
          [:]
        } else if held.contains(partition) {
          try reader.adjacency(of: partition).largestWithLoop
        } else {
          try othersWithLoop(nodes, of: store)
        }
      for (place, sum) in sums.enumerated() {
        let (degree, largest) = loops[place].map { (sum, $0) } ?? (sum + 1, 1)
        guard !(degree > rounding * largest && degree.isFinite) else { continue }
        count += 1
        first = first ?? (nodes.lowerBound + place, degree)
      }
    }
    if let first { throw try refusal(store, count, first) }
  }

  /// Refuses a store whose degrees the model cannot normalise, in the form of the graph and with the weights that the
  /// model asks for.
  ///
  /// - Throws: `GasError` that names a node whose degree has no root.
  package static func check(_ store: Store, for model: any GraphModel) throws {
    try check(store, model.graphForm, model.edgeWeightUse)
  }

  private static func othersWithLoop(_ nodes: Range<Int>, of store: Store) throws -> [Int: Float] {
    let flags = try store.column(.selfLoops).array(nodes, as: UInt8.self)
    return flags.indices.reduce(into: [:]) { loops, place in if flags[place] != 0 { loops[place] = 1 } }
  }

  private static func refusal(_ store: Store, _ count: Int, _ first: (row: Int, degree: Float)) throws -> GasError {
    let example = "\(first.degree) at node \(try store.originalId(ofRow: first.row))"
    return GasError(
      "the edge weights of \(count) of \(store.nodeCount) nodes, self-loop included, do not add up to a finite number above 0 (rounding aside),"
        + " such as \(example); symmetric normalisation (gcn, appnp, gcnii) divides by its square root",
      file: store.path,
      advice: "train sage, gat, gin or pna, which do not, or train without the weights, with --edge-values none")
  }
}

extension PartitionAdjacency {
  /// For rows of the partition that are their own neighbours, the largest magnitude of a weight in their lists.
  fileprivate var largestWithLoop: [Int: Float] {
    var rows: [Int: Float] = [:]
    var entry = 0
    for row in 0..<nodeCount {
      let end = entry + Int(degrees[row])
      if hasLoop(row, entry..<end) { rows[row] = weights[entry..<end].reduce(0) { max($0, abs($1)) } }
      entry = end
    }
    return rows
  }
}
