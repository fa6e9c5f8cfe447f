import GasBase
import GasStore

/// Which halo rows the windows of a pass over batches read, in the order in which they come by mail, and where each batch finds its own.
///
/// A window's rows stand in the order in which their partitions are pushed: first those that the pass before pushed last, in its order;
/// then those that no pass pushed, which are read from the columns; then those that earlier windows of this pass push. So mail for a
/// window is appended to, front to back, and read front to back.
///
/// Kept: a few numbers for each partition and window; numbers of rows and places are in files without names. To be used from one thread.
final class MailPass {
  let groups: [[Int]]
  /// Consecutive batches of each window.
  private(set) var windows: [Range<Int>] = []
  /// For each window, its rows in the files of the pass; each begins where a page does, whatever the source.
  private(set) var regions: [Range<Int>] = []
  /// For each partition that a window's own batches push, its rows in that window; they are counted from the window's first one.
  private(set) var inner: [[Int: Range<Int>]] = []
  /// For each window and sender how many rows have come when the sender has sent all of its own.
  private var ends: [[Int]] = []
  /// Partitions that the pass before did not push: what is read of them before this one does comes from the columns.
  let unsentPartitions: [Int]
  /// Numbers of the rows in the store, in the places of `regions`.
  private var numbers: MappedElements!
  /// For each row of a batch's halo its place in the window, one batch after the other.
  private var places: MappedElements!
  private var placeStarts = [0]
  private let order: MailOrder

  /// - Parameters:
  ///   - before: groups of the pass before, in their order; empty where its mail is not to be had.
  ///   - rowLimit: rows that a window may have, but for one of a single batch.
  ///   - alignment: what the first row of each region is a multiple of.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  init(
    _ groups: [[Int]], after before: [[Int]], of store: Store, in folder: String, rowLimit: Int, alignment: Int,
    _ memory: MailListing, _ writing: WriteThrottle?
  ) throws {
    self.groups = groups
    let table = store.partitions
    let ranks = MailOrder.ranks(of: before, partitionCount: table.count)
    unsentPartitions = table.indices.filter { ranks[$0] == nil }
    order = MailOrder(before: ranks, own: MailOrder.ranks(of: groups, partitionCount: table.count))
    windows = Self.windows(groups, table, rowLimit: rowLimit)
    let bound = groups.joined().reduce(0) { $0 + table.halo($1).count }
    func column(_ rowCount: Int) throws -> MappedElements {
      try MutableColumn.nameless(in: folder, type: .uint32, rowCount: rowCount, width: nil, isReserved: false).values
    }
    numbers = try column(bound + windows.count * alignment)
    places = try column(bound)
    var (start, pushed) = (0, 0)
    for window in windows {
      let count = groups[window].reduce(0) { $0 + $1.count }
      let listed = try memory.list(groups[window], order, pushing: pushed..<pushed + count)
      pushed += count
      regions.append(start..<start + listed.numbers.count)
      ends.append(listed.ends)
      inner.append(listed.inner)
      try write(listed.numbers, to: numbers, at: start, writing)
      try write(listed.places, to: places, at: placeStarts[placeStarts.count - 1], writing)
      for count in listed.counts { placeStarts.append(placeStarts[placeStarts.count - 1] + count) }
      start = roundedUp(start + listed.numbers.count, to: alignment)
    }
    store.release()
  }

  /// Rows of the files of the pass.
  var rowCount: Int { regions.last?.upperBound ?? 0 }

  /// How many of a window's rows have come when a sender has sent all of its own.
  func end(of sender: MailOrder.Sender, _ window: Int) -> Int { ends[window][sender.rawValue] }

  func pushes(_ partition: Int) -> Bool { order.isPushed(partition) }

  /// Which window a batch belongs to.
  func window(of batch: Int) -> Int { windows.firstIndex { $0.contains(batch) }! }

  /// Reads numbers of rows of the store from the places of `regions`.
  func readNumbers(_ range: Range<Int>, into target: UnsafeMutablePointer<UInt32>) throws {
    if !range.isEmpty { try numbers.copy(range, into: target) }
  }

  /// Where a batch's halo rows are in their window, in the order of its halo.
  func readPlaces(of batch: Int, into target: UnsafeMutableBufferPointer<UInt32>) throws {
    let range = placeStarts[batch]..<placeStarts[batch + 1]
    precondition(range.count == target.count, "\(range.count) rows come for a halo of \(target.count)")
    if !range.isEmpty { try places.copy(range, into: target.baseAddress!) }
  }

  private func write(
    _ values: UnsafeBufferPointer<UInt32>, to column: MappedElements, at start: Int, _ writing: WriteThrottle?
  ) throws {
    guard let base = values.baseAddress, !values.isEmpty else { return }
    try column.write(start..<start + values.count, from: base)
    try writing?.note(column, start..<start + values.count)
  }

  /// Consecutive batches whose halos have so many rows in all.
  private static func windows(_ groups: [[Int]], _ table: PartitionTable, rowLimit: Int) -> [Range<Int>] {
    var windows: [Range<Int>] = []
    var rowCount = 0
    for (batch, group) in groups.enumerated() {
      let count = group.reduce(0) { $0 + table.halo($1).count }
      if let last = windows.last, rowCount + count <= rowLimit {
        windows[windows.count - 1] = last.lowerBound..<batch + 1
        rowCount += count
      } else {
        windows.append(batch..<batch + 1)
        rowCount = count
      }
    }
    return windows
  }
}
