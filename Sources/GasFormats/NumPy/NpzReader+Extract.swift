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
      let memory = Buffer<UInt8>()
      var checksum: UInt32 = 0
      try forEachStep(of: entry, range) {
        UnsafeMutableRawBufferPointer(memory.resized(to: Self.stepBytes))
      } body: { bytes in
        // Before it fills the disk.
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

  /// Reads an entry step by step; its own pages do not stay resident.
  ///
  /// - Parameters:
  ///   - entry: stored or deflated.
  ///   - range: where it is in the archive.
  ///   - room: gives the memory that the next step may be unpacked into.
  ///   - body: gets the bytes of a step.
  /// - Throws: `GasError` if the entry is damaged; what `body` throws.
  func forEachStep(
    of entry: ZipDirectory.Entry, _ range: Range<Int>, into room: () -> UnsafeMutableRawBufferPointer,
    body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let inflater = entry.method == ZipDirectory.deflated ? Inflater(format: .raw) : nil
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
      let target = room()
      let step = inflater.inflate(bytes, into: target)
      try body(UnsafeRawBufferPointer(rebasing: target[..<step.produced]))
      start += step.consumed
      file.release(input.lowerBound..<start)
      if step.state == .ended { return }
      guard step.state == .more, step.consumed + step.produced > 0 else { throw doesNotInflate(entry) }
    }
  }
}
