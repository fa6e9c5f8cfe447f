import GasBase
import GasEdges
import GasFiles
import GasGraph
import GasStore

/// Brings the features of edges into the order of the adjacency entries, in bounded memory.
///
/// Places of entries are noted as the lists are written, and sorted by the edge that each entry came from. Then the
/// features are read once from front to back, and rows go to their places through buckets (`RowBuckets`).
struct EdgeFeatureWriter {
  let features: EdgeFeatures
  private let sorter: ExternalSorter<EdgePlace>
  private let space: Workspace

  /// An edge, and the place of an entry that it became.
  private struct EdgePlace: SortRecord {
    let key: UInt64

    init(_ edge: EdgeNumber, _ place: Int) { key = UInt64(edge) << 32 | UInt64(place) }

    var edge: EdgeNumber { EdgeNumber(key >> 32) }
    var place: Int { Int(key & 0xffff_ffff) }
  }

  /// Notes nothing yet.
  ///
  /// - Parameters:
  ///   - features: the features of the edges.
  ///   - entryCount: how many entries there will be.
  ///   - space: memory and scratch files.
  /// - Throws: `GasError` if there are more entries than can be numbered.
  init(_ features: EdgeFeatures, entryCount: Int, in space: Workspace) throws {
    guard entryCount <= UInt32.max else {
      throw GasError(
        expected: "at most \(UInt32.max) adjacency entries with features", found: "\(entryCount)",
        file: features.path)
    }
    self.features = features
    self.space = space
    sorter = ExternalSorter(keyBits: 64, in: space)
  }

  /// Notes the next entry of the store, which came from an edge, or from none.
  func note(_ edge: EdgeNumber) throws {
    try sorter.append(EdgePlace(edge, sorter.count))
  }

  /// Writes the column, after all entries have been noted.
  ///
  /// - Parameters:
  ///   - store: gets the column.
  ///   - starts: the first entry of each partition, and the entry count.
  ///   - progress: what is shown meanwhile.
  /// - Throws: `GasError` if the disk fails.
  func write(to store: StoreWriter, starts: [Int], _ progress: ProgressDisplay) throws {
    let column = try store.column(.edgeFeatures, type: .float32, width: features.width, encoding: .lz4)
    let buckets = try arranged(entryCount: starts.last!, progress)
    var partition = 0
    try buckets.forEachBucket { entries, bytes in
      var first = entries.lowerBound
      while true {
        let last = min(entries.upperBound, starts[partition + 1])
        try column.append(bytes: part(first..<last, of: entries, bytes))
        first = last
        guard last == starts[partition + 1] else { break }
        try column.endBlock()
        partition += 1
        if partition == starts.count - 1 { break }
      }
    }
  }

  private var rowBytes: Int { features.width * MemoryLayout<Float>.stride }

  private func part(
    _ part: Range<Int>, of entries: Range<Int>, _ bytes: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    let start = (part.lowerBound - entries.lowerBound) * rowBytes
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + part.count * rowBytes])
  }

  private func arranged(entryCount: Int, _ progress: ProgressDisplay) throws -> RowBuckets {
    let buckets = try RowBuckets(
      rowCount: entryCount, .equal(rowBytes), scratch: space.scratch, bucketBytes: space.bucketBytes)
    let line = progress.line("arranging edge features", total: entryCount, unit: "entries")
    let memory = Buffer<Float>()
    let row = memory.resized(to: features.width)
    try sorter.forEachSorted { places in
      for place in places {
        features.read(place.edge, into: row)
        buckets.append(UnsafeRawBufferPointer(row), row: place.place)
      }
      features.release()
      line?.advance(by: places.count)
    }
    line?.finish()
    return buckets
  }
}
