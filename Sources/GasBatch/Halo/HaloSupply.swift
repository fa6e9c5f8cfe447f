import GasAutodiff
import GasBase

/// How the batches of a pass get the halo rows that they read.
///
/// The caller tells the supply what happens, in this order. Where rows lie and how they come concerns the supply alone:
///
///     begin(groups)
///     for each batch:   advance(to:)   rows(for:)   take(batch)   send(rows, ofLayer:) for each layer that it pushes
///     end()
///
/// What `rows(for:)` returns may be read by another thread, one batch ahead. Everything else is called from one thread.
package protocol HaloSupply: AnyObject {
  /// Starts a pass over `groups`.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch.
  ///   - following: the groups of the next pass, if histories change in no other way until that begins.
  ///   - sources: the columns that batches read halo rows of: the input's if it is one, then those of the histories.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) throws

  /// Prepares for batch `position`. It is called before that batch is asked for, when the batch before is done.
  ///
  /// - Parameter position: counts the batches of the pass.
  /// - Throws: `GasError` where the disk fails.
  func advance(to position: Int) throws

  /// The halo rows of a batch.
  func rows(for position: Int) -> any HaloRows

  /// Whether a batch may read rows that the batch before pushes. Such rows are left out while that batch is computed.
  var showsLastPush: Bool { get }

  /// The partitions whose rows, which another process has pushed, are written when batch `position` is done. Such rows
  /// are left out too.
  func writtenElsewhere(at position: Int) -> [Int]

  /// Notes which batch is about to be computed. It is called before the batch after it is filled.
  ///
  /// - Throws: `GasError` where the disk fails.
  func take(_ batch: Batch, at position: Int) throws

  /// Gets the rows that the batch pushes to a history.
  ///
  /// - Parameters:
  ///   - rows: n × width.
  ///   - layer: the number of the history's layer, from 1.
  /// - Throws: `GasError` where the disk fails.
  func send(_ rows: DenseRows, ofLayer layer: Int) throws

  /// Whether the next pass pushes a partition's rows again before anything but this supply reads what this pass pushes.
  func replaces(_ partition: Int) -> Bool

  /// Ends the pass, and frees what only that pass needed.
  func end()
}

/// Defaults for supplies that leave rows in their columns.
extension HaloSupply {
  package func advance(to position: Int) throws {}
  package func writtenElsewhere(at position: Int) -> [Int] { [] }
  package func take(_ batch: Batch, at position: Int) throws {}
  package func send(_ rows: DenseRows, ofLayer layer: Int) throws {}
  package func replaces(_ partition: Int) -> Bool { false }
  package func end() {}
}

/// The halo rows of one batch. Sources are numbered as in `HaloSupply.begin`.
package protocol HaloRows {
  /// Finds the rows of a batch whose graph has been read, and waits until they are there.
  ///
  /// - Parameters:
  ///   - batch: the batch that will read them.
  ///   - trace: gets how long that took.
  ///   - lane: the lane of the thread that waits.
  /// - Throws: `GasError` where the disk fails.
  func locate(_ batch: Batch, _ trace: Trace?, in lane: Trace.Lane) throws

  /// Rows that are only summed, if they need not be gathered for that.
  ///
  /// - Parameters:
  ///   - source: the number of the column.
  ///   - batch: the batch whose halo they are.
  ///   - buffer: memory for the rows, where they need some.
  /// - Returns: h × width, where the rows are or in `buffer`; `nil` if they have to be gathered.
  /// - Throws: `GasError` where the disk fails.
  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) throws -> ScatteredRows?

  /// All rows, decoded: h × width, in `buffer`.
  ///
  /// - Throws: `GasError` where the disk fails.
  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> DenseRows

  /// Decodes a stretch of the halo's rows, one after the other.
  ///
  /// - Throws: `GasError` where the disk fails.
  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutableRawPointer) throws
}

extension HaloRows {
  package func locate(_ batch: Batch, _ trace: Trace?, in lane: Trace.Lane) throws {}

  /// Does the same as `matrix` with `gather`.
  func gathered(
    _ source: Int, of batch: Batch, _ rows: EncodedRows, in buffer: Buffer<Float>
  ) throws -> DenseRows {
    let matrix = buffer.rows(batch.haloCount, of: rows)
    try gather(source, 0..<batch.haloCount, of: batch, into: matrix.row(0))
    return matrix
  }
}
