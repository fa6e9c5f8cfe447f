import GasAutodiff
import GasBase
import Glibc

/// Gives batches zeros in the place of their halo rows, without reading any: to find out how long batches take whose
/// rows would be sent or copied, which a few batches alone cannot show.
final class BlankHalo: HaloSupply {
  private var sources: [EncodedRows] = []

  func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) { self.sources = sources }
  func rows(for position: Int) -> any HaloRows { BlankRows(sources: sources) }
  var showsLastPush: Bool { false }
}

/// Zeros, which are written to memory as rows would be.
private struct BlankRows: HaloRows {
  let sources: [EncodedRows]

  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) throws -> ScatteredRows? {
    ScatteredRows(try matrix(source, of: batch, in: buffer))
  }

  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> DenseRows {
    try gathered(source, of: batch, sources[source], in: buffer)
  }

  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutableRawPointer) {
    memset(target, 0, stretch.count * sources[source].deliveredBytes)
  }
}
