import GasBase
import GasStore

/// Lists the halo rows of a window's batches, each row once, in the order in which they come by mail.
///
/// Memory: row numbers of the largest window. A listing is used from one thread.
final class MailListing {
  private let table: PartitionTable
  private let reader: HaloReader
  private let merger: HaloMerger
  private let batchHalo = Buffer<UInt32>()
  private let batchDegrees = Buffer<Float>()
  /// The batches' halos, one after the other; in the end each row's place in the mail instead.
  private let rows = Buffer<UInt32>()
  private let degrees = Buffer<Float>()
  /// All halos joined, ascending; `ordered` has the same rows in the order of the mail.
  private let joined = Buffer<UInt32>()
  private let joinedDegrees = Buffer<Float>()
  private let ordered = Buffer<UInt32>()

  init(_ store: Store) {
    table = store.partitions
    reader = HaloReader(store, PartitionReader(store))
    merger = HaloMerger(store.partitions)
  }

  /// The lists of one window, valid until the next one is listed.
  struct Window {
    /// The rows, in the order of the mail.
    let numbers: UnsafeBufferPointer<UInt32>
    /// Where the rows of each `MailOrder.Sender` end.
    let ends: [Int]
    /// For each row of each batch's halo, its place among `numbers`; `counts` says how many rows each batch has.
    let places: UnsafeBufferPointer<UInt32>
    let counts: [Int]
    /// For each partition that the window's batches push, the places of its rows.
    let inner: [Int: Range<Int>]
  }

  /// Bytes of memory for each row of a batch's halo.
  static let rowBytes = 5 * MemoryLayout<UInt32>.size

  /// Lists one window.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch of the window.
  ///   - order: in which order partitions' rows come.
  ///   - pushed: the partitions that the window's batches push, by their place in the order of the pass.
  /// - Returns: the lists, in memory of this object.
  /// - Throws: `GasError` if the store is damaged.
  func list(_ groups: ArraySlice<[Int]>, _ order: MailOrder, pushing pushed: Range<Int>) throws -> Window {
    let bound = groups.joined().reduce(0) { $0 + table.halo($1).count }
    let rows = self.rows.resized(to: max(1, bound))
    let lists = try readHalos(groups, into: rows)
    let listed = lists.last?.upperBound ?? 0
    let degrees = self.degrees.resized(to: max(1, listed))
    degrees.update(repeating: 0)
    let joined = self.joined.resized(to: max(1, listed))
    let count = merger.merge(
      rows, lists: lists, degrees: degrees, segments: [], rowCount: 0, halo: joined,
      haloDegrees: joinedDegrees.resized(to: max(1, listed)))
    let runs = runs(UnsafeBufferPointer(rebasing: joined[..<count]))
    let (starts, ends) = starts(of: runs, order, pushed: pushed.lowerBound)
    let ordered = self.ordered.resized(to: max(1, count))
    for (run, start) in zip(runs, starts) {
      _ = ordered[start..<start + run.rows.count].update(fromContentsOf: joined[run.rows])
    }
    for list in lists { place(rows, list, runs, starts) }
    let inner = zip(runs, starts).filter { order.isPushed($0.0.partition, in: pushed) }.map { run, start in
      (run.partition, start..<start + run.rows.count)
    }
    return Window(
      numbers: UnsafeBufferPointer(rebasing: ordered[..<count]),
      ends: ends, places: UnsafeBufferPointer(rebasing: rows[..<listed]), counts: lists.map(\.count),
      inner: Dictionary(uniqueKeysWithValues: inner))
  }

  /// Gives its memory back.
  func release() {
    for buffer in [batchHalo, rows, joined, ordered] { buffer.release() }
    for buffer in [batchDegrees, degrees, joinedDegrees] { buffer.release() }
  }

  /// - Returns: where the halo of each batch stands in `rows`.
  private func readHalos(
    _ groups: ArraySlice<[Int]>, into rows: UnsafeMutableBufferPointer<UInt32>
  ) throws -> [Range<Int>] {
    var start = 0
    return try groups.map { group in
      let segments = Batch.Segment.arranged(group, table)
      let found = try reader.read(
        segments, rowCount: segments.last?.batchRows.upperBound ?? 0, halo: batchHalo, haloDegrees: batchDegrees)
      let halo = batchHalo.resized(to: found.count)
      defer { start += found.count }
      _ = rows[start..<start + found.count].update(fromContentsOf: halo)
      return start..<start + found.count
    }
  }

  private struct Run {
    let partition: Int
    let rows: Range<Int>
  }

  /// Cuts ascending rows into runs of one owner each.
  private func runs(_ rows: UnsafeBufferPointer<UInt32>) -> [Run] {
    var runs: [Run] = []
    var start = 0
    while start < rows.count {
      let partition = table.owner(of: Int(rows[start]))
      let end = UnsafeMutableBufferPointer(mutating: rows).count(below: table.nodes(partition).upperBound, from: start)
      runs.append(Run(partition: partition, rows: start..<end))
      start = end
    }
    return runs
  }

  /// Where each run stands in the order of the mail, and where the runs of each sender end.
  private func starts(of runs: [Run], _ order: MailOrder, pushed: Int) -> ([Int], ends: [Int]) {
    let ranks = runs.map { order.rank(of: $0.partition, pushed: pushed) }
    var starts = [Int](repeating: 0, count: runs.count)
    var ends = MailOrder.Sender.allCases.map { _ in 0 }
    var next = 0
    for run in runs.indices.sorted(by: { ranks[$0] < ranks[$1] }) {
      starts[run] = next
      next += runs[run].rows.count
      for sender in ends.indices.dropFirst(ranks[run].sender.rawValue) { ends[sender] = next }
    }
    return (starts, ends)
  }

  /// Turns places among the ascending rows, which ascend themselves, into places in the order of the mail.
  private func place(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ list: Range<Int>, _ runs: [Run], _ starts: [Int]
  ) {
    var run = 0
    for index in list {
      let place = Int(rows[index])
      while place >= runs[run].rows.upperBound { run += 1 }
      rows[index] = UInt32(starts[run] + place - runs[run].rows.lowerBound)
    }
  }
}
