import CGasKernels
import CLZ4
import GasBase

/// Turns one block of elements into stored bytes and back: byte shuffle, then LZ4.
///
/// Small integers have equal high bytes; the shuffle puts these side by side, where LZ4 removes them. Holds its scratch memory,
/// so one codec serves one thread.
public final class BlockCodec {
  /// Most bytes of elements that a block may hold.
  static let blockBytes = 1 << 20

  private let shuffled = Scratch(byteCount: blockBytes)
  private var keptBlocks: [ObjectIdentifier: KeptBlock] = [:]
  private let packed = Scratch(byteCount: Int(LZ4_compressBound(Int32(blockBytes))))

  public init() {}

  /// The last block of a column of which only a part was wanted. Small partitions share blocks, and whoever reads one of them
  /// mostly reads the next one too.
  private struct KeptBlock {
    /// Held, so that no other column can have its identity.
    let column: Column
    let scratch = Scratch(byteCount: blockBytes)
    var block = -1
  }

  /// The decoded bytes of a block, valid until the next call for the same column; `decode` is called unless they are kept.
  func keep(
    _ block: Int, of column: Column, byteCount: Int, decode: (UnsafeMutableRawBufferPointer) throws -> Void
  ) rethrows -> UnsafeRawBufferPointer {
    let key = ObjectIdentifier(column)
    var kept = keptBlocks[key] ?? KeptBlock(column: column)
    let bytes = UnsafeMutableRawBufferPointer(start: kept.scratch.base, count: byteCount)
    if kept.block != block {
      // Forgotten first: a block that fails to decode must not be taken for the one before.
      keptBlocks[key] = nil
      try decode(bytes)
      kept.block = block
      keptBlocks[key] = kept
    }
    return UnsafeRawBufferPointer(bytes)
  }

  /// - Returns: the stored bytes, valid until the next call: compressed, or `elements` itself where that is not larger.
  func encode(_ elements: UnsafeRawBufferPointer, elementBytes: Int) -> UnsafeRawBufferPointer {
    let source = shuffle(elements, elementBytes)
    let size = LZ4_compress_default(
      source.assumingMemoryBound(to: CChar.self), packed.base.assumingMemoryBound(to: CChar.self),
      Int32(elements.count), Int32(packed.byteCount))
    guard size > 0 && Int(size) < elements.count else { return elements }
    return UnsafeRawBufferPointer(start: packed.base, count: Int(size))
  }

  /// Decodes a block into `elements`, whose size says what to expect.
  ///
  /// - Returns: whether the bytes were a block of that size.
  func decode(_ stored: UnsafeRawBufferPointer, into elements: UnsafeMutableRawBufferPointer, elementBytes: Int) -> Bool
  {
    guard stored.count < elements.count else {
      guard stored.count == elements.count else { return false }
      elements.copyMemory(from: stored)
      return true
    }
    let target = elementBytes == 1 ? elements.baseAddress! : shuffled.base
    let size = LZ4_decompress_safe(
      stored.baseAddress!.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self),
      Int32(stored.count), Int32(elements.count))
    guard Int(size) == elements.count else { return false }
    if elementBytes > 1 {
      gas_unshuffle(
        Int64(elements.count / elementBytes), Int64(elementBytes), bytes(shuffled.base), bytes(elements.baseAddress!))
    }
    return true
  }

  private func shuffle(_ elements: UnsafeRawBufferPointer, _ elementBytes: Int) -> UnsafeRawPointer {
    guard elementBytes > 1 else { return elements.baseAddress! }
    gas_shuffle(
      Int64(elements.count / elementBytes), Int64(elementBytes),
      elements.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes(shuffled.base))
    return UnsafeRawPointer(shuffled.base)
  }
}

private func bytes(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt8> {
  pointer.assumingMemoryBound(to: UInt8.self)
}

/// Memory of a fixed size that lives as long as its owner.
final class Scratch {
  let byteCount: Int
  let base: UnsafeMutableRawPointer

  init(byteCount: Int) {
    self.byteCount = byteCount
    base = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit { base.deallocate() }
}
