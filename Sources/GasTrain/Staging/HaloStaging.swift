import Dispatch
import GasBase
import GasStore

/// Copies the halo rows of coming batches together, a window of batches at a time, while the batches of the window before are computed.
///
/// A batch's halo rows lie all over a column. Where the page cache cannot hold the column, each batch would read nearly all of its
/// pages for a few rows of each. Here a column is read front to back once for a whole window, and what it has for each of the
/// window's batches is written to where that batch reads it in one piece:
///
///     caller    compute window w, batch i                 | batch i + 1 …
///     stager    copy part i of the rows for window w + 1  | part i + 1 …
///
/// Rows are thus those of the time at which their part was copied, up to two windows old; the first window of a pass is copied before
/// the pass begins. Part i leaves out what batch i pushes, which belongs to the next part; so the numbers do not depend on threads.
///
/// Disk space: two windows' halo rows of each source. To be used from one thread.
final class HaloStaging {
  private let store: Store
  private let folder: String
  private let windowCount: Int
  private let isConcurrent: Bool
  private let writing: SteadyWriting?
  private let dropsPages: Bool
  private let trace: Trace?
  private let reader: HaloReader
  private let memory = StagedWindow.Memory()
  private let queue = DispatchQueue(label: "gas.stage", qos: .userInitiated)

  private var groups: [[Int]] = []
  private var windowSize = 1
  /// The window that is read, and the one that is filled meanwhile.
  private var windows: [StagedWindow] = []
  /// The part that is being copied.
  private var part: Pending?

  /// - Parameters:
  ///   - folder: where copies take their room.
  ///   - execution: how many windows a pass has, and whether copying goes on beside the caller.
  init(_ store: Store, in folder: String, _ execution: Execution) {
    self.store = store
    self.folder = folder
    windowCount = execution.haloWindows
    isConcurrent = execution.prefetches
    trace = execution.trace
    writing = execution.writesSteadily ? SteadyWriting(dropsPages: execution.dropsPages) : nil
    dropsPages = execution.dropsPages
    reader = HaloReader(store, PartitionReader(store))
  }

  deinit { part?.wait() }

  /// Starts a pass over `groups`, and copies the first window.
  ///
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  func start(_ groups: [[Int]], sources: [StoredRows]) throws {
    stop()
    self.groups = groups
    // In a window of one batch there would be no other part for what that batch pushes.
    windowSize = max(2, (groups.count + windowCount - 1) / windowCount)
    guard groups.count > 1, !sources.isEmpty else { return }
    windows = (0..<2).map { _ in
      StagedWindow(in: folder, store.partitions, sources: sources, memory: memory, dropsPages: dropsPages)
    }
    try trace.span("stage first window") {
      try windows[0].list(window(from: 0), of: groups, reader)
      try windows[0].gather(store.partitions.indices, writing)
    }
  }

  /// Gives the files back.
  func stop() {
    part?.wait()
    part = nil
    windows = []
    writing?.abandon()
  }

  /// To be called before batch `position` is asked for: what was pushed before is in what is copied from now on.
  func advance(to position: Int) throws {
    guard !windows.isEmpty else { return }
    try finishPart()
    if position > 0 && position % windowSize == 0 { windows.swapAt(0, 1) }
    let current = window(from: position / windowSize * windowSize)
    let next = window(from: current.upperBound)
    guard !next.isEmpty else { return }
    try copy(part(position, of: current), listing: position == current.lowerBound, for: next)
  }

  /// The copies for a batch; they may be read when `pending` is done.
  func copies(for position: Int) -> StagedRows? {
    guard !windows.isEmpty else { return nil }
    let isNext = windows[0].batches.upperBound <= position
    return StagedRows(window: windows[isNext ? 1 : 0], batch: position, pending: isNext ? part : nil)
  }

  private func window(from first: Int) -> Range<Int> { first..<min(first + windowSize, groups.count) }

  private func finishPart() throws {
    defer { part = nil }
    try part?.result()
  }

  /// What is copied while batch `position` is computed: an equal share of the partitions, but for the batch's own, and those of the batch
  /// before it that its share had to leave out.
  private func part(_ position: Int, of window: Range<Int>) -> [Range<Int>] {
    func share(_ position: Int) -> Range<Int> {
      let (index, count) = (position - window.lowerBound, store.partitions.count)
      return count * index / window.count..<count * (index + 1) / window.count
    }
    let before = position == window.lowerBound ? window.upperBound - 1 : position - 1
    let own = Set(groups[position])
    let left = groups[before].filter(share(before).contains)
    let wanted = (Set(share(position)).subtracting(own)).union(left).sorted()
    return wanted.reduce(into: []) { ranges, partition in
      if let last = ranges.last, last.upperBound == partition {
        ranges[ranges.count - 1] = last.lowerBound..<partition + 1
      } else {
        ranges.append(partition..<partition + 1)
      }
    }
  }

  /// - Parameter listing: whether the window is begun.
  private func copy(_ partitions: [Range<Int>], listing: Bool, for batches: Range<Int>) throws {
    let pending = Pending()
    part = pending
    let work = Unchecked((windows[1], groups, reader, writing, trace))
    let copy = { @Sendable in
      let (window, groups, reader, writing, trace) = work.value
      pending.finish(
        Result {
          if listing { try trace.span("list halos", in: .stager) { try window.list(batches, of: groups, reader) } }
          try trace.span("stage halo rows", in: .stager) { for part in partitions { try window.gather(part, writing) } }
        })
    }
    if isConcurrent { queue.async(execute: copy) } else { copy() }
  }
}

/// The halo rows of a batch, as they were copied.
struct StagedRows {
  let window: StagedWindow
  let batch: Int
  let pending: Pending?

  /// Decodes the copies from a source, in the order of the batch's halo.
  func copy(_ source: Int, of count: Int, into target: UnsafeMutablePointer<Float>) throws {
    try pending?.result()
    let places = window.places(of: batch)
    precondition(places.count == count, "\(places.count) rows were copied for a halo of \(count)")
    window.copy(places, from: source, into: target)
  }
}
