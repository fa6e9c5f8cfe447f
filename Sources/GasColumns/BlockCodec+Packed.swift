import CGasKernels

/// Packed blocks: differences in as few bits as most of them need, or compressed by LZ4 where their bytes repeat so
/// much that this is shorter (lists that are alike, as in web graphs and graphs of cliques). Layout: docs/format.md,
/// "packed".
extension BlockCodec {
  /// The most bytes that a packed block can take.
  static let packedLimit = 1 + Int(gas_pack_limit(Int64(blockBytes / 4)))

  private static let lz4Flag: UInt8 = 0x80

  /// LZ4 decodes more slowly than bits are unpacked: it has to save a 32nd (Benchmarks/results/adjacency.md).
  private static func lz4Limit(_ packedBytes: Int) -> Int { packedBytes * 31 / 32 }

  /// Packs a block of uint32 elements.
  ///
  /// - Returns: width and flag, then the differences; valid until the next call.
  func pack(_ elements: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let values = elements.assumingMemoryBound(to: UInt32.self)
    let count = Int64(values.count)
    let width = UInt8(UInt32.bitWidth - values.reduce(0, |).leadingZeroBitCount)
    let target = UnsafeMutableRawBufferPointer(start: packed.base, count: packed.byteCount)
    let distances = differences.base.assumingMemoryBound(to: UInt32.self)
    gas_differences(count, Int32(width), values.baseAddress!, distances)
    var size = Int(gas_pack(count, Int32(width), distances, (packed.base + 1).asBytes))
    target[0] = width
    // Shuffled elsewhere first, so that the compressed bytes may take the place of what they are made of.
    let plain = UnsafeRawBufferPointer(start: differences.base, count: elements.count)
    if let shorter = compress(plain, 4, into: differences, limit: Self.lz4Limit(size)) {
      target[0] |= Self.lz4Flag
      (packed.base + 1).copyMemory(from: shorter.baseAddress!, byteCount: shorter.count)
      size = shorter.count
    }
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(target)[..<(1 + size)])
  }

  /// Decodes a packed block into `elements`, whose size says how many are expected.
  ///
  /// - Returns: whether the bytes were a packed block of that size.
  func unpack(_ stored: UnsafeRawBufferPointer, into elements: UnsafeMutableRawBufferPointer) -> Bool {
    guard let first = stored.first, first & ~Self.lz4Flag <= UInt32.bitWidth else { return false }
    let width = Int32(first & ~Self.lz4Flag)
    let rest = UnsafeRawBufferPointer(rebasing: stored[1...])
    let values = elements.assumingMemoryBound(to: UInt32.self)
    let count = Int64(values.count)
    guard first & Self.lz4Flag != 0 else {
      guard let packed = rest.baseAddress else { return false }
      return gas_unpack(
        count, width, Int64(rest.count), packed.assumingMemoryBound(to: UInt8.self), values.baseAddress!)
    }
    guard !rest.isEmpty, decompress(rest, into: elements, 4) else { return false }
    gas_sums(count, width, values.baseAddress!, values.baseAddress!)
    return true
  }
}
