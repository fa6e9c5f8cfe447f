import Glibc

/// Arrays as bytes, which are read and written front to back.
extension FlatArray {
  /// All elements as bytes, in place.
  package var bytes: FlatArray<UInt8> {
    let raw = UnsafeMutableRawBufferPointer(all).assumingMemoryBound(to: UInt8.self)
    return FlatArray<UInt8>(raw.baseAddress!, count: raw.count, file: file, owner: self, fileStart: fileStart)
  }
}

extension FlatArray where Element == UInt8 {
  /// Begins to read bytes that will all be wanted soon.
  func readAhead(_ range: Range<Int>) {
    file?.advise(.willNeed, fileStart + range.lowerBound..<fileStart + range.upperBound)
  }

  /// Overwrites the array front to back, without making its pages resident, and sends them to the disk.
  ///
  /// - Parameter body: gives bytes to its argument, the next ones each time.
  /// - Throws: `GasError` if the disk fails; what `body` throws.
  func overwrite(_ body: (_ append: (UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
    var writing = WriteBehind(from: fileStart)
    var done = 0
    try body { bytes in
      precondition(done + bytes.count <= count, "more bytes than the array has")
      if let file {
        try writing.append(bytes, to: file.descriptor, file.path)
      } else if let source = bytes.baseAddress {
        memcpy(base + done, source, bytes.count)
      }
      done += bytes.count
    }
  }
}
