import CZlib

/// CRC-32 as zlib computes it: the checksum of every block, header and manifest.
public enum Checksum {
  public static func crc32(_ bytes: UnsafeRawBufferPointer, continuing seed: UInt32 = 0) -> UInt32 {
    guard let base = bytes.baseAddress else { return seed }
    return UInt32(CZlib.crc32_z(uLong(seed), base.assumingMemoryBound(to: Bytef.self), bytes.count))
  }

  public static func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { crc32($0) }
  }

  /// Eight lower-case hexadecimal digits.
  public static func text(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
