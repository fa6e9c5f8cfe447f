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

  /// Makes lists of the rows that are marked.
  init(of table: PartitionTable, marked marks: RowMarks, in scratch: ScratchFolder) throws {
    try self.init(of: table.indices, counts: marks.counts(table), in: scratch)
    var place = 0
    marks.forEachRow(of: 0..<(table.nodeStarts.last ?? 0)) { row in
      rows[place] = UInt32(row)
      place += 1
    }
    release()
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
