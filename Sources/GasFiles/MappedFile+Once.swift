import GasBase

/// Bytes that are used once go past the page cache, which so keeps what will be used again.
extension MappedFile {
  /// How much is read past the page cache at a time, where much is read.
  private static let pieceBytes = 4 << 20

  /// Reads bytes that will not be read again soon, past the page cache where the file system can.
  ///
  /// - Parameters:
  ///   - range: which bytes of the file.
  ///   - buffer: memory that grows to hold them and what shares a block with them.
  /// - Returns: the bytes, valid until the buffer is used again.
  /// - Throws: `GasError` if the disk fails.
  public func readOnce<Element>(
    _ range: Range<Int>, using buffer: Buffer<Element>
  ) throws -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    if isSmall || range.isEmpty { return UnsafeRawBufferPointer(rebasing: bytes[range]) }
    let start = range.lowerBound / DirectAccess.blockBytes * DirectAccess.blockBytes
    let byteCount = roundedUp(range.upperBound - start, to: DirectAccess.blockBytes)
    let blocks = UnsafeMutableRawBufferPointer(buffer.resized(to: byteCount / MemoryLayout<Element>.stride))
    let wanted = range.lowerBound - start..<range.upperBound - start
    if let count = try direct.read(descriptor, at: start, into: blocks, path) {
      guard count >= wanted.upperBound else {
        throw GasError("the file has become shorter", file: path, at: .offset(start + count))
      }
    } else {
      try copy(range, into: blocks.baseAddress! + wanted.lowerBound)
      drop(range)
    }
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(blocks)[wanted])
  }

  /// Reads bytes that will not be read again soon into memory of the caller, past the page cache where the file system
  /// can. Memory behind them is not touched.
  ///
  /// - Parameters:
  ///   - range: which bytes of the file; it begins where a page does.
  ///   - target: memory for them that begins where a page does.
  /// - Throws: `GasError` if the disk fails.
  public func readOnce(_ range: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside of \(path)")
    let block = DirectAccess.blockBytes
    precondition(range.lowerBound % block == 0 && Int(bitPattern: target) % block == 0, "not where a block begins")
    let wholeBytes = isSmall ? 0 : range.count / block * block
    var done = 0
    while done < wholeBytes {
      // In pieces, so that other reads get their turn at the disk.
      let piece = UnsafeMutableRawBufferPointer(start: target + done, count: min(wholeBytes - done, Self.pieceBytes))
      guard let count = try direct.read(descriptor, at: range.lowerBound + done, into: piece, path) else { break }
      done += count
      guard count == piece.count else { break }
    }
    let rest = range.lowerBound + done..<range.upperBound
    try copy(rest, into: target + done)
    drop(rest)
  }

  /// Overwrites whole blocks that will not be read soon, past the page cache where the file system can.
  ///
  /// - Parameters:
  ///   - bytes: some pages that begin where a page does.
  ///   - offset: a multiple of a page.
  /// - Throws: `GasError` if the disk fails.
  public func writeOnce(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    let block = DirectAccess.blockBytes
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "range outside of \(path)")
    precondition(offset % block == 0 && bytes.count % block == 0, "not where a block begins")
    if isSmall { return try write(bytes, at: offset) }
    if try direct.write(descriptor, at: offset, bytes, path) { return }
    let range = offset..<offset + bytes.count
    try write(bytes, at: offset)
    try writeBack(range, waits: true)
    drop(range)
  }
}
