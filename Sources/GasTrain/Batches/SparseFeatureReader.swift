import GasBase
import GasNN
import GasStore

/// Reads the feature lists of a batch's rows and of its halo as one CSR matrix, (n + h) × F.
///
/// First the places of all lists, then advice on their pages, then the lists themselves; pages are released on the way.
struct SparseFeatureReader {
  private let offsets: MappedElements
  private let indices: MappedElements
  private let values: MappedElements
  private let width: Int
  private let starts = Buffer<Int>()

  /// As for dense rows: what may become resident between two releases is bounded.
  private static let rowsAtOnce = 256
  private static let joinedGap = 8 << 10

  init(_ store: Store) {
    offsets = store.column(.featureOffsets).values
    indices = store.column(.featureIndices).values
    values = store.column(.featureValues).values
    width = store.manifest.features?.width ?? 0
  }

  /// - Throws: `GasError` if a list lies outside of the file or names a feature that does not exist.
  func read(_ batch: Batch) throws -> SparseMatrix {
    let rowCount = batch.rowCount + batch.haloCount
    let lengths = batch.memory.featureOffsets.resized(to: rowCount + 1)
    let starts = starts.resized(to: rowCount)
    try readPlaces(batch, starts, lengths)
    let total = Int(lengths[rowCount])
    let columns = batch.memory.featureColumns.resized(to: max(1, total))
    let entries = batch.memory.featureValues.resized(to: max(1, total))
    advise(starts, lengths)
    for row in 0..<rowCount {
      let target = Int(lengths[row])..<Int(lengths[row + 1])
      let source = starts[row]..<starts[row] + target.count
      let found = indices.elements(source, as: UInt32.self)
      guard found.allSatisfy({ $0 < width }) else { throw damaged("a feature of \(width) or more") }
      _ = columns[target].update(fromContentsOf: found)
      _ = entries[target].update(fromContentsOf: values.elements(source, as: Float.self))
      if row % Self.rowsAtOnce == Self.rowsAtOnce - 1 { release() }
    }
    release()
    return SparseMatrix(
      rowCount: rowCount, columnCount: width, offsets: UnsafePointer(lengths.baseAddress!),
      columns: UnsafePointer(columns.baseAddress!), values: UnsafePointer(entries.baseAddress!))
  }

  /// Where each row's list starts in the file, and where it will start in the batch.
  private func readPlaces(
    _ batch: Batch, _ starts: UnsafeMutableBufferPointer<Int>, _ lengths: UnsafeMutableBufferPointer<Int64>
  ) throws {
    for segment in batch.segments {
      offsets.advise(.willNeed, rows: segment.nodes.lowerBound..<segment.nodes.upperBound + 1)
    }
    RowGatherer.advise(offsets, UnsafeBufferPointer(batch.haloRows))
    lengths[0] = 0
    var place = 0
    func add(_ row: Int) throws {
      let ends = offsets.elements(row..<row + 2, as: UInt64.self)
      guard ends[0] <= ends[1], ends[1] <= UInt64(indices.rowCount) else { throw damaged("a list outside of the file") }
      starts[place] = Int(ends[0])
      lengths[place + 1] = lengths[place] + Int64(ends[1] - ends[0])
      place += 1
      if place % Self.rowsAtOnce == 0 { offsets.release() }
    }
    for segment in batch.segments { for row in segment.nodes { try add(row) } }
    for row in batch.haloRows { try add(Int(row)) }
  }

  private func advise(_ starts: UnsafeMutableBufferPointer<Int>, _ lengths: UnsafeMutableBufferPointer<Int64>) {
    var run = 0..<0
    func flush() {
      guard !run.isEmpty else { return }
      indices.advise(.willNeed, rows: run)
      values.advise(.willNeed, rows: run)
    }
    for row in starts.indices {
      let end = starts[row] + Int(lengths[row + 1] - lengths[row])
      if starts[row] >= run.lowerBound && starts[row] <= run.upperBound + Self.joinedGap {
        run = run.lowerBound..<max(run.upperBound, end)
      } else {
        flush()
        run = starts[row]..<end
      }
    }
    flush()
  }

  private func release() {
    indices.release()
    values.release()
  }

  private func damaged(_ what: String) -> GasError {
    GasError("sparse features hold \(what)", file: indices.path, advice: "gas-stat verify says more")
  }
}
