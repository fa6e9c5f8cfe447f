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

  /// Rows that are stored as they are delivered can be summed where they are; others have to be decoded.
  func scattered(_ source: Int, of batch: Batch, using buffer: Buffer<Float>) -> ScatteredRows? {
    let (base, form) = window.rows(source)
    guard form.isStoredAsDelivered else { return nil }
    return ScatteredRows(UnsafeBufferPointer(batch.haloPlaces), of: base, columns: form.width, form.delivered)
  }

  func matrix(_ source: Int, of batch: Batch, in buffer: Buffer<Float>) throws -> DenseRows {
    try gathered(source, of: batch, window.rows(source).form, in: buffer)
  }

  func gather(_ source: Int, _ stretch: Range<Int>, of batch: Batch, into target: UnsafeMutableRawPointer) {
    let (base, form) = window.rows(source)
    let places = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(batch.haloPlaces)[stretch])
    form.encoding.gather(places, width: form.width, base, into: target, form.delivered)
  }
}
