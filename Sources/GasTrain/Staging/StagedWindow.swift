import CGasKernels
import GasBase
import GasStore

/// The halo rows of consecutive batches, copied so that each batch's lie together, in files without names.
///
/// `list` says which rows each batch needs, `gather` copies those that some partitions own; when it was called for all of them, the
/// window is whole. Memory beside the files: a number for each batch and partition. To be used from one thread at a time.
final class StagedWindow {
  /// Bytes of a source that are in memory at a time.
  private static let pieceBytes = 16 << 20

  private(set) var batches = 0..<0
  private let sources: [StoredRows]
  /// Copies of rows of each source, as they are encoded there; batch k's from `starts[k]` on.
  private var copies: [StoredRows] = []
  /// The rows' numbers, in the same places.
  private var numbers: MappedElements!
  private let folder: String
  private var starts: [Int] = []
  /// For each batch and partition, the first of the batch's rows that does not belong to an earlier partition, from `starts` on.
  private var ownerStarts: [UInt32] = []
  private let table: PartitionTable
  private let memory: Memory
  private let dropsPages: Bool

  /// What filling a window takes, whatever its size.
  final class Memory {
    fileprivate let halo = Buffer<UInt32>()
    fileprivate let haloDegrees = Buffer<Float>()
    fileprivate let piece = Buffer<UInt8>()
    fileprivate let gathered = Buffer<UInt8>()

    /// The most that it becomes, with the lists that are read, for batches of such a halo.
    static func byteCount(halo: Int) -> Int { 2 * pieceBytes + halo * 4 * MemoryLayout<UInt32>.size }
  }

  /// - Parameters:
  ///   - folder: where the files take their room.
  ///   - memory: may be shared by windows that are filled at different times.
  ///   - dropsPages: whether what was read leaves the page cache.
  init(
    in folder: String, _ table: PartitionTable, sources: [StoredRows], memory: Memory, dropsPages: Bool = false
  ) {
    self.folder = folder
    self.table = table
    self.sources = sources
    self.memory = memory
    self.dropsPages = dropsPages
  }

  /// New files each time: a page of an old one that is written in part would have to be read first.
  private func makeFiles(_ rowCount: Int) throws {
    (copies, numbers) = ([], nil)
    copies = try sources.map {
      let column = try MutableColumn.nameless(
        in: folder, type: $0.values.type, rowCount: rowCount, width: $0.values.width)
      return StoredRows(column.values, width: $0.width, $0.encoding)
    }
    numbers = try MutableColumn.nameless(in: folder, type: .uint32, rowCount: rowCount, width: nil).values
  }

  /// Where a batch's rows lie, in the order of its halo.
  func places(of batch: Int) -> Range<Int> {
    let index = batch - batches.lowerBound
    return starts[index]..<starts[index + 1]
  }

  /// Decodes a batch's copies from a source.
  func copy(_ places: Range<Int>, from source: Int, into target: UnsafeMutablePointer<Float>) {
    RowGatherer.copy(copies[source], places, into: target, drops: dropsPages)
  }

  /// Starts over with other batches.
  ///
  /// - Throws: `GasError` if the store is damaged, or the folder's disk has no room for the batches' rows.
  func list(_ batches: Range<Int>, of groups: [[Int]], _ reader: HaloReader) throws {
    try makeFiles(groups[batches].joined().reduce(0) { $0 + table.halo($1).count })
    self.batches = batches
    starts = [0]
    ownerStarts.removeAll(keepingCapacity: true)
    for group in groups[batches] {
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
  }

  private func noteOwners(_ rows: UnsafeMutableBufferPointer<UInt32>) {
    var count = 0
    for partition in table.indices {
      ownerStarts.append(UInt32(count))
      let end = table.nodes(partition).upperBound
      while count < rows.count && Int(rows[count]) < end { count += 1 }
    }
    ownerStarts.append(UInt32(count))
  }

  /// The places of a batch's rows that some partitions own.
  private func places(_ index: Int, ownedBy partitions: Range<Int>) -> Range<Int> {
    let first = index * (table.count + 1)
    return starts[index] + Int(ownerStarts[first + partitions.lowerBound])..<starts[index]
      + Int(ownerStarts[first + partitions.upperBound])
  }

  /// Copies what some partitions own, of all sources, for all batches.
  ///
  /// - Parameter writing: sends it to the disk, where there is a budget of memory.
  func gather(_ partitions: Range<Int>, _ writing: SteadyWriting?) throws {
    guard !partitions.isEmpty else { return }
    let rows = table.nodes(partitions.lowerBound).lowerBound..<table.nodes(partitions.upperBound - 1).upperBound
    let count = max(1, Self.pieceBytes / (sources.map(\.rowBytes).max() ?? 1))
    var left = batches.indices.map { places($0 - batches.lowerBound, ownedBy: partitions) }
    func piece(from start: Int) -> Range<Int> { min(start, rows.upperBound)..<min(start + count, rows.upperBound) }
    for source in sources { source.values.advise(.willNeed, rows: piece(from: rows.lowerBound)) }
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: count) {
      let part = piece(from: start)
      for source in sources { source.values.advise(.willNeed, rows: piece(from: part.upperBound)) }
      let wanted = left.map { firstPlaces($0, below: part.upperBound) }
      for (source, copy) in zip(sources, copies) {
        let bytes = memory.piece.resized(to: part.count * source.rowBytes)
        try source.values.copyRows(part, into: bytes.baseAddress!)
        if dropsPages { source.values.drop(rows: part) }
        for places in wanted where !places.isEmpty { try self.copy(places, of: part, bytes, to: copy, writing) }
      }
      left = zip(left, wanted).map { $1.upperBound..<$0.upperBound }
    }
    numbers.release()
  }

  /// Of ascending rows those below `end`.
  private func firstPlaces(_ places: Range<Int>, below end: Int) -> Range<Int> {
    let rows = numbers.elements(places, as: UInt32.self)
    var count = 0
    while count < rows.count && Int(rows[count]) < end { count += 1 }
    return places.prefix(count)
  }

  private func copy(
    _ places: Range<Int>, of part: Range<Int>, _ bytes: UnsafeMutableBufferPointer<UInt8>, to copy: StoredRows,
    _ writing: SteadyWriting?
  ) throws {
    let target = memory.gathered.resized(to: places.count * copy.rowBytes)
    let rows = numbers.elements(places, as: UInt32.self)
    gas_gather_bytes(
      Int64(places.count), rows.baseAddress!, UInt32(part.lowerBound), Int64(copy.rowBytes), bytes.baseAddress!,
      target.baseAddress!)
    try copy.values.writeRows(places, UnsafeRawBufferPointer(target))
    try writing?.note(copy.values, places)
  }
}
