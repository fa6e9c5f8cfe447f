import GasAutodiff
import GasBase
import GasFiles
import GasStore

/// Sends the rows that a batch pushes to the later batches that read them. It is used where the page cache cannot hold
/// the histories.
///
/// A batch's halo rows lie scattered over a history, so that reading them from a disk costs a whole page for each. But
/// the order of batches is known beforehand, and with it which batches will read a row, and when. So consecutive
/// batches share a window, whose halo rows are in memory together while the window is computed. Each row that is pushed
/// is sent to all windows, of this pass and of the next, that read it before it is pushed again. An exact pass sends
/// rows to the epoch after it in the same way. The mail of a window is written and read front to back:
///
///     caller    compute window w, batch i, which sends rows to windows w + 1, w + 2, … | batch i + 1 …
///     reader    read what has come for window w + 1                                   |
///
/// Every row has the values that were pushed last, as if it had been read from the history, so mail changes no result.
/// A pass writes each halo row of a window to the disk once, and reads it once.
///
/// Memory: the rows of two windows, and a buffer for each window of two passes. Disk space: up to 5/8 of all windows'
/// rows. A mail is used from one thread.
package final class HaloMail: HaloSupply {
  let store: Store
  private let folder: String
  private let memory: MailMemory
  let dropsPages: Bool
  let trace: Trace?
  private let parallel: Parallel
  private let writing: WriteThrottle?
  private let thread = WorkerThread()
  private var writer: MailWriter?
  let listing: MailListing
  private let encoded = Buffer<UInt8>()
  let readers = [PieceReader(), PieceReader()]

  let historyCount: Int
  var sources: [EncodedRows] = []
  private(set) var current: Open?
  var next: Open?
  private var rooms: [MailRoom] = []
  /// How many windows have been moved into memory, over all passes.
  private var movedIn = 0
  /// The windows that the batch at hand sends rows to, and the batch's own window.
  var receivers: [(window: MailWindow, sender: MailOrder.Sender)] = []
  private var home: MailWindow?

  /// A pass with the windows of its batches.
  struct Open {
    let pass: MailPass
    let windows: [MailWindow]
  }

  /// - Parameters:
  ///   - store: the store whose halo rows are sent.
  ///   - folder: the folder whose disk takes the mail, in files without names.
  ///   - memory: how much memory the mail may take.
  ///   - historyCount: how many sources change as batches are computed; they come last.
  ///   - execution: how passes are carried out.
  init(_ store: Store, in folder: String, memory: MailMemory, historyCount: Int, _ execution: ExecutionOptions) {
    self.store = store
    self.historyCount = historyCount
    self.folder = folder
    self.memory = memory
    dropsPages = execution.dropsPages
    trace = execution.trace
    parallel = Parallel(threadCount: execution.threads, trace: execution.trace)
    writing = execution.writesSteadily ? WriteThrottle(dropsPages: execution.dropsPages) : nil
    listing = MailListing(store)
  }

  deinit { stop() }

  package func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) throws {
    if let next, next.pass.groups == groups {
      current = next
    } else {
      stop()
      self.sources = sources
    }
    guard !sources.isEmpty else { return }
    try trace.span("list mail") {
      let open = try current ?? open(groups, after: [])
      current = open
      next = try following.map { try self.open($0, after: groups) }
      makeRooms()
      if !open.windows[0].isMovedIn { moveIn(open.windows[0]) }
      moveIn(after: 0)
      listing.release()
    }
    try trace.span("send columns") { try sendColumns() }
  }

  /// Ends the pass, and keeps what was sent to the next one.
  package func end() {
    current = nil
    receivers = []
    home = nil
    // The throttle would keep the files of the pass open.
    writing?.abandon()
    if next == nil { stop() }
  }

  /// Gives files and memory back.
  func stop() {
    thread.drain()
    try? writer?.drain()
    writer = nil
    for reader in readers { reader.release() }
    writing?.abandon()
    (current, next, rooms, receivers, home) = (nil, nil, [], [], nil)
    encoded.release()
  }

  package func advance(to position: Int) {
    guard let current, position > 0 else { return }
    let window = current.pass.window(of: position)
    if current.pass.windows[window].lowerBound == position { moveIn(after: window) }
  }

  package func rows(for position: Int) -> any HaloRows {
    guard let current else { return DirectRows(sources: [], readsInPlace: false) }
    return MailedRows(window: current.windows[current.pass.window(of: position)], pass: current.pass, batch: position)
  }

  /// The rows that a batch pushes change in its own window at once, so later batches of the window read the new values.
  package var showsLastPush: Bool { true }

  /// Finds out which of the batch's rows go to which window, and sends the rows that never change.
  package func take(_ batch: Batch, at position: Int) throws {
    guard let current else { return }
    let window = current.pass.window(of: position)
    receivers =
      current.windows[(window + 1)...].map { ($0, .own) } + (next?.windows ?? []).map { ($0, .before) }
    home = current.windows[window]
    try trace.span("send mail") {
      try take(batch.segments)
      try home?.takeOwn(batch.segments)
    }
    for source in 0..<constantCount { try sendConstant(source, of: batch) }
  }

  package func send(_ rows: DenseRows, ofLayer layer: Int) throws {
    guard current != nil || next != nil else { return }
    let source = constantCount + layer - 1
    try trace.span("send mail") { try send(bytes(of: rows, sources[source]), source) }
  }

  package func replaces(_ partition: Int) -> Bool {
    guard current != nil, let next else { return false }
    return next.pass.pushes(partition)
  }

  /// Sends a batch's rows of a source that never changes.
  func sendConstant(_ source: Int, of batch: Batch) throws {
    let rowBytes = sources[source].rowBytes
    let target = encoded.resized(to: batch.rowCount * rowBytes).baseAddress!
    try trace.span("send mail") {
      for segment in batch.segments {
        try sources[source].values.copyRows(segment.nodes, into: target + segment.start * rowBytes)
        if dropsPages { sources[source].values.drop(rows: segment.nodes) }
      }
      try send(UnsafePointer(target), source)
    }
  }

  /// Opens a pass that gets mail; `lists` are those of passes that push nothing that they read.
  func open(_ groups: [[Int]], after before: [[Int]], _ lists: LayerMailLists? = nil) throws -> Open {
    let writer = self.writer ?? makeWriter()
    self.writer = writer
    let (rowLimit, alignment) = (self.rowLimit, sources.map(\.pageRows).max()!)
    func list() throws -> MailPass {
      try MailPass(
        groups, after: before, pushes: lists == nil, of: store, in: folder, rowLimit: rowLimit, alignment: alignment,
        listing, writing)
    }
    let pass = try lists?.pass(groups, rowLimit: rowLimit, alignment: alignment, list) ?? list()
    let files = try sources.map {
      let column = try MutableColumn.nameless(
        in: folder, type: $0.values.type, rowCount: pass.rowCount, width: $0.values.width, isReserved: false)
      return EncodedRows(column.values, width: $0.width, $0.encoding, delivering: $0.delivered)
    }
    return Open(pass: pass, windows: pass.windows.indices.map { MailWindow($0, of: pass, files, writer) })
  }

  var constantCount: Int { sources.count - historyCount }

  /// How many rows a window may have.
  private var rowLimit: Int { memory.windowBytes / sources.reduce(0) { $0 + $1.rowBytes } }

  private func makeWriter() -> MailWriter {
    let least = roundedUp(sources.map(\.rowBytes).max()! + MappedFile.pageBytes, to: MappedFile.pageBytes)
    return MailWriter(bufferBytes: max(memory.bufferBytes, least), waitingBytes: memory.waitingBytes)
  }

  /// Makes the memory of two windows, or replaces it where it has become too small. Windows that are in the old memory
  /// stay there.
  private func makeRooms() {
    let rowCount = [current, next].compactMap { $0?.pass.regions.map(\.count).max() }.max() ?? 0
    guard rooms.isEmpty || rooms[0].rowCount < rowCount else { return }
    rooms = (0..<2).map { _ in MailRoom(sources, rowCount: max(rowCount, rowLimit)) }
  }

  private func moveIn(after window: Int) {
    guard let current else { return }
    let following = window + 1 < current.windows.count ? current.windows[window + 1] : next?.windows.first
    if let following { moveIn(following) }
  }

  private func moveIn(_ window: MailWindow) {
    window.moveIn(rooms[movedIn % 2], reading: thread, trace)
    movedIn += 1
  }

  func take(_ segments: [Batch.Segment]) throws { try forEachReceiver { try $0.take(segments, from: $1) } }

  func send(_ bytes: UnsafePointer<UInt8>, _ source: Int) throws {
    home?.receiveOwn(source, from: bytes)
    try forEachReceiver { window, _ in try window.receive(source, from: bytes) }
  }

  /// The rows as the source encodes them.
  private func bytes(of rows: DenseRows, _ source: EncodedRows) -> UnsafePointer<UInt8> {
    guard source.encoding.precision != rows.precision else {
      return UnsafeRawPointer(rows.row(0)).assumingMemoryBound(to: UInt8.self)
    }
    let work = Unchecked((rows, encoded.resized(to: rows.rows * source.rowBytes).baseAddress!))
    parallel.forEachRange(of: rows.rows, chunk: 1024) { range in
      let (rows, target) = work.value
      source.encoding.encode(
        rows: range.count, width: source.width, rows.precision, rows.row(range.lowerBound),
        into: target + range.lowerBound * source.rowBytes)
    }
    return UnsafePointer(work.value.1)
  }

  private func forEachReceiver(_ body: (MailWindow, MailOrder.Sender) throws -> Void) throws {
    try parallel.tryForEach(count: receivers.count) { try body(receivers[$0].window, receivers[$0].sender) }
  }
}
