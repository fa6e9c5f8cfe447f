import CBzip2

/// bzip2: one or more streams, one after the other, as `bzip2` and `pbzip2` write them.
final class Bzip2Packing: Packing {
  static let name = "bzip2"
  static let piece = "stream"
  static let endings = [".bz2", ".tbz", ".tbz2"]
  static let command = "bzcat"
  private let stream: UnsafeMutablePointer<bz_stream>
  /// How a block begins, and how a stream without blocks ends.
  private static let marks: [[UInt8]] = [
    [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
  ]
  /// The library counts the bytes of one call in 32 bits.
  private static let largestStep = 1 << 30

  /// Starts at the beginning of a stream.
  ///
  /// - Parameter memoryBytes: not used: bzip2 takes at most 4 MiB.
  init(memoryBytes: Int) {
    // The library remembers the address, so it must not change.
    stream = .allocate(capacity: 1)
    stream.initialize(to: bz_stream())
    start()
  }

  deinit {
    BZ2_bzDecompressEnd(stream)
    stream.deallocate()
  }

  private func start() {
    let status = BZ2_bzDecompressInit(stream, 0, 0)
    precondition(status == BZ_OK, "bzip2 does not start: \(status)")
  }

  static func starts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 4, bytes.starts(with: Array("BZh".utf8)), 0x31...0x39 ~= bytes[3] else { return false }
    // Text could begin with these letters too; what is cut short is reported as damage.
    let rest = bytes.dropFirst(4).prefix(6)
    return marks.contains { $0.starts(with: rest) }
  }

  static func mayStart(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "B") }

  func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Inflater.Step {
    let (inputCount, outputCount) = (min(input.count, Self.largestStep), min(output.count, Self.largestStep))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
    stream.pointee.avail_in = UInt32(inputCount)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
    stream.pointee.avail_out = UInt32(outputCount)
    let status = BZ2_bzDecompress(stream)
    return Inflater.Step(
      consumed: inputCount - Int(stream.pointee.avail_in), produced: outputCount - Int(stream.pointee.avail_out),
      state: Self.state(status))
  }

  private static func state(_ status: Int32) -> Inflater.State {
    switch status {
    case BZ_OK: .more
    case BZ_STREAM_END: .ended
    case BZ_DATA_ERROR: .damaged("a checksum or a code is wrong")
    case BZ_DATA_ERROR_MAGIC: .damaged("no stream begins here")
    case BZ_MEM_ERROR: .damaged("no memory is left")
    default: .damaged("bzip2 error \(status)")
    }
  }

  func reset() {
    BZ2_bzDecompressEnd(stream)
    stream.pointee = bz_stream()
    start()
  }
}
