import GasBase
import GasFiles
import GasStore

/// A bit for each row of a store, in a mapped file without a name: set for rows of others that some partitions read.
struct RowMarks {
  private let words: FlatArray<UInt64>

  /// Reads the halo lists of partitions.
  ///
  /// - Parameters:
  ///   - own: partitions that follow each other; rows of their own are not marked.
  ///   - store: the store.
  ///   - scratch: takes the bits.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  init(of own: Range<Int>, in store: Store, _ scratch: ScratchFolder) throws {
    let table = store.partitions
    words = try scratch.zeros(count: store.nodeCount / 64 + 1)
    let reader = PartitionReader(store)
    let (rows, degrees) = (Buffer<UInt32>(), Buffer<Float>())
    let ownRows =
      own.isEmpty ? 0..<0 : table.nodes(own.lowerBound).lowerBound..<table.nodes(own.upperBound - 1).upperBound
    for partition in own {
      let count = table.halo(partition).count
      let halo = rows.resized(to: count)
      try reader.readHalo(of: partition, rows: halo, degrees: degrees.resized(to: count))
      for row in halo where !ownRows.contains(Int(row)) { words[Int(row) >> 6] |= 1 << UInt64(row & 63) }
    }
    store.release()
  }

  /// Calls `body` for each marked row of a range, in ascending order.
  func forEachRow(of nodes: Range<Int>, _ body: (Int) -> Void) {
    guard !nodes.isEmpty else { return }
    for index in nodes.lowerBound >> 6...(nodes.upperBound - 1) >> 6 {
      var word = words[index]
      while word != 0 {
        let row = index << 6 + word.trailingZeroBitCount
        if nodes.contains(row) { body(row) }
        word &= word - 1
      }
    }
  }

  /// How many rows of each partition are marked.
  func counts(_ table: PartitionTable) -> [Int] {
    table.indices.map { partition in
      var count = 0
      forEachRow(of: table.nodes(partition)) { _ in count += 1 }
      return count
    }
  }
}

/// How many rows of each partition a rank would read of others, without any of them.
package enum GhostCounts {
  /// Reads the halo lists of the rank's partitions. Memory: a number for each partition; a bit for each node lies in a
  /// mapped file meanwhile.
  ///
  /// - Parameters:
  ///   - own: the rank's partitions.
  ///   - store: the store.
  ///   - folder: the folder whose disk takes the bits.
  /// - Returns: a number for each partition of the store, 0 for the rank's own.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  package static func of(_ own: Range<Int>, in store: Store, scratchIn folder: String) throws -> [Int] {
    try RowMarks(of: own, in: store, ScratchFolder(at: folder)).counts(store.partitions)
  }
}
