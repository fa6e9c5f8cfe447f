import GasBase

extension Column {
  /// Checks every block's checksum, and that compressed blocks decode to their size; the rest was checked by opening.
  package func verify(progress: (Int) -> Void = { _ in }) throws {
    let codec = BlockCodec()
    let scratch = Buffer<UInt8>()
    for block in 0..<table.count {
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
