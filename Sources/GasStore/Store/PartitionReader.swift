import GasBase

/// The stored adjacency of one partition, decoded.
///
/// `neighbours[i]` is below `nodeCount` for rows of the partition itself, and `nodeCount + k` for `halo[k]`.
public struct PartitionAdjacency {
  /// Rows of the partition itself.
  public let nodeCount: Int
  /// Entries of each row, self-loops included.
  public let degrees: UnsafeMutableBufferPointer<UInt32>
  /// The lists of all rows, one after the other.
  public let neighbours: UnsafeMutableBufferPointer<UInt32>
  /// A weight for each entry; empty if the store has no weights.
  public let weights: UnsafeMutableBufferPointer<Float>
  /// A row of features for each entry, in the order of `neighbours`; empty unless the reader was asked for them.
  public let edgeFeatures: UnsafeMutableBufferPointer<Float>

  /// Whether a row of the partition is its own neighbour; `entries` are its list.
  package func hasLoop(_ row: Int, _ entries: Range<Int>) -> Bool {
    // Entries ascend, so the self-loop is found by bisection.
    let place = entries.partitioningIndex { Int(neighbours[$0]) >= row }
    return place < entries.upperBound && Int(neighbours[place]) == row
  }

  /// Tells of each row, in order, whether it is its own neighbour.
  package func forEachLoop(_ body: (_ row: Int, _ hasLoop: Bool) throws -> Void) rethrows {
    var entry = 0
    for row in 0..<nodeCount {
      let end = entry + Int(degrees[row])
      try body(row, hasLoop(row, entry..<end))
      entry = end
    }
  }
}

/// Decodes partitions of a store into memory that is reused from one to the next, and checks what readers rely on:
/// degrees add up to the number of entries, entries stay inside the partition and its halo.
///
/// Memory: the largest partition's entries. One reader serves one thread.
public final class PartitionReader {
  private let store: Store
  private let codec = BlockCodec()
  private let degrees = Buffer<UInt32>()
  private let neighbours = Buffer<UInt32>()
  private let weights = Buffer<Float>()
  private let edgeFeatures = Buffer<Float>()
  private let edgeFeatureWidth: Int

  /// Reads nothing yet.
  ///
  /// - Parameters:
  ///   - store: the store whose partitions are read.
  ///   - edgeFeatures: whether edge features are read too, if the store has them.
  public init(_ store: Store, edgeFeatures: Bool = false) {
    self.store = store
    edgeFeatureWidth = edgeFeatures ? store.manifest.edgeFeatures?.width ?? 0 : 0
  }

  /// Decodes and checks the lists of a partition.
  ///
  /// - Parameter partition: its number.
  /// - Returns: the adjacency, valid until the next call.
  /// - Throws: `GasError` if a block is damaged, or if degrees or entries do not fit the partition.
  public func adjacency(of partition: Int) throws -> PartitionAdjacency {
    try store.checkHolds(CollectionOfOne(partition))
    let table = store.partitions
    let edges = table.edges(partition)
    let nodes = table.nodes(partition)
    let adjacency = PartitionAdjacency(
      nodeCount: nodes.count, degrees: degrees.resized(to: nodes.count),
      neighbours: neighbours.resized(to: edges.count),
      weights: weights.resized(to: store.manifest.weighted ? edges.count : 0),
      edgeFeatures: edgeFeatures.resized(to: edges.count * edgeFeatureWidth))
    try read(.degrees, nodes, into: adjacency.degrees)
    try read(.neighbours, edges, into: adjacency.neighbours)
    if store.manifest.weighted { try read(.edgeWeights, edges, into: adjacency.weights) }
    if edgeFeatureWidth > 0 { try read(.edgeFeatures, edgeFeatureElements(partition), into: adjacency.edgeFeatures) }
    try check(adjacency, partition, limit: nodes.count + table.halo(partition).count)
    return adjacency
  }

  /// Copies the partition's halo rows, ascending, and their degrees.
  ///
  /// - Parameters:
  ///   - partition: its number.
  ///   - rows: memory for as many row numbers as the halo has.
  ///   - degrees: memory for as many degrees, each plus 1 where the row has no self-loop.
  /// - Throws: `GasError` if a block is damaged, or if rows do not ascend or lie outside of the graph.
  public func readHalo(
    of partition: Int, rows: UnsafeMutableBufferPointer<UInt32>, degrees: UnsafeMutableBufferPointer<Float>
  ) throws {
    try store.checkHolds(CollectionOfOne(partition))
    let range = store.partitions.halo(partition)
    try read(.halo, range, into: rows)
    try read(.haloDegrees, range, into: degrees)
    // Ascending and inside the graph, or merging and gathering would go astray.
    var previous = -1
    for (place, row) in rows.enumerated() {
      guard Int(row) > previous && Int(row) < store.nodeCount else {
        throw damaged(.halo, range.lowerBound + place, "a row above \(previous) and below \(store.nodeCount)", "\(row)")
      }
      previous = Int(row)
    }
  }

  /// Starts to read what `adjacency` and `readHalo` will need.
  public func prefetch(_ partition: Int) {
    forEachRange(of: partition) { $0.advise(.willNeed, $1) }
  }

  /// Takes what `adjacency` and `readHalo` have read out of the page cache.
  public func drop(_ partition: Int) {
    forEachRange(of: partition) { $0.drop($1) }
  }

  private func forEachRange(of partition: Int, _ body: (Column, Range<Int>) -> Void) {
    let table = store.partitions
    body(store.column(.neighbours), table.edges(partition))
    if store.manifest.weighted { body(store.column(.edgeWeights), table.edges(partition)) }
    if edgeFeatureWidth > 0 { body(store.column(.edgeFeatures), edgeFeatureElements(partition)) }
    body(store.column(.halo), table.halo(partition))
    body(store.column(.haloDegrees), table.halo(partition))
    body(store.column(.degrees), table.nodes(partition))
  }

  private func edgeFeatureElements(_ partition: Int) -> Range<Int> {
    let edges = store.partitions.edges(partition)
    return edges.lowerBound * edgeFeatureWidth..<edges.upperBound * edgeFeatureWidth
  }

  /// Reads a range of a column and releases it at once: with large pages in the cache, a touched byte may make 2 MiB
  /// resident.
  private func read<T: ColumnElement>(
    _ name: ColumnName, _ range: Range<Int>, into target: UnsafeMutableBufferPointer<T>
  ) throws {
    let column = store.column(name)
    try column.read(range, into: target, using: codec)
    column.release()
  }

  private func check(_ adjacency: PartitionAdjacency, _ partition: Int, limit: Int) throws {
    let sum = adjacency.degrees.reduce(0) { $0 + Int($1) }
    guard sum == adjacency.neighbours.count else {
      throw damaged(
        .degrees, store.partitions.nodes(partition).lowerBound,
        "degrees of partition \(partition) that add up to \(adjacency.neighbours.count)", "\(sum)")
    }
    let largest = adjacency.neighbours.reduce(0) { max($0, $1) }
    guard adjacency.neighbours.isEmpty || Int(largest) < limit else {
      throw damaged(
        .neighbours, store.partitions.edges(partition).lowerBound,
        "entries of partition \(partition) below \(limit)", "\(largest)")
    }
  }

  private func damaged(_ name: ColumnName, _ element: Int, _ expected: String, _ found: String) -> GasError {
    GasError(
      "expected \(expected), found \(found) (from element \(element))", file: store.column(name).path,
      advice: "gas-stat verify says more")
  }
}
