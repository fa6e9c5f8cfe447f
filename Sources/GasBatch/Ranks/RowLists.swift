import GasBase
import GasFiles
import GasStore

/// Rows of some partitions, ascending, in a mapped file without a name: a list for each partition.
struct RowLists {
  /// The partitions that there are lists of.
  let partitions: Range<Int>
  /// All lists, one after the other.
  let rows: FlatArray<UInt32>
  /// Where each list starts, and where the last one ends.
  private let starts: [Int]

  /// Makes lists of a given length, all zeros.
  init(of partitions: Range<Int>, counts: [Int], in scratch: ScratchFolder) throws {
    self.partitions = partitions
    starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    rows = try scratch.zeros(count: starts[counts.count])
  }

  /// Makes lists of the rows whose bit is set.
  init(of table: PartitionTable, marked bits: FlatArray<UInt64>, in scratch: ScratchFolder) throws {
    let counts = table.indices.map { partition in
      var count = 0
      Self.forEachRow(of: table.nodes(partition), marked: bits) { _ in count += 1 }
      return count
    }
    try self.init(of: table.indices, counts: counts, in: scratch)
    var place = 0
    Self.forEachRow(of: 0..<(table.nodeStarts.last ?? 0), marked: bits) { row in
      rows[place] = UInt32(row)
      place += 1
    }
    release()
  }

  private static func forEachRow(of nodes: Range<Int>, marked bits: FlatArray<UInt64>, _ body: (Int) -> Void) {
    guard !nodes.isEmpty else { return }
    for index in nodes.lowerBound >> 6...(nodes.upperBound - 1) >> 6 {
      var word = bits[index]
      while word != 0 {
        let row = index << 6 + word.trailingZeroBitCount
        if nodes.contains(row) { body(row) }
        word &= word - 1
      }
    }
  }

  /// The places of the lists of some of the partitions, which follow each other.
  func places(_ wanted: Range<Int>) -> Range<Int> {
    starts[wanted.lowerBound - partitions.lowerBound]..<starts[wanted.upperBound - partitions.lowerBound]
  }

  /// How many rows the list of a partition has.
  func count(of partition: Int) -> Int { places(partition..<partition + 1).count }

  /// The list of a partition.
  subscript(partition: Int) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(rows[places(partition..<partition + 1)])
  }

  /// Takes the lists out of resident memory; nothing is lost.
  func release() { rows.release(0..<rows.count) }
}
