import CLibdeflate
import GasBase

/// CRC-32 as zlib defines it: the checksum of every block, header and manifest. It is computed with the processor's
/// instructions for it, at several bytes a cycle, so that what is read anyway can be checked on the way.
public enum Checksum {
  /// Computes the checksum of bytes, or continues one: `seed` is the checksum of the bytes before them.
  public static func crc32(_ bytes: UnsafeRawBufferPointer, continuing seed: UInt32 = 0) -> UInt32 {
    guard let base = bytes.baseAddress else { return seed }
    return libdeflate_crc32(seed, base, bytes.count)
  }

  /// Computes the checksum of bytes.
  public static func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { crc32($0) }
  }

  /// Eight lower-case hexadecimal digits.
  public static func text(_ checksum: UInt32) -> String { checksum.hexadecimal }

  /// Whether a text is that of a checksum.
  package static func isText(_ text: String) -> Bool {
    text.utf8.count == 8 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
