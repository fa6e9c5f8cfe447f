import GasBase

extension NpzReader {
  static let stepBytes = 1 << 20

  /// Writes an array into a `.npy` file of its own, step by step: for deflated entries that are too large to be held.
  ///
  /// - Throws: `GasError` if there is no such array, if it is damaged, or if the file cannot be written.
  public func extract(_ name: String, to target: String) throws {
    guard let entry = entries[name] else {
      throw GasError(expected: "an array \"\(name)\"", found: names.joined(separator: ", "), file: path)
    }
    let range = try ZipDirectory.dataRange(of: entry, in: file.bytes, file: path)
    guard entry.method == ZipDirectory.stored || entry.method == ZipDirectory.deflated else {
      throw GasError(
        expected: "stored or deflated entries", found: "zip method \(entry.method) in \"\(entry.name)\"", file: path,
        at: .offset(entry.headerOffset), advice: "write it with numpy.savez")
    }
    try AtomicFile.write(target) { writer in
      var checksum: UInt32 = 0
      try forEachStep(of: entry, range) { bytes in
        checksum = Checksum.crc32(bytes, continuing: checksum)
        try writer.write(bytes)
      }
      guard writer.byteCount == entry.byteCount, checksum == entry.checksum else {
        throw damaged(entry, "\(writer.byteCount) of checksum \(Checksum.text(checksum))")
      }
    }
  }

  private func forEachStep(
    of entry: ZipDirectory.Entry, _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let inflater = entry.method == ZipDirectory.deflated ? Inflater(format: .raw) : nil
    let memory = Buffer<UInt8>()
    var start = range.lowerBound
    while true {
      let input = start..<min(range.upperBound, start + Self.stepBytes)
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[input])
      guard let inflater else {
        guard !bytes.isEmpty else { return }
        try body(bytes)
        file.release(input)
        start = input.upperBound
        continue
      }
      let room = UnsafeMutableRawBufferPointer(memory.resized(to: Self.stepBytes))
      let step = inflater.inflate(bytes, into: room)
      try body(UnsafeRawBufferPointer(rebasing: room[..<step.produced]))
      start += step.consumed
      file.release(input.lowerBound..<start)
      if step.state == .ended { return }
      guard step.state == .more, step.consumed + step.produced > 0 else {
        throw damaged(entry, "bytes that do not inflate to that")
      }
    }
  }
}
