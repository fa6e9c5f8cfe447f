import GasAutodiff
import GasBase
import GasFiles

/// Lets each batch read its halo rows where they lie, in the columns that they belong to; from the page cache, where
/// that holds them.
package final class DirectHalo: HaloSupply {
  private let readsInPlace: Bool
  private var sources: [EncodedRows] = []

  /// - Parameter readsInPlace: whether rows that are only summed may be read from the mapping while a batch is
  ///   computed.
  package init(readsInPlace: Bool) {
    self.readsInPlace = readsInPlace
  }

  package func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) { self.sources = sources }
  package func rows(for position: Int) -> any HaloRows { DirectRows(sources: sources, readsInPlace: readsInPlace) }
  package var showsLastPush: Bool { true }

  /// What a pass costs. Each batch reads its rows, and a whole page for each if none of them lie side by side.
  package static func cost(of demand: HaloDemand) -> HaloCost {
    let pageBytes = demand.rowBytes.reduce(0) { $0 + roundedUp($1, to: MappedFile.pageBytes) }
    return HaloCost(
      readBytes: demand.haloCount * demand.allRowBytes, readPageBytes: demand.haloCount * pageBytes)
  }
}

/// Halo rows in the columns that they belong to.
struct DirectRows: HaloRows {
  let sources: [EncodedRows]
  let readsInPlace: Bool

  /// Rows that can be summed where they are, if they are in memory or lie close together. They have the values of the
  /// time when they are read, so pushes of the batch before are included.
  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) -> ScatteredRows? {
    let (column, rows) = (sources[source], UnsafeBufferPointer(batch.haloRows))
    guard column.isStoredAsDelivered else { return nil }
    let isNear = column.values.isSmall || (readsInPlace && RowGatherer.areNear(column, rows))
    return isNear ? column.scattered(rows) : nil
  }

  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> DenseRows {
    try gathered(source, of: batch, sources[source], in: buffer)
  }

  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutableRawPointer) throws {
    let rows = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(batch.haloRows)[stretch])
    try RowGatherer.gather(sources[source], rows, into: target)
  }
}
