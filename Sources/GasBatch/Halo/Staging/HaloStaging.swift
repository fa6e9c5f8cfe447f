import GasBase
import GasNN
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
/// The first sixth of a window's batches have no part: meanwhile it is found out which rows the next window needs. Where a window has many
/// batches, a part is copied while several of them are computed, their span. Rows are thus those of the time at which their part was
/// copied, up to two windows old; the first window of a pass is copied before the pass begins. A part leaves out what its span pushes,
/// which belongs to the next part; so the numbers do not depend on threads.
///
/// Disk space: two windows' halo rows of each source. To be used from one thread.
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
  private let passing: Buffer<UInt8>
  private let readsInPlace: Bool

  private var groups: [[Int]] = []
  private var sources: [EncodedRows] = []
  private var windowSize = 1
  /// The window that is read, and the one that is filled meanwhile.
  private var windows: [StagedWindow] = []
  /// The part that is being copied.
  private var part: Pending?

  /// - Parameters:
  ///   - folder: where copies take their room.
  ///   - execution: how many windows a pass has, and whether copying goes on beside the caller.
  ///   - passing: for rows that are read once and decoded.
  init(
    _ store: Store, in folder: String, _ execution: ExecutionOptions, passing: Buffer<UInt8> = Buffer()
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

  /// Copies the first window, too.
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

  /// Gives files and memory back.
  package func end() {
    part?.wait()
    part = nil
    windows = []
    memory.release()
    writing?.abandon()
  }

  /// What was pushed before is in what is copied from now on.
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

  /// Copies are older anyway.
  package var showsLastPush: Bool { false }

  /// The copies for a batch; none of a pass that is a single one. They may be read when `pending` is done.
  func copies(for position: Int) -> StagedRows? {
    guard !windows.isEmpty else { return nil }
    let isNext = windows[0].batches.upperBound <= position
    return StagedRows(
      window: windows[isNext ? 1 : 0], batch: position, pending: isNext ? part : nil, passing: passing)
  }

  /// Batches in each of about so many windows, but for the last: in a window of one batch there would be no other part for what that batch
  /// pushes.
  package static func windowSize(batches: Int, windows: Int) -> Int { max(2, (batches + windows - 1) / windows) }

  /// Each column is read once for every window, and what is copied of it is written and read. Two windows are on the disk at a time, with
  /// the numbers of their rows.
  package static func cost(of demand: HaloDemand, windows wanted: Int) -> HaloCost {
    let size = windowSize(batches: demand.batchCount, windows: wanted)
    let windows = (demand.batchCount + size - 1) / size
    var cost = HaloCost()
    cost.read(windows * demand.nodeCount + demand.haloCount, of: demand.allRowBytes)
    cost.writtenBytes = demand.haloCount * demand.allRowBytes
    let share = min(1, 2 * Double(size) / Double(demand.batchCount))
    cost.diskBytes = Int(
      share * Double(demand.haloCount * (demand.allRowBytes + MemoryLayout<UInt32>.size)))
    return cost
  }

  private func window(from first: Int) -> Range<Int> { first..<min(first + windowSize, groups.count) }

  private func finishPart() throws {
    defer { part = nil }
    try part?.result()
  }

  /// Batches of a window during which the next one's rows are listed; 0: all of them at once, with the first part.
  private func listingCount(_ window: Range<Int>) -> Int { window.count / 6 }

  /// Which of the next window's batches are listed while batch `position` is computed.
  private func listed(_ position: Int, of window: Range<Int>, _ next: Range<Int>) -> Range<Int> {
    let (index, count) = (position - window.lowerBound, max(1, listingCount(window)))
    guard index < count else { return next.upperBound..<next.upperBound }
    return next.lowerBound + next.count * index / count..<next.lowerBound + next.count * (index + 1) / count
  }

  /// Parts of a window, at most: the fewer, the more rows each batch has in a part, and the larger are the writes for it.
  private static let greatestPartCount = 48

  /// The batches during which the same is done as during batch `position`: one while halos are listed, then so many as share a part.
  private func span(_ position: Int, of window: Range<Int>) -> Range<Int> {
    let copying = window.dropFirst(listingCount(window))
    guard copying.contains(position) else { return position..<position + 1 }
    let size = (copying.count + Self.greatestPartCount - 1) / Self.greatestPartCount
    let start = position - (position - copying.lowerBound) % size
    return start..<min(start + size, copying.upperBound)
  }

  /// What is copied while the batches of a span are computed: an equal share of the partitions for each, but for their own, and those of
  /// the span before that its share had to leave out.
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

  /// Does what belongs to the batches of a span.
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
  /// For rows that are read once and decoded.
  let passing: Buffer<UInt8>

  /// All of them in one piece, as the disk has them.
  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) throws -> ScatteredRows? {
    ScatteredRows(try matrix(source, of: batch, in: buffer))
  }

  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> Matrix {
    try window.rows(places(batch.haloCount), from: source, into: buffer, using: passing)
  }

  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutablePointer<Float>) throws {
    let places = try places(batch.haloCount)
    let wanted = places.lowerBound + stretch.lowerBound..<places.lowerBound + stretch.upperBound
    try window.copy(wanted, from: source, into: target, using: passing)
  }

  /// Where they are, when they are there.
  private func places(_ count: Int) throws -> Range<Int> {
    try pending?.result()
    let places = window.places(of: batch)
    precondition(places.count == count, "\(places.count) rows were copied for a halo of \(count)")
    return places
  }
}
