import CZlib
import GasBase
import GasFiles

extension Checksum {
  /// Computes the CRC-32 of two adjacent pieces from the CRC-32 of each, so that pieces may be worked on in any order.
  ///
  /// - Parameters:
  ///   - first: the checksum of the first piece.
  ///   - second: the checksum of the piece after it.
  ///   - byteCount: how long the second piece is.
  /// - Returns: the checksum of both pieces together.
  public static func joined(_ first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
    UInt32(crc32_combine(uLong(first), uLong(second), byteCount))
  }
}

extension MappedElements {
  /// About how many bytes are read at a time.
  private static let pieceBytes = 256 << 10

  /// Computes the CRC-32 of rows as they are stored, without making their pages resident.
  ///
  /// - Parameter rows: which rows of the column.
  /// - Returns: the checksum.
  /// - Throws: `GasError` if reading fails.
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
