import GasBase
import GasStore

/// Reads the halo lists of a group of partitions and joins them to the group's halo.
///
/// Memory: the lists of the largest group. One reader serves one thread.
final class HaloReader {
  private let store: Store
  private let reader: PartitionReader
  private let merger: HaloMerger
  private let lists = Buffer<UInt32>()
  private let listDegrees = Buffer<Float>()

  init(_ store: Store, _ reader: PartitionReader) {
    self.store = store
    self.reader = reader
    merger = HaloMerger(store.partitions)
  }

  /// The result of reading a group, valid until the next one is read.
  struct Joined {
    /// h, the number of rows in the group's halo.
    let count: Int
    /// For each partition, the column of the batch that each row of its list became.
    let columns: [UnsafeBufferPointer<UInt32>]
  }

  /// Reads the lists of the partitions of a batch.
  ///
  /// - Parameters:
  ///   - segments: the batch's partitions.
  ///   - rowCount: rows of all segments.
  ///   - halo: gets the joined halo's rows, ascending.
  ///   - haloDegrees: gets the degrees of these rows.
  /// - Returns: the size of the halo, and the columns that the lists' rows became.
  /// - Throws: `GasError` if the store is damaged.
  func read(
    _ segments: [Batch.Segment], rowCount: Int, halo: Buffer<UInt32>, haloDegrees: Buffer<Float>
  ) throws -> Joined {
    let listed = segments.reduce(0) { $0 + store.partitions.halo($1.partition).count }
    let rows = lists.resized(to: listed)
    let degrees = listDegrees.resized(to: listed)
    var start = 0
    let places = try segments.map { segment in
      let place = start..<start + store.partitions.halo(segment.partition).count
      try reader.readHalo(
        of: segment.partition, rows: UnsafeMutableBufferPointer(rebasing: rows[place]),
        degrees: UnsafeMutableBufferPointer(rebasing: degrees[place]))
      start = place.upperBound
      return place
    }
    let count = merger.merge(
      rows, lists: places, degrees: degrees, segments: segments, rowCount: rowCount,
      halo: halo.resized(to: listed), haloDegrees: haloDegrees.resized(to: listed))
    return Joined(count: count, columns: places.map { UnsafeBufferPointer(rebasing: rows[$0]) })
  }
}
