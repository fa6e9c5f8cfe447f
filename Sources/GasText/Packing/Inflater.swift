import CZlib
import GasBase

/// zlib's decompressor, called step by step on buffers of the caller. Not thread-safe.
public final class Inflater {
  /// What is around the compressed data.
  public enum Format {
    /// Deflate data without a wrapper, as in zip archives.
    case raw
    /// A gzip member, header and checksum included.
    case gzip
  }

  /// How a step ended.
  public enum State {
    case more
    /// The stream is over; what follows in the input is not part of it.
    case ended
    case damaged(String)
    /// Unpacking takes so many bytes of memory, which is more than allowed; 0 if the number is not known.
    case needs(Int)
  }

  /// The outcome of one step.
  public struct Step {
    /// How many bytes of the input were read.
    public var consumed: Int
    /// How many bytes of the output were written.
    public var produced: Int
    /// Whether the stream goes on.
    public var state: State

    /// Groups the outcome of a step.
    public init(consumed: Int, produced: Int, state: State) {
      self.consumed = consumed
      self.produced = produced
      self.state = state
    }
  }

  private let stream: UnsafeMutablePointer<z_stream>
  /// zlib counts the bytes of one call in 32 bits.
  private static let largestStep = 1 << 30

  /// Starts at the beginning of a stream. Without memory for zlib's state, the program stops.
  public init(format: Format) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits: Int32 = format == .raw ? -15 : 15 + 16
    let status = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib does not start: \(status)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Starts over, for the next member of a file.
  public func reset() {
    inflateReset(stream)
  }

  /// Unpacks as much as the input gives and the output takes, at most 1 GiB of each.
  public func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step {
    let inputCount = min(input.count, Self.largestStep)
    let outputCount = min(output.count, Self.largestStep)
    // zlib refuses null pointers even where nothing is to be read or written through them.
    var nothing: UInt8 = 0
    return withUnsafeMutableBytes(of: &nothing) { spare in
      let source = input.baseAddress ?? UnsafeRawPointer(spare.baseAddress!)
      let target = output.baseAddress ?? spare.baseAddress!
      stream.pointee.next_in = UnsafeMutableRawPointer(mutating: source).assumingMemoryBound(to: Bytef.self)
      stream.pointee.avail_in = uInt(inputCount)
      stream.pointee.next_out = target.assumingMemoryBound(to: Bytef.self)
      stream.pointee.avail_out = uInt(outputCount)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      return Step(
        consumed: inputCount - Int(stream.pointee.avail_in), produced: outputCount - Int(stream.pointee.avail_out),
        state: state(status))
    }
  }

  private func state(_ status: Int32) -> State {
    switch status {
    // Z_BUF_ERROR says that input or output has run out, which the caller sees in the counts.
    case Z_OK, Z_BUF_ERROR: .more
    case Z_STREAM_END: .ended
    default: .damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)")
    }
  }
}

extension Inflater.State: Equatable {}
