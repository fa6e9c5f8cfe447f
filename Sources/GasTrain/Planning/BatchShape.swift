import GasStore

/// The size of a batch, which its memory grows with.
struct BatchShape: Equatable {
  var rows: Int
  var halo: Int
  var entries: Int

  init(rows: Int, halo: Int, entries: Int) {
    self.rows = rows
    self.halo = halo
    self.entries = entries
  }

  /// At least the size of every batch where all partitions are visited in batches of `count`; the last one may be
  /// smaller.
  init(largestOf count: Int, _ table: PartitionTable) {
    func sum(_ sizes: [Int], _ count: Int) -> Int { sizes.prefix(count).reduce(0, +) }
    let nodes = table.indices.map { table.nodes($0).count }.sorted(by: >)
    let halos = table.indices.map { table.halo($0).count }.sorted(by: >)
    rows = sum(nodes, count)
    entries = sum(table.indices.map { table.edges($0).count }.sorted(by: >), count)
    halo = [count, table.count % count].reduce(0) { largest, size in
      // Rows that the batch itself owns are no halo.
      max(largest, min(sum(halos, size), sum(nodes, table.count) - sum(nodes.reversed(), size)))
    }
  }

  init(_ partition: Int, of table: PartitionTable) {
    rows = table.nodes(partition).count
    halo = table.halo(partition).count
    entries = table.edges(partition).count
  }

  /// The factor by which anything that grows in proportion to rows, halo rows or entries, or to a sum of these, grows
  /// at most from `sample` to this shape. It is `nil` if the shape has something that the sample has nothing of.
  func ratio(to sample: BatchShape) -> Double? {
    let pairs = [(rows, sample.rows), (halo, sample.halo), (entries, sample.entries)].filter { $0.0 > 0 }
    guard pairs.allSatisfy({ $0.1 > 0 }) else { return nil }
    return pairs.reduce(0) { max($0, Double($1.0) / Double($1.1)) }
  }
}
