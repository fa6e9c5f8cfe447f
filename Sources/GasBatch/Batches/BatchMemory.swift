import GasAutodiff
import GasBase

/// The buffers behind a batch. They grow to the largest batch and are reused.
final class BatchMemory {
  let haloRows = Buffer<UInt32>()
  /// The places in memory of halo rows that came by mail.
  let haloPlaces = Buffer<UInt32>()
  let haloDegrees = Buffer<Float>()
  let degreeScales = Buffer<Float>()
  let offsets = Buffer<Int64>()
  let columns = Buffer<UInt32>()
  let values = Buffer<Float>()
  let edgeFeatures = Buffer<Float>()
  let transpose = TransposeMemory()
  let input = Buffer<Float>()
  /// The input's halo rows, if these are not behind its own rows.
  let inputHalo = Buffer<Float>()
  let aggregate = Buffer<Float>()
  let featureOffsets = Buffer<Int64>()
  let featureColumns = Buffer<UInt32>()
  let featureValues = Buffer<Float>()
  let labels = Buffer<Int32>()
  let targets = Buffer<UInt8>()
  let labelValues = Buffer<Float>()
  let splits = Buffer<UInt8>()
  let sampleWeights = Buffer<Float>()
  var pulled: [Buffer<Float>] = []

  var byteCount: Int {
    let graph =
      haloRows.byteCount + haloPlaces.byteCount + haloDegrees.byteCount + degreeScales.byteCount + offsets.byteCount
      + columns.byteCount
      + values.byteCount + edgeFeatures.byteCount + transpose.byteCount
    let features =
      input.byteCount + inputHalo.byteCount + aggregate.byteCount + featureOffsets.byteCount + featureColumns.byteCount
      + featureValues.byteCount
    let known =
      labels.byteCount + targets.byteCount + labelValues.byteCount + splits.byteCount + sampleWeights.byteCount
    return pulled.reduce(graph + features + known) { $0 + $1.byteCount }
  }

  func edgeless(rowCount: Int) -> SparseMatrix {
    let offsets = offsets.resized(to: rowCount + 1)
    offsets.update(repeating: 0)
    return SparseMatrix(
      rowCount: rowCount, columnCount: rowCount, offsets: UnsafePointer(offsets.baseAddress!),
      columns: UnsafePointer(columns.resized(to: 1).baseAddress!))
  }
}
