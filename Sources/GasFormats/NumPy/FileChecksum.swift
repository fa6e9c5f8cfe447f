import GasFiles

/// Size and CRC-32 of a file.
public struct FileChecksum: Equatable, Sendable {
  public let byteCount: Int
  public let checksum: UInt32

  public init(_ file: MappedFile) { self.init(OwnedBytes(file)) }

  /// Reads the bytes once; those of a file do not stay resident.
  init(_ data: OwnedBytes) {
    byteCount = data.bytes.count
    checksum = data.checksum()
  }
}
