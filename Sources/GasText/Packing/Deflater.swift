import CZlib
import GasBase

/// zlib's compressor, which packs a text into one gzip member, piece by piece. Not thread-safe.
package final class Deflater {
  private let stream: UnsafeMutablePointer<z_stream>
  private var room = [UInt8](repeating: 0, count: 1 << 18)

  /// Starts a gzip member. Without memory for zlib's state, the program stops.
  ///
  /// - Parameter level: from 1, the fastest, to 9, the smallest; −1 is zlib's choice.
  package init(level: Int = -1) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipWindow: Int32 = 15 + 16
    let status = deflateInit2_(
      stream, Int32(level), Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib does not start: \(status)")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Packs bytes.
  ///
  /// - Parameters:
  ///   - bytes: what to pack, at most 1 GiB.
  ///   - isLast: whether the member ends here.
  ///   - write: gets what is packed, in pieces.
  /// - Throws: what `write` throws.
  package func pack(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, to write: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    // zlib refuses null pointers even where nothing is to be read.
    var nothing: UInt8 = 0
    try withUnsafeMutableBytes(of: &nothing) { spare in
      let source = bytes.baseAddress ?? UnsafeRawPointer(spare.baseAddress!)
      stream.pointee.next_in = UnsafeMutableRawPointer(mutating: source).assumingMemoryBound(to: Bytef.self)
      stream.pointee.avail_in = uInt(bytes.count)
      var isDone = false
      while !isDone {
        try room.withUnsafeMutableBytes { room in
          stream.pointee.next_out = room.baseAddress!.assumingMemoryBound(to: Bytef.self)
          stream.pointee.avail_out = uInt(room.count)
          let status = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          precondition(status != Z_STREAM_ERROR, "zlib's state is damaged")
          // What is left of the room says that there is nothing more to be had.
          isDone = isLast ? status == Z_STREAM_END : stream.pointee.avail_out > 0
          try write(
            UnsafeRawBufferPointer(
              rebasing: UnsafeRawBufferPointer(room)[..<(room.count - Int(stream.pointee.avail_out))]))
        }
      }
    }
  }
}
