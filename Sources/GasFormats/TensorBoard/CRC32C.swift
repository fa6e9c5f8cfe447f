/// CRC-32C, the checksum that TensorFlow's records have: the polynomial of Castagnoli, as in RFC 3720, appendix B.4.
///
/// Byte by byte, from a table: records are short. Files of gas have the other CRC-32, of zlib (`Checksum`).
package enum CRC32C {
  /// The checksum of each byte that follows a register of zeros.
  private static let table = (0..<256).map { byte -> UInt32 in
    var sum = UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0x82f6_3b78 : sum >> 1 }
    return sum
  }

  /// Computes the checksum of bytes.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      let place = UInt8(truncatingIfNeeded: sum) ^ byte
      sum = table[Int(place)] ^ (sum >> 8)
    }
    return ~sum
  }

  /// The checksum as records store it: rotated and shifted, so that one of bytes that hold checksums is no weaker.
  package static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let sum = checksum(bytes)
    return ((sum >> 15) | (sum << 17)) &+ 0xa282_ead8
  }
}
