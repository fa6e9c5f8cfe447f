import CLzma

/// xz: one or more streams, one after the other, with zeros between them.
final class XzPacking: Packing {
  static let name = "xz"
  static let piece = "stream"
  static let endings = [".xz", ".txz"]
  static let command = "xzcat"
  private let stream: UnsafeMutablePointer<lzma_stream>
  /// How much memory unpacking may take: `xz` makes dictionaries of up to 1.5 GiB.
  private let memoryBytes: Int

  init(memoryBytes: Int) {
    self.memoryBytes = memoryBytes
    stream = .allocate(capacity: 1)
    stream.initialize(to: lzma_stream())
    reset()
  }

  deinit {
    lzma_end(stream)
    stream.deallocate()
  }

  static func starts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
  }

  static func mayStart(_ byte: UInt8) -> Bool { byte == 0xfd }

  func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Inflater.Step {
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = input.count
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = output.count
    let status = lzma_code(stream, LZMA_RUN)
    return Inflater.Step(
      consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out,
      state: state(status))
  }

  private func state(_ status: lzma_ret) -> Inflater.State {
    switch status {
    // LZMA_BUF_ERROR says that input or output has run out, which the caller sees in the counts.
    case LZMA_OK, LZMA_BUF_ERROR: .more
    case LZMA_STREAM_END: .ended
    case LZMA_DATA_ERROR: .damaged("a checksum or a code is wrong")
    case LZMA_FORMAT_ERROR: .damaged("no stream begins here")
    case LZMA_OPTIONS_ERROR: .damaged("it uses a filter that is not known")
    case LZMA_MEMLIMIT_ERROR, LZMA_MEM_ERROR: .needs(Int(clamping: lzma_memusage(stream)))
    default: .damaged("xz error \(status.rawValue)")
    }
  }

  func reset() {
    let status = lzma_stream_decoder(stream, UInt64(memoryBytes), 0)
    precondition(status == LZMA_OK, "xz does not start: \(status.rawValue)")
  }
}
