import GasBase
import GasStore

/// Reads a piece of some columns on its own thread: the disk works while the piece before is copied. To be used from
/// one thread.
package final class PieceReader {
  private let thread = WorkerThread()
  private var buffers: [Buffer<UInt8>] = []
  private var bytes: [UnsafeRawBufferPointer] = []
  private var pending: Pending?

  package init() {}

  /// Starts to read a piece, after waiting for the one before.
  ///
  /// - Parameters:
  ///   - rows: which rows of each source.
  ///   - sources: the columns.
  ///   - once: whether to read past the page cache.
  package func start(_ rows: Range<Int>, of sources: [EncodedRows], once: Bool) {
    wait()
    while buffers.count < sources.count { buffers.append(Buffer()) }
    let pending = Pending()
    self.pending = pending
    let work = Unchecked((self, sources))
    thread.async {
      let (reader, sources) = work.value
      pending.finish(Result { try reader.read(rows, of: sources, once: once) })
    }
  }

  /// Waits for the piece.
  ///
  /// - Returns: the rows of each source as they are stored, valid until the next start.
  /// - Throws: `GasError` if the disk fails.
  package func result() throws -> [UnsafeRawBufferPointer] {
    try pending?.result()
    return bytes
  }

  package func wait() {
    pending?.wait()
    pending = nil
  }

  /// Returns when the thread has let go of what it read.
  package func drain() { thread.drain() }

  /// Gives the memory back.
  package func release() {
    wait()
    bytes = []
    for buffer in buffers { buffer.release() }
  }

  private func read(_ rows: Range<Int>, of sources: [EncodedRows], once: Bool) throws {
    bytes = try zip(sources, buffers).map { source, buffer in
      if once { return try source.values.readOnce(rows, using: buffer) }
      let piece = UnsafeMutableRawBufferPointer(buffer.resized(to: rows.count * source.rowBytes))
      try source.values.copyRows(rows, into: piece.baseAddress!)
      return UnsafeRawBufferPointer(piece)
    }
  }
}
