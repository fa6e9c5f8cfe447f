import GasBase

extension Column {
  /// How many blocks there are.
  package var blockCount: Int { table.count }

  /// Checks every block's checksum, and that compressed blocks decode to their size; the rest was checked by opening.
  ///
  /// - Parameters:
  ///   - blocks: the blocks to check; all by default.
  ///   - progress: gets the bytes of each.
  /// - Throws: `GasError` naming file and offset of the first damaged block.
  package func verify(blocks: Range<Int>? = nil, progress: (Int) -> Void = { _ in }) throws {
    let codec = BlockCodec()
    let scratch = Buffer<UInt8>()
    for block in blocks ?? 0..<table.count {
      let stored = try storedBytes(block)
      if header.encoding != .raw {
        let count = (table.endElement(of: block) - table[block].firstElement) * type.byteCount
        try decode(block, into: UnsafeMutableRawBufferPointer(scratch.resized(to: count)), using: codec)
      }
      progress(stored.count)
      if block % 8 == 7 { release() }
    }
  }
}
