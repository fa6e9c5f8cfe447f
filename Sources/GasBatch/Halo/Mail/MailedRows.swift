import GasAutodiff
import GasBase
import GasStore

/// The halo rows of a batch as they came by mail. They may be read on another thread than the one that uses the mail.
struct MailedRows: HaloRows {
  let window: MailWindow
  let pass: MailPass
  let batch: Int

  func locate(_ batch: Batch, _ trace: Trace?, in lane: Trace.Lane) throws {
    try trace.span("wait for mail", in: lane) { try window.settle() }
    try pass.readPlaces(of: self.batch, into: batch.haloPlaces)
  }

  /// Rows of float32 can be summed where they are; others have to be decoded.
  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) -> ScatteredRows? {
    let rows = window.rows(source)
    guard rows.encoding == .float32 else { return nil }
    let places = UnsafeBufferPointer(batch.haloPlaces)
    return ScatteredRows(places, of: rows.base.assumingMemoryBound(to: Float.self), columns: rows.width)
  }

  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> Matrix {
    try gathered(source, of: batch, width: window.rows(source).width, in: buffer)
  }

  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutablePointer<Float>) {
    let rows = window.rows(source)
    let places = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(batch.haloPlaces)[stretch])
    rows.encoding.gather(places, width: rows.width, rows.base, into: target)
  }
}
