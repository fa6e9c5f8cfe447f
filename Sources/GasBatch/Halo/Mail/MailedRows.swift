import GasNN
import GasStore

/// The halo rows of a batch, as they came by mail. May be used from another thread than the mail's.
struct MailedRows {
  let window: MailWindow
  let pass: MailPass
  let batch: Int

  /// Waits until they are there.
  ///
  /// - Throws: `GasError` where the disk fails.
  func settle() throws { try window.settle() }

  /// Where they are, in the order of the batch's halo.
  ///
  /// - Throws: `GasError` where the disk fails.
  func readPlaces(into target: UnsafeMutableBufferPointer<UInt32>) throws {
    try pass.readPlaces(of: batch, into: target)
  }

  /// Decodes rows of a source, one after the other.
  func gather(_ source: Int, _ places: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>) {
    let rows = window.rows(source)
    rows.encoding.gather(places, width: rows.width, rows.base, into: target)
  }

  /// float32 rows where they are.
  func scattered(_ source: Int, _ places: UnsafeBufferPointer<UInt32>) -> ScatteredRows? {
    let rows = window.rows(source)
    guard rows.encoding == .float32 else { return nil }
    return ScatteredRows(places, of: rows.base.assumingMemoryBound(to: Float.self), columns: rows.width)
  }
}
