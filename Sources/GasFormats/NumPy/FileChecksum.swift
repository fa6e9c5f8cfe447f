import GasFiles

/// Size and CRC-32 of a file.
public struct FileChecksum: Equatable, Sendable {
  /// The size in bytes.
  public let byteCount: Int
  /// CRC-32 of all bytes.
  public let checksum: UInt32

  /// Reads the file once; its bytes do not stay resident.
  public init(_ file: MappedFile) { self.init(OwnedBytes(file)) }

  /// Reads the bytes once; those of a file do not stay resident.
  init(_ data: OwnedBytes) {
    byteCount = data.bytes.count
    checksum = data.checksum()
  }
}
