import CZlib
import GasBase
import GasFiles

extension Checksum {
  /// CRC-32 of bytes and of those that follow them, of both together: pieces may be worked on in any order.
  ///
  /// - Parameters:
  ///   - first: the checksum of the first piece.
  ///   - second: the checksum of the piece after it.
  ///   - byteCount: how long the second piece is.
  public static func joined(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
    UInt32(crc32_combine(uLong(first), uLong(second), byteCount))
  }
}

extension MappedElements {
  /// Bytes that are read at a time, about.
  private static let pieceBytes = 256 << 10

  /// CRC-32 of rows as they are stored, without making their pages resident.
  ///
  /// - Throws: `GasError` where the disk fails.
  public func checksum(rows: Range<Int>) throws -> UInt32 {
    let rowBytes = width * type.byteCount
    let count = max(1, Self.pieceBytes / rowBytes)
    return try withUnsafeTemporaryAllocation(byteCount: min(count, rows.count) * rowBytes, alignment: 64) { piece in
      var checksum: UInt32 = 0
      for part in rows.chunks(ofCount: count) {
        try copyRows(part, into: piece.baseAddress!)
        let bytes = UnsafeRawBufferPointer(rebasing: piece[..<(part.count * rowBytes)])
        checksum = Checksum.crc32(bytes, continuing: checksum)
      }
      return checksum
    }
  }
}
