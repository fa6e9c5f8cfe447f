import GasBase
import GasFiles

extension NpzReader {
  static let stepBytes = 1 << 20

  /// Writes an array into a `.npy` file of its own, step by step: for deflated entries that are too large for memory.
  ///
  /// - Parameters:
  ///   - name: the array, without `.npy`.
  ///   - target: the file, which replaces one of that name.
  /// - Throws: `GasError` if there is no such array, if it is damaged, or if the file cannot be written.
  public func extract(_ name: String, to target: String) throws {
    guard let entry = entries[name] else { throw missing(name) }
    let range = try ZipDirectory.dataRange(of: entry, in: file.bytes, file: path)
    guard entry.method == ZipDirectory.stored || entry.method == ZipDirectory.deflated else {
      throw unknownMethod(entry)
    }
    try AtomicFile.write(target) { writer in
      var checksum: UInt32 = 0
      try forEachStep(of: entry, range) { bytes in
        // Checked before it fills the disk.
        guard writer.byteCount + bytes.count <= entry.byteCount else { throw damaged(entry, "more") }
        checksum = Checksum.crc32(bytes, continuing: checksum)
        try writer.write(bytes)
      }
      guard writer.byteCount == entry.byteCount, checksum == entry.checksum else {
        throw damaged(entry, "\(writer.byteCount) of checksum \(Checksum.text(checksum))")
      }
    }
  }

  /// Reads the header of an array alone, if no more of it is needed, such as its length.
  ///
  /// - Parameter name: the array, without `.npy`.
  /// - Returns: its header.
  /// - Throws: `GasError` if there is no such array, or if its header is damaged.
  public func header(_ name: String) throws -> NpyHeader {
    guard let entry = entries[name] else { throw missing(name) }
    let range = try ZipDirectory.dataRange(of: entry, in: file.bytes, file: path)
    // Headers of plain elements are not longer in any version that NumPy writes.
    let longest = min(entry.byteCount, 1 << 16)
    let stored = UnsafeRawBufferPointer(rebasing: file.bytes[range])
    let name = "\(path)[\(name)]"
    if entry.method == ZipDirectory.stored {
      return try NpyHeader(parsing: stored, byteCount: entry.byteCount, file: name)
    }
    guard entry.method == ZipDirectory.deflated else { throw unknownMethod(entry) }
    let memory = Buffer<UInt8>()
    let room = UnsafeMutableRawBufferPointer(memory.resized(to: longest))
    let step = Inflater(format: .raw).inflate(stored, into: room)
    return try NpyHeader(
      parsing: UnsafeRawBufferPointer(rebasing: room[..<step.produced]), byteCount: entry.byteCount, file: name)
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
