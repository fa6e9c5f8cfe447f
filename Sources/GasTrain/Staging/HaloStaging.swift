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
/// the pass begins. A part is copied after the batch before it was pushed and before anything is pushed into that part (`settle`), so
/// the numbers do not depend on threads.
///
/// Disk space: two windows' halo rows of each source. To be used from one thread.
final class HaloStaging {
  private let store: Store
  private let folder: String
  private let windowCount: Int
  private let isConcurrent: Bool
  private let writing: SteadyWriting?
  private let trace: Trace?
  private let reader: HaloReader
  private let memory = StagedWindow.Memory()
  private let queue = DispatchQueue(label: "gas.stage", qos: .userInitiated)

  private var groups: [[Int]] = []
  private var windowSize = 1
  /// The window that is read, and the one that is filled meanwhile.
  private var windows: [StagedWindow] = []
  private var part: (rows: Range<Int>, pending: Pending)?

  /// - Parameters:
  ///   - folder: where copies take their room.
  ///   - windowCount: windows in a pass.
  ///   - isConcurrent: whether copying goes on beside the caller.
  ///   - writesSteadily: whether copies are sent to the disk at once.
  init(
    _ store: Store, in folder: String, windowCount: Int, isConcurrent: Bool, writesSteadily: Bool, trace: Trace?
  ) {
    self.store = store
    self.folder = folder
    self.windowCount = windowCount
    self.isConcurrent = isConcurrent
    self.trace = trace
    writing = writesSteadily ? SteadyWriting() : nil
    reader = HaloReader(store, PartitionReader(store))
  }

  deinit { part?.pending.wait() }

  /// Starts a pass over `groups`, and copies the first window.
  ///
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  func start(_ groups: [[Int]], sources: [StoredRows]) throws {
    stop()
    self.groups = groups
    windowSize = max(1, (groups.count + windowCount - 1) / windowCount)
    let halos = stride(from: 0, to: groups.count, by: windowSize).map { first in
      groups[window(from: first)].joined().reduce(0) { $0 + store.partitions.halo($1).count }
    }
    guard groups.count > 1, let capacity = halos.max(), capacity > 0, !sources.isEmpty else { return }
    windows = try halos.prefix(2).map { _ in
      try StagedWindow(in: folder, sources: sources, capacity: capacity, memory: memory)
    }
    try trace.span("stage first window") {
      try windows[0].list(window(from: 0), of: groups, store.partitions, reader)
      try windows[0].gather(0..<store.nodeCount, writing)
    }
  }

  /// Gives the files back.
  func stop() {
    part?.pending.wait()
    part = nil
    windows = []
  }

  /// To be called before batch `position` is asked for: what was pushed before is in what is copied from now on.
  func advance(to position: Int) throws {
    guard !windows.isEmpty else { return }
    try finishPart()
    if position > 0 && position % windowSize == 0 { windows.swapAt(0, 1) }
    let current = window(from: position / windowSize * windowSize)
    let next = window(from: current.upperBound)
    guard !next.isEmpty else { return }
    try copyPart(position - current.lowerBound, of: current.count, for: next)
  }

  /// The copies for a batch; they may be read when `pending` is done.
  func copies(for position: Int) -> StagedRows? {
    guard !windows.isEmpty else { return nil }
    let isNext = windows[0].batches.upperBound <= position
    return StagedRows(window: windows[isNext ? 1 : 0], batch: position, pending: isNext ? part?.pending : nil)
  }

  /// To be called before rows of the sources are overwritten: waits for them if they are being copied.
  func settle(_ rows: Range<Int>) {
    if let part, part.rows.overlaps(rows) { part.pending.wait() }
  }

  private func window(from first: Int) -> Range<Int> { first..<min(first + windowSize, groups.count) }

  private func finishPart() throws {
    defer { part = nil }
    try part?.pending.result()
  }

  private func copyPart(_ index: Int, of count: Int, for batches: Range<Int>) throws {
    let rows = store.nodeCount * index / count..<store.nodeCount * (index + 1) / count
    let pending = Pending()
    part = (rows, pending)
    let work = Unchecked((windows[1], groups, store.partitions, reader, writing, trace))
    let copy = { @Sendable in
      let (window, groups, table, reader, writing, trace) = work.value
      pending.finish(
        Result {
          if index == 0 {
            try trace.span("list halos", in: .stager) { try window.list(batches, of: groups, table, reader) }
          }
          try trace.span("stage halo rows", in: .stager) { try window.gather(rows, writing) }
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
    RowGatherer.copy(window.rows(source), places, into: target)
  }
}
