import CGasKernels
import GasBase
import GasStore

/// The halo rows of consecutive batches, copied so that each batch's lie together, in files without names.
///
/// `list` says which rows each batch needs; `gather` copies those of a range, and has to be called for ranges that follow each other and
/// cover all rows. To be used from one thread at a time.
final class StagedWindow {
  /// Bytes of a source that are in memory at a time.
  private static let pieceBytes = 16 << 20

  private(set) var batches = 0..<0
  private let sources: [StoredRows]
  /// Copies of rows of each source, as they are encoded there; batch k's from `starts[k]` on.
  private let copies: [StoredRows]
  /// The rows' numbers, in the same places.
  private let numbers: MappedElements
  private let columns: [MutableColumn]
  private var starts: [Int] = []
  /// The first row of each batch that has not been copied yet.
  private var cursors: [Int] = []
  private let memory: Memory

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
  ///   - capacity: rows that all batches of a window need together at most.
  ///   - memory: may be shared by windows that are filled at different times.
  /// - Throws: `GasError` if the folder's disk has no room for them.
  init(in folder: String, sources: [StoredRows], capacity: Int, memory: Memory) throws {
    self.sources = sources
    self.memory = memory
    let columns = try sources.map {
      try MutableColumn.nameless(in: folder, type: $0.values.type, rowCount: capacity, width: $0.values.width)
    }
    let numberColumn = try MutableColumn.nameless(in: folder, type: .uint32, rowCount: capacity, width: nil)
    copies = zip(columns, sources).map { StoredRows($0.values, width: $1.width, $1.encoding) }
    numbers = numberColumn.values
    self.columns = columns + [numberColumn]
  }

  /// Where a batch's rows lie, in the order of its halo.
  func places(of batch: Int) -> Range<Int> {
    let index = batch - batches.lowerBound
    return starts[index]..<starts[index + 1]
  }

  /// The copies from a source.
  func rows(_ source: Int) -> StoredRows { copies[source] }

  /// Starts over with other batches.
  func list(_ batches: Range<Int>, of groups: [[Int]], _ table: PartitionTable, _ reader: HaloReader) throws {
    self.batches = batches
    starts = [0]
    for group in groups[batches] {
      let segments = Batch.Segment.arranged(group, table)
      let joined = try reader.read(
        segments, rowCount: segments.last?.batchRows.upperBound ?? 0, halo: memory.halo,
        haloDegrees: memory.haloDegrees)
      let place = starts[starts.count - 1]..<starts[starts.count - 1] + joined.count
      if !place.isEmpty { try numbers.write(place, from: memory.halo.resized(to: joined.count).baseAddress!) }
      starts.append(place.upperBound)
    }
    cursors = Array(starts.dropLast())
  }

  /// Copies the rows of a range, of all sources, for all batches.
  ///
  /// - Parameter writing: sends them to the disk, where there is a budget of memory.
  func gather(_ rows: Range<Int>, _ writing: SteadyWriting?) throws {
    let rowBytes = sources.map(\.rowBytes).max() ?? 1
    let count = max(1, Self.pieceBytes / rowBytes)
    for source in sources { source.values.advise(.willNeed, rows: rows.prefix(count)) }
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: count) {
      let part = start..<min(start + count, rows.upperBound)
      for source in sources {
        source.values.advise(.willNeed, rows: part.upperBound..<min(part.upperBound + count, rows.upperBound))
      }
      let wanted = batches.indices.map { wantedPlaces($0 - batches.lowerBound, below: part.upperBound) }
      for (source, copy) in zip(sources, copies) {
        let bytes = memory.piece.resized(to: part.count * source.rowBytes)
        try source.values.copyRows(part, into: bytes.baseAddress!)
        for place in wanted where !place.isEmpty { try self.copy(place, of: part, bytes, to: copy, writing) }
      }
      for (index, place) in wanted.enumerated() { cursors[index] = place.upperBound }
    }
    numbers.release()
  }

  /// The places of a batch whose rows come next and lie below `end`.
  private func wantedPlaces(_ index: Int, below end: Int) -> Range<Int> {
    let places = cursors[index]..<starts[index + 1]
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
