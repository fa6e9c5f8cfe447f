import GasBase
import GasStore

/// Which halo rows the windows of a pass read, in which order these come by mail, and where each batch finds its own.
///
/// The rows of a window are in the order in which their partitions are pushed. First come those that the pass before
/// pushed last, in its order; then those that no pass pushes before they are read, which come from the columns; then
/// those that earlier windows of this pass push. So the mail of a window is appended front to back, and read front to
/// back.
///
/// Memory: a few numbers for each partition and window. The numbers of rows and places are in files without names. A
/// pass is used from one thread.
final class MailPass {
  let groups: [[Int]]
  let rowLimit: Int
  let alignment: Int
  /// The batches of each window, which are consecutive.
  private(set) var windows: [Range<Int>] = []
  /// For each window, its rows in the files of the pass. Each region begins at the start of a page, whatever the
  /// source.
  private(set) var regions: [Range<Int>] = []
  /// For each window, where it holds the rows that its own batches push: by partition, counted from the window's first
  /// row.
  private(set) var inner: [[Int: Range<Int>]] = []
  /// For each window and sender, how many rows have come when the sender has sent all of its own.
  private var ends: [[Int]] = []
  /// The partitions that the pass before did not push. Until this pass pushes them, their rows are read from the
  /// columns.
  let unsentPartitions: [Int]
  /// The numbers of the rows in the store, at the places that `regions` gives.
  private var numbers: MappedElements!
  /// For each row of a batch's halo, its place in the window; one batch follows the other.
  private var places: MappedElements!
  private var placeStarts = [0]
  private let order: MailOrder

  /// Lists the rows of all windows.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch.
  ///   - before: the groups of the pass before, in their order; empty where that pass sends no mail.
  ///   - pushes: whether this pass pushes rows that its own batches read.
  ///   - store: the store whose partitions these are.
  ///   - folder: the folder whose disk takes the lists.
  ///   - rowLimit: how many rows a window may have, unless it is one of a single batch.
  ///   - alignment: the number of rows that each region's first row is a multiple of.
  ///   - memory: lists the rows of one window after the other.
  ///   - writing: writes the lists to the disk, where there is a budget of memory.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  init(
    _ groups: [[Int]], after before: [[Int]], pushes: Bool, of store: Store, in folder: String, rowLimit: Int,
    alignment: Int, _ memory: MailListing, _ writing: WriteThrottle?
  ) throws {
    (self.groups, self.rowLimit, self.alignment) = (groups, rowLimit, alignment)
    let table = store.partitions
    let ranks = MailOrder.ranks(of: before, partitionCount: table.count)
    unsentPartitions = table.indices.filter { ranks[$0] == nil }
    order = MailOrder(before: ranks, own: MailOrder.ranks(of: pushes ? groups : [], partitionCount: table.count))
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

  /// How many rows the files of the pass have.
  var rowCount: Int { regions.last?.upperBound ?? 0 }

  /// How many of a window's rows have come when a sender has sent all of its own.
  func end(of sender: MailOrder.Sender, _ window: Int) -> Int { ends[window][sender.rawValue] }

  func pushes(_ partition: Int) -> Bool { order.isPushed(partition) }

  /// The number of the window that a batch belongs to.
  func window(of batch: Int) -> Int { windows.firstIndex { $0.contains(batch) }! }

  /// Reads numbers of rows in the store, from places that `regions` gives.
  func readNumbers(_ range: Range<Int>, into target: UnsafeMutablePointer<UInt32>) throws {
    if !range.isEmpty { try numbers.copy(range, into: target) }
  }

  /// Reads where a batch's halo rows are in their window, in the order of its halo.
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

  /// Cuts the batches into windows: consecutive batches whose halos have up to `rowLimit` rows together.
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
