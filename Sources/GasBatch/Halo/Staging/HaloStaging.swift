import GasAutodiff
import GasBase
import GasStore

/// Copies the halo rows of coming batches together, for a window of batches at a time, while the batches of the window
/// before are computed.
///
/// A batch's halo rows lie scattered over a column. Where the page cache cannot hold the column, each batch would read
/// nearly all of its pages for a few rows of each. Here a column is read front to back once for a whole window, and its
/// rows are written to one place for each of the window's batches, which reads them in one piece:
///
///     caller    compute window w, batch i                 | batch i + 1 …
///     stager    copy part i of the rows for window w + 1  | part i + 1 …
///
/// The first sixth of a window's batches have no part: while they are computed, the rows that the next window needs are
/// listed. Where a window has many batches, a part is copied while several of them, a span, are computed. A row thus
/// has the values of the time at which its part was copied, which may be two windows old; the first window of a pass is
/// copied before the pass begins. A part leaves out the partitions that its span pushes, and the next part copies them,
/// so results do not depend on the timing of threads.
///
/// Disk space: the halo rows of two windows, of each source. A staging is used from one thread.
package final class HaloStaging: HaloSupply {
  private let store: Store
  private let folder: String
  private let windowCount: Int
  private let isConcurrent: Bool
  private let writing: WriteThrottle?
  private let dropsPages: Bool
  private let trace: Trace?
  private let reader: HaloReader
  private let memory: StagedWindow.Memory
  private let thread = WorkerThread()
  private let passing: PassingRows
  private let readsInPlace: Bool

  private var groups: [[Int]] = []
  private var sources: [EncodedRows] = []
  private var windowSize = 1
  /// The window that is read, and the one that is filled meanwhile.
  private var windows: [StagedWindow] = []
  /// The part that is being copied.
  private var part: Pending?

  /// - Parameters:
  ///   - store: the store whose halo rows are copied.
  ///   - folder: the folder whose disk takes the copies.
  ///   - execution: how many windows a pass has, and whether rows are copied while the caller computes.
  ///   - passing: memory for rows that are read once and decoded.
  init(
    _ store: Store, in folder: String, _ execution: ExecutionOptions, passing: PassingRows = PassingRows()
  ) {
    self.store = store
    self.folder = folder
    self.passing = passing
    readsInPlace = execution.readsInPlace
    windowCount = execution.haloWindows
    isConcurrent = execution.prefetches
    trace = execution.trace
    writing = execution.writesSteadily ? WriteThrottle(dropsPages: execution.dropsPages) : nil
    dropsPages = execution.dropsPages
    memory = StagedWindow.Memory(pieceBytes: execution.stagedPieceBytes ?? StagedWindow.Memory.pieceBytes.lowerBound)
    reader = HaloReader(store, PartitionReader(store))
  }

  deinit { part?.wait() }

  /// Copies the first window of the pass, too.
  package func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) throws {
    end()
    self.sources = sources
    self.groups = groups
    windowSize = Self.windowSize(batches: groups.count, windows: windowCount)
    guard groups.count > 1, !sources.isEmpty else { return }
    windows = (0..<2).map { _ in
      StagedWindow(in: folder, store.partitions, sources: sources, memory: memory, dropsPages: dropsPages)
    }
    try trace.span("stage first window") {
      try windows[0].begin(window(from: 0), of: groups)
      for group in groups[window(from: 0)] { try windows[0].list(group, reader) }
      try windows[0].gather(store.partitions.indices, writing)
      try windows[0].end(writing)
    }
  }

  /// Frees the copies and the memory.
  package func end() {
    part?.wait()
    part = nil
    windows = []
    memory.release()
    writing?.abandon()
  }

  /// Starts the next part where a span begins. What was pushed before is in all parts that are copied from now on.
  package func advance(to position: Int) throws {
    guard !windows.isEmpty else { return }
    let current = window(from: position / windowSize * windowSize)
    let span = span(position, of: current)
    guard position == span.lowerBound else { return }
    try finishPart()
    if position > 0 && position % windowSize == 0 {
      windows.swapAt(0, 1)
      try windows[0].end(writing)
    }
    let next = window(from: current.upperBound)
    guard !next.isEmpty else { return }
    try work(during: span, of: current, on: next)
  }

  package func rows(for position: Int) -> any HaloRows {
    copies(for: position) ?? DirectRows(sources: sources, readsInPlace: readsInPlace)
  }

  /// Copies are older than the last push anyway.
  package var showsLastPush: Bool { false }

  /// The copies for a batch, which may be read when `pending` is done; `nil` where the pass has one batch alone.
  func copies(for position: Int) -> StagedRows? {
    guard !windows.isEmpty else { return nil }
    let isNext = windows[0].batches.upperBound <= position
    return StagedRows(
      window: windows[isNext ? 1 : 0], batch: position, pending: isNext ? part : nil, passing: passing)
  }

  private func window(from first: Int) -> Range<Int> { first..<min(first + windowSize, groups.count) }

  private func finishPart() throws {
    defer { part = nil }
    try part?.result()
  }

  /// During how many batches of a window the next one's rows are listed; 0 means that all are listed with the first
  /// part.
  private func listingCount(_ window: Range<Int>) -> Int { window.count / 6 }

  /// Which of the next window's batches are listed while batch `position` is computed.
  private func listed(_ position: Int, of window: Range<Int>, _ next: Range<Int>) -> Range<Int> {
    let (index, count) = (position - window.lowerBound, max(1, listingCount(window)))
    guard index < count else { return next.upperBound..<next.upperBound }
    return next.lowerBound + next.count * index / count..<next.lowerBound + next.count * (index + 1) / count
  }

  /// The most parts that a window has. With fewer parts each batch has more rows in a part, and its writes are larger.
  private static let greatestPartCount = 48

  /// The batches that share a part with batch `position`. While halos are listed, each batch is a span of its own.
  private func span(_ position: Int, of window: Range<Int>) -> Range<Int> {
    let copying = window.dropFirst(listingCount(window))
    guard copying.contains(position) else { return position..<position + 1 }
    let size = (copying.count + Self.greatestPartCount - 1) / Self.greatestPartCount
    let start = position - (position - copying.lowerBound) % size
    return start..<min(start + size, copying.upperBound)
  }

  /// The partitions that are copied while a span is computed. Each span has an equal share of them, without those that
  /// it pushes itself: the span after it copies these, and the first span those of the last one.
  private func part(_ span: Range<Int>, of window: Range<Int>) -> [Range<Int>] {
    let copying = window.dropFirst(listingCount(window))
    guard copying.contains(span.lowerBound) else { return [] }
    func share(_ span: Range<Int>) -> Range<Int> {
      let count = store.partitions.count
      let (first, end) = (span.lowerBound - copying.lowerBound, span.upperBound - copying.lowerBound)
      return count * first / copying.count..<count * end / copying.count
    }
    let last = span.lowerBound == copying.lowerBound ? copying.upperBound - 1 : span.lowerBound - 1
    let before = self.span(last, of: window)
    let left = groups[before].joined().filter(share(before).contains)
    let wanted = (Set(share(span)).subtracting(groups[span].joined())).union(left).sorted()
    return wanted.reduce(into: []) { ranges, partition in
      if let last = ranges.last, last.upperBound == partition {
        ranges[ranges.count - 1] = last.lowerBound..<partition + 1
      } else {
        ranges.append(partition..<partition + 1)
      }
    }
  }

  /// Starts what has to be done while a span is computed.
  private func work(during span: Range<Int>, of current: Range<Int>, on next: Range<Int>) throws {
    let pending = Pending()
    part = pending
    let (begins, listed) = (span.lowerBound == current.lowerBound, listed(span.lowerBound, of: current, next))
    let work = Unchecked((windows[1], groups, self.part(span, of: current), reader, writing, trace))
    let body = { @Sendable in
      let (window, groups, partitions, reader, writing, trace) = work.value
      pending.finish(
        Result {
          if begins { try window.begin(next, of: groups) }
          try trace.span("list halos", in: .stager) { for group in groups[listed] { try window.list(group, reader) } }
          try trace.span("stage halo rows", in: .stager) { for part in partitions { try window.gather(part, writing) } }
        })
    }
    if isConcurrent { thread.async(body) } else { body() }
  }
}

/// The halo rows of a batch, as they were copied.
struct StagedRows: HaloRows {
  let window: StagedWindow
  let batch: Int
  let pending: Pending?
  /// Memory for rows that are read once and decoded.
  let passing: PassingRows

  /// All rows lie in one piece, so they are read as a matrix.
  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) throws -> ScatteredRows? {
    ScatteredRows(try matrix(source, of: batch, in: buffer))
  }

  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> DenseRows {
    try window.rows(places(batch.haloCount), from: source, into: buffer, using: passing)
  }

  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutableRawPointer) throws {
    let places = try places(batch.haloCount)
    let wanted = places.lowerBound + stretch.lowerBound..<places.lowerBound + stretch.upperBound
    try window.copy(wanted, from: source, into: target, using: passing)
  }

  /// Waits until the batch's rows have been copied; then says where they are in the window.
  private func places(_ count: Int) throws -> Range<Int> {
    try pending?.result()
    let places = window.places(of: batch)
    precondition(places.count == count, "\(places.count) rows were copied for a halo of \(count)")
    return places
  }
}
