import CGasKernels
import CLZ4
import GasBase

/// Turns one block of elements into stored bytes and back: byte shuffle, then LZ4, or differences in few bits
/// (`BlockCodec+Packed`).
///
/// Small integers have equal high bytes; the shuffle puts these side by side, where LZ4 removes them. A codec holds its
/// scratch memory, so one codec serves one thread.
public final class BlockCodec {
  /// The most bytes of elements that a block may hold.
  static let blockBytes = 1 << 20

  let shuffled = Pages(byteCount: blockBytes)
  let packed = Pages(byteCount: max(Int(LZ4_compressBound(Int32(blockBytes))), packedLimit))
  private(set) lazy var differences = Pages(byteCount: Self.blockBytes)
  private var keptBlocks: [ObjectIdentifier: KeptBlock] = [:]

  /// Makes a codec, which holds a few MiB of scratch memory.
  public init() {}

  /// The last block of a column of which only a part was wanted. Small partitions share blocks, and a reader of one
  /// partition mostly reads the next one too.
  private struct KeptBlock {
    /// Held, so that no other column can have the same identity.
    let column: Column
    let scratch = Pages(byteCount: blockBytes)
    var block = -1
  }

  /// Returns the decoded bytes of a block, valid until the next call for the same column; `decode` is called unless
  /// they are kept.
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

  /// Encodes a block.
  ///
  /// - Returns: the stored bytes, valid until the next call: encoded, or `elements` itself where that is not larger.
  func encode(
    _ elements: UnsafeRawBufferPointer, _ type: ElementType, _ encoding: ColumnEncoding
  ) -> UnsafeRawBufferPointer {
    let stored =
      switch encoding {
      case .raw: elements
      case .lz4: compress(elements, type.byteCount, into: packed, limit: packed.byteCount)
      case .packed: pack(elements)
      }
    return (stored?.count ?? elements.count) < elements.count ? stored! : elements
  }

  /// Decodes a block into `elements`, whose size says what to expect.
  ///
  /// - Returns: whether the bytes were a block of that size.
  func decode(
    _ stored: UnsafeRawBufferPointer, into elements: UnsafeMutableRawBufferPointer, _ type: ElementType,
    _ encoding: ColumnEncoding
  ) -> Bool {
    guard stored.count < elements.count else {
      guard stored.count == elements.count else { return false }
      elements.copyMemory(from: stored)
      return true
    }
    switch encoding {
    case .raw: return false
    case .lz4: return decompress(stored, into: elements, type.byteCount)
    case .packed: return unpack(stored, into: elements)
    }
  }

  /// Shuffles elements and compresses them as one LZ4 block.
  ///
  /// - Returns: the compressed bytes in `target`; `nil` if there would be more than `limit`.
  func compress(
    _ elements: UnsafeRawBufferPointer, _ elementBytes: Int, into target: Pages, limit: Int
  ) -> UnsafeRawBufferPointer? {
    let source = shuffle(elements, elementBytes)
    let size = LZ4_compress_default(
      source.assumingMemoryBound(to: CChar.self), target.base.assumingMemoryBound(to: CChar.self),
      Int32(elements.count), Int32(limit))
    return size > 0 ? UnsafeRawBufferPointer(start: target.base, count: Int(size)) : nil
  }

  /// Decompresses one LZ4 block and undoes the shuffle.
  ///
  /// - Returns: whether the bytes decoded to as many as `elements` takes.
  func decompress(
    _ stored: UnsafeRawBufferPointer, into elements: UnsafeMutableRawBufferPointer, _ elementBytes: Int
  ) -> Bool {
    let target = elementBytes == 1 ? elements.baseAddress! : shuffled.base
    let size = LZ4_decompress_safe(
      stored.baseAddress!.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self),
      Int32(stored.count), Int32(elements.count))
    guard Int(size) == elements.count else { return false }
    if elementBytes > 1 {
      gas_unshuffle(
        Int64(elements.count / elementBytes), Int64(elementBytes), shuffled.base.asBytes, elements.baseAddress!.asBytes)
    }
    return true
  }

  private func shuffle(_ elements: UnsafeRawBufferPointer, _ elementBytes: Int) -> UnsafeRawPointer {
    guard elementBytes > 1 else { return elements.baseAddress! }
    gas_shuffle(
      Int64(elements.count / elementBytes), Int64(elementBytes),
      elements.baseAddress!.assumingMemoryBound(to: UInt8.self), shuffled.base.asBytes)
    return UnsafeRawPointer(shuffled.base)
  }
}

extension UnsafeMutableRawPointer {
  /// The same address as bytes, as the kernels in C take it.
  var asBytes: UnsafeMutablePointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}
