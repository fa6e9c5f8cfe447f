import CGasKernels
import GasAutodiff
import GasBase
import GasStore

/// The halo rows of consecutive batches, copied so that the rows of each batch lie together, in files without names.
///
/// `begin` and `list` say which rows each batch needs, and `gather` copies those that some partitions own. When
/// `gather` was called for all partitions, the window is whole, and `end` writes what is left to the disk. Memory: some
/// hundred numbers for each batch. A window is used from one thread at a time.
package final class StagedWindow {
  private(set) var batches = 0..<0
  private let sources: [EncodedRows]
  /// Copies of the rows of each source, as they are encoded there; those of batch k begin at `starts[k]`.
  private var copies: [EncodedRows] = []
  /// The rows' numbers in the store, in the same places.
  private var numbers: MappedElements!
  private let folder: String
  private var starts: [Int] = []
  /// For each batch and source, places that were written one after the other and are not on their way to the disk yet.
  private var unsent: [Range<Int>] = []
  /// For each batch and every `ownerStride`-th partition, how many of the batch's rows belong to earlier partitions.
  private var ownerStarts: [UInt32] = []
  private let table: PartitionTable
  private let memory: Memory
  private let dropsPages: Bool

  /// - Parameters:
  ///   - folder: the folder whose disk takes the files.
  ///   - table: the partitions of the store.
  ///   - sources: the columns whose rows are copied.
  ///   - memory: what filling takes; windows that are filled at different times may share it.
  ///   - dropsPages: whether pages leave the page cache when they have been read.
  init(
    in folder: String, _ table: PartitionTable, sources: [EncodedRows], memory: Memory, dropsPages: Bool = false
  ) {
    self.folder = folder
    self.table = table
    self.sources = sources
    self.memory = memory
    self.dropsPages = dropsPages
  }

  /// Makes new files each time: pages of old ones that are written in part would have to be read first.
  private func makeFiles(_ rowCount: Int) throws {
    (copies, numbers) = ([], nil)
    copies = try sources.map {
      let column = try MutableColumn.nameless(
        in: folder, type: $0.values.type, rowCount: rowCount, width: $0.values.width)
      return EncodedRows(column.values, width: $0.width, $0.encoding, delivering: $0.delivered)
    }
    numbers = try MutableColumn.nameless(in: folder, type: .uint32, rowCount: rowCount, width: nil).values
  }

  /// Where a batch's rows lie, in the order of its halo.
  func places(of batch: Int) -> Range<Int> {
    let index = batch - batches.lowerBound
    return starts[index]..<starts[index + 1]
  }

  /// Decodes a batch's copies from a source.
  func copy(
    _ places: Range<Int>, from source: Int, into target: UnsafeMutableRawPointer, using passing: PassingRows
  ) throws {
    guard dropsPages else { return try RowGatherer.copy(copies[source], places, into: target) }
    try RowGatherer.copyOnce(copies[source], places, into: target, using: passing)
  }

  /// Decodes a batch's copies from a source to a matrix in `target`.
  func rows(
    _ places: Range<Int>, from source: Int, into target: Buffer<Float>, using passing: PassingRows
  ) throws -> DenseRows {
    if dropsPages { return try RowGatherer.readOnce(copies[source], places, into: target, using: passing) }
    let matrix = target.rows(places.count, of: copies[source])
    try RowGatherer.copy(copies[source], places, into: matrix.row(0))
    return matrix
  }

  /// Starts over with other batches; `list` has to follow for each of their groups.
  ///
  /// - Throws: `GasError` if the disk has no space for the batches' rows.
  func begin(_ batches: Range<Int>, of groups: [[Int]]) throws {
    try makeFiles(groups[batches].joined().reduce(0) { $0 + table.halo($1).count })
    self.batches = batches
    starts = [0]
    unsent = Array(repeating: 0..<0, count: batches.count * sources.count)
    ownerStarts.removeAll(keepingCapacity: true)
  }

  /// Notes the rows that the next batch needs.
  ///
  /// - Throws: `GasError` if the store is damaged.
  func list(_ group: [Int], _ reader: HaloReader) throws {
    let segments = Batch.Segment.arranged(group, table)
    let joined = try reader.read(
      segments, rowCount: segments.last?.batchRows.upperBound ?? 0, halo: memory.halo,
      haloDegrees: memory.haloDegrees)
    let rows = memory.halo.resized(to: joined.count)
    let first = starts[starts.count - 1]
    starts.append(first + rows.count)
    if !rows.isEmpty { try numbers.write(first..<first + rows.count, from: rows.baseAddress!) }
    noteOwners(rows)
  }

  /// Notes how many of the batch's rows belong to each partition.
  private func noteOwners(_ rows: UnsafeMutableBufferPointer<UInt32>) {
    var count = 0
    for partition in table.indices {
      if partition % ownerStride == 0 { ownerStarts.append(UInt32(count)) }
      let end = table.nodes(partition).upperBound
      while count < rows.count && Int(rows[count]) < end { count += 1 }
    }
    ownerStarts.append(UInt32(count))
  }

  /// How many partitions share an entry of `ownerStarts`: so many that the entries of all batches take little memory,
  /// whatever the number of partitions.
  private var ownerStride: Int { (table.count + 511) / 512 }

  /// The places of a batch's rows that some partitions own; up to `ownerStride` more partitions at either end may be
  /// included.
  private func places(_ index: Int, around partitions: Range<Int>) -> Range<Int> {
    let stride = ownerStride
    let first = index * ((table.count + stride - 1) / stride + 1)
    let marks = partitions.lowerBound / stride..<(partitions.upperBound + stride - 1) / stride
    return starts[index] + Int(ownerStarts[first + marks.lowerBound])..<starts[index]
      + Int(ownerStarts[first + marks.upperBound])
  }

  /// Copies the rows that some partitions own, of all sources and for all batches. While a piece is copied, the next
  /// one is read.
  ///
  /// - Parameters:
  ///   - partitions: the owners.
  ///   - writing: writes the copies to the disk, where there is a budget of memory.
  /// - Throws: `GasError` if the store is damaged or the disk fails.
  func gather(_ partitions: Range<Int>, _ writing: WriteThrottle?) throws {
    let pieces = runs(partitions).flatMap { run in rows(of: run).map { (run, $0) } }
    defer {
      for reader in memory.pieces { reader.wait() }
      numbers.release()
    }
    func prepare(_ index: Int) {
      guard index < pieces.count else { return }
      let (run, rows) = pieces[index]
      memory.pieces[index % 2].start(rows, of: sources, once: dropsPages)
      guard index == 0 || pieces[index - 1].0 != run else { return }
      for batch in 0..<batches.count { numbers.advise(.willNeed, rows: places(batch, around: run)) }
    }
    prepare(0)
    for (index, (run, rows)) in pieces.enumerated() {
      let bytes = try memory.pieces[index % 2].result()
      prepare(index + 1)
      try copy(rows, bytes, of: run, writing)
    }
  }

  /// Cuts the rows of a run of partitions into pieces.
  private func rows(of run: Range<Int>) -> [Range<Int>] {
    let rows = table.nodes(run.lowerBound).lowerBound..<table.nodes(run.upperBound - 1).upperBound
    return stride(from: rows.lowerBound, to: rows.upperBound, by: pieceRows).map {
      $0..<min($0 + pieceRows, rows.upperBound)
    }
  }

  /// How many rows a piece has.
  private var pieceRows: Int { max(1, memory.pieceBytes / (sources.map(\.rowBytes).max() ?? 1)) }

  /// Cuts partitions into runs of up to `pieceRows` rows, or of one partition that has more.
  private func runs(_ partitions: Range<Int>) -> [Range<Int>] {
    partitions.reduce(into: []) { runs, partition in
      if let last = runs.last,
        table.nodes(partition).upperBound - table.nodes(last.lowerBound).lowerBound <= pieceRows
      {
        runs[runs.count - 1] = last.lowerBound..<partition + 1
      } else {
        runs.append(partition..<partition + 1)
      }
    }
  }

  /// Copies a range of the rows that a run of partitions owns.
  private func copy(
    _ rows: Range<Int>, _ pieces: [UnsafeRawBufferPointer], of run: Range<Int>, _ writing: WriteThrottle?
  ) throws {
    for index in 0..<batches.count {
      let owned = places(index, around: run)
      let wanted = memory.halo.resized(to: owned.count)
      // Reading through the mapping would be slower: a fault on a page that has gone reads megabytes around it.
      if !owned.isEmpty { try numbers.copy(owned, into: wanted.baseAddress!) }
      let inRange = wanted.count(below: rows.lowerBound)..<wanted.count(below: rows.upperBound)
      guard !inRange.isEmpty else { continue }
      let (place, found) = (owned.lowerBound + inRange.lowerBound, UnsafeBufferPointer(rebasing: wanted[inRange]))
      for (source, piece) in pieces.enumerated() {
        let bytes = piece.assumingMemoryBound(to: UInt8.self).baseAddress!
        try write(found, from: bytes, rows.lowerBound, to: copies[source], place)
        try note(place..<place + found.count, index, source, writing)
      }
    }
  }

  /// Writes rows of a piece one after the other, from `place` on; `firstRow` is the first row of the piece.
  private func write(
    _ wanted: UnsafeBufferPointer<UInt32>, from piece: UnsafePointer<UInt8>, _ firstRow: Int, to copy: EncodedRows,
    _ place: Int
  ) throws {
    let target = memory.gathered.resized(to: wanted.count * copy.rowBytes)
    gas_gather_bytes(
      Int64(wanted.count), wanted.baseAddress!, UInt32(firstRow), Int64(copy.rowBytes), piece, target.baseAddress!)
    try copy.values.writeRows(place..<place + wanted.count, UnsafeRawBufferPointer(target))
  }

  /// Sends what was written for a batch to the disk as soon as it is worth a write of its own. In a large graph a batch
  /// has few rows in each piece, and a page that is sent half full has to be sent again.
  private func note(_ places: Range<Int>, _ batch: Int, _ source: Int, _ writing: WriteThrottle?) throws {
    guard let writing else { return }
    let (index, copy) = (batch * sources.count + source, copies[source])
    if unsent[index].upperBound == places.lowerBound {
      unsent[index] = unsent[index].lowerBound..<places.upperBound
    } else {
      try send(index, writing)
      unsent[index] = places
    }
    // So all batches together have no more waiting than may be on its way.
    if unsent[index].count * copy.rowBytes >= WriteThrottle.windowBytes / unsent.count { try send(index, writing) }
  }

  private func send(_ index: Int, _ writing: WriteThrottle) throws {
    if !unsent[index].isEmpty { try writing.note(copies[index % sources.count].values, unsent[index]) }
    unsent[index] = unsent[index].upperBound..<unsent[index].upperBound
  }

  /// Sends the rest when the window is whole.
  func end(_ writing: WriteThrottle?) throws {
    guard let writing else { return }
    for index in unsent.indices { try send(index, writing) }
  }
}
