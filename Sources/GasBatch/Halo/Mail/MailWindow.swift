import GasBase
import GasStore

/// The halo rows of a window of batches, which come by mail: each batch that is computed sends those of its rows that
/// the window reads.
///
/// Until `moveIn` the rows are appended to files, one for each source, through a buffer. From then on they go to
/// memory, while what the files hold is read into the same memory. Every source's rows come in the same order
/// (`MailPass`), so the numbers of the rows that come next are looked up once (`take`) for all sources (`receive`). A
/// window is used from one thread; `settle` and `rows` may be called from another one as well.
final class MailWindow {
  private let pass: MailPass
  private let index: Int
  /// A file for each source, shared by the windows of a pass.
  private let files: [EncodedRows]
  private let writer: MailWriter
  /// How many rows have come.
  private var arrived = 0
  /// The places of the rows that the batch at hand sends. `numbers` begins with their row numbers in the batch; behind
  /// these are numbers of rows that are still to come.
  private var taken = 0..<0
  private var numbers: [UInt32] = []
  private var outgoing: [OutgoingRows]
  private var room: MailRoom?
  private var reading: Pending?
  /// Where the window holds rows that its own batches push, of the batch at hand. Their row numbers in the batch are in
  /// `room.ownNumbers`.
  private var own: [Range<Int>] = []

  /// How many row numbers are read at a time.
  private static let numberCount = 8192
  static let numberBytes = numberCount * MemoryLayout<UInt32>.size

  init(_ index: Int, of pass: MailPass, _ files: [EncodedRows], _ writer: MailWriter) {
    self.index = index
    self.pass = pass
    self.files = files
    self.writer = writer
    outgoing = files.enumerated().map { OutgoingRows($0, $1, writer) }
  }

  private var region: Range<Int> { pass.regions[index] }

  /// Starts over for another source: its rows come from the first one on.
  func rewind() {
    (arrived, taken) = (0, 0..<0)
    numbers.removeAll(keepingCapacity: true)
  }

  var isMovedIn: Bool { room != nil }

  /// Notes which rows of a batch come next.
  ///
  /// - Parameters:
  ///   - segments: where the batch's rows stand in the store and in the batch.
  ///   - sender: where the rows come from; `take` stops behind the last one of that sender.
  /// - Throws: `GasError` where the disk fails.
  func take(_ segments: [Batch.Segment], from sender: MailOrder.Sender) throws {
    numbers.removeFirst(taken.count)
    let (start, end) = (arrived, pass.end(of: sender, index))
    var (segment, isOver) = (0, false)
    while arrived < end && !isOver {
      if numbers.count == arrived - start { try readNumbers() }
      let known = arrived - start..<min(numbers.count, end - start)
      let found = numbers.withUnsafeMutableBufferPointer {
        Self.renumber(UnsafeMutableBufferPointer(rebasing: $0[known]), segments, from: &segment)
      }
      arrived += found
      isOver = found < known.count
    }
    taken = start..<arrived
  }

  /// Turns row numbers of the store into those of the batch, up to the first one that the batch does not have.
  ///
  /// - Parameters:
  ///   - numbers: row numbers, those of a segment next to each other.
  ///   - segments: where the batch's rows stand.
  ///   - segment: the first segment to look at; becomes that of the last number.
  /// - Returns: how many were turned.
  private static func renumber(
    _ numbers: UnsafeMutableBufferPointer<UInt32>, _ segments: [Batch.Segment], from segment: inout Int
  ) -> Int {
    var place = 0
    while segment < segments.count {
      let (nodes, start) = (segments[segment].nodes, segments[segment].start)
      while place < numbers.count && nodes.contains(Int(numbers[place])) {
        numbers[place] = UInt32(start + Int(numbers[place]) - nodes.lowerBound)
        place += 1
      }
      if place == numbers.count { break }
      segment += 1
    }
    return place
  }

  /// Notes which rows of one of the window's own batches are read in this window, too. These have their places already.
  func takeOwn(_ segments: [Batch.Segment]) throws {
    guard let room else { return }
    own.removeAll(keepingCapacity: true)
    let wanted = segments.compactMap { segment in pass.inner[index][segment.partition].map { (segment, $0) } }
    let numbers = room.ownNumbers.resized(to: max(1, wanted.reduce(0) { $0 + $1.1.count }))
    var start = 0
    for (segment, places) in wanted {
      let rows = region.lowerBound + places.lowerBound..<region.lowerBound + places.upperBound
      try pass.readNumbers(rows, into: numbers.baseAddress! + start)
      let shift = segment.start - segment.nodes.lowerBound
      for index in start..<start + places.count { numbers[index] = UInt32(Int(numbers[index]) + shift) }
      own.append(places)
      start += places.count
    }
  }

  private func readNumbers() throws {
    let known = numbers.count
    let start = region.lowerBound + arrived
    let end = min(start + Self.numberCount, region.upperBound)
    numbers.append(contentsOf: repeatElement(0, count: end - start))
    try numbers.withUnsafeMutableBufferPointer { try pass.readNumbers(start..<end, into: $0.baseAddress! + known) }
  }

  /// Copies the rows that `take` noted.
  ///
  /// - Parameters:
  ///   - source: the number of the column that the rows belong to.
  ///   - batch: the batch's rows of that source, as they are encoded there.
  /// - Throws: `GasError` where the disk fails.
  func receive(_ source: Int, from batch: UnsafePointer<UInt8>) throws {
    guard !taken.isEmpty else { return }
    try numbers.withUnsafeBufferPointer { numbers in
      let numbers = UnsafeBufferPointer(rebasing: numbers[..<taken.count])
      if let room {
        room.put(numbers, of: batch, source, at: taken.lowerBound)
      } else {
        try outgoing[source].append(numbers, of: batch, to: region, of: files[source].values)
      }
    }
  }

  /// Copies the rows that `takeOwn` noted.
  func receiveOwn(_ source: Int, from batch: UnsafePointer<UInt8>) {
    guard let room else { return }
    let numbers = UnsafeBufferPointer(room.ownNumbers.resized(to: max(1, own.reduce(0) { $0 + $1.count })))
    var start = 0
    for places in own {
      let part = UnsafeBufferPointer(rebasing: numbers[start..<start + places.count])
      room.put(part, of: batch, source, at: places.lowerBound)
      start += places.count
    }
  }

  /// Goes on in memory, while `thread` reads what the files hold.
  func moveIn(_ room: MailRoom, reading thread: WorkerThread, _ trace: Trace?) {
    precondition(region.count <= room.rowCount, "a window of \(region.count) rows")
    self.room = room
    for outgoing in outgoing { outgoing.move(to: room) }
    let written = outgoing.map(\.written)
    let pending = Pending()
    reading = pending
    let work = Unchecked((self, room))
    thread.async {
      let (window, room) = work.value
      pending.finish(
        Result { try trace.span("read mail", in: .stager) { try window.read(written, into: room) } })
    }
  }

  private func read(_ counts: [Int], into room: MailRoom) throws {
    if counts.contains(where: { $0 > 0 }) { try writer.drain() }
    for (source, count) in counts.enumerated() where count > 0 {
      try files[source].values.readOnce(region, byteCount: count, into: room.base(source))
      files[source].values.discard(rows: region)
    }
  }

  /// Waits until all rows that had come before `moveIn` are in memory.
  ///
  /// - Throws: `GasError` where the disk failed.
  func settle() throws { try reading?.result() }

  /// The window's rows in memory, in the order of the mail, and the file whose form they have.
  func rows(_ source: Int) -> (base: UnsafeRawPointer, form: EncodedRows) {
    guard let room else { preconditionFailure("the mail has not been moved in") }
    return (UnsafeRawPointer(room.base(source)), files[source])
  }
}
