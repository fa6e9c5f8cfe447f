import GasStore

/// The files that ingest has read, for the store's provenance. Not thread-safe.
final class InputLog {
  private(set) var files: [Manifest.InputFile] = []

  /// Notes a file that has been read to its end.
  func record(_ file: FileReader) {
    files.append(.init(path: file.name, byteCount: file.byteCount, checksum: Checksum.text(file.checksum)))
  }

  /// Notes a mapped file.
  func record(path: String, _ bytes: UnsafeRawBufferPointer) {
    guard !files.contains(where: { $0.path == path }) else { return }
    files.append(.init(path: path, byteCount: bytes.count, checksum: Checksum.text(Checksum.crc32(bytes))))
  }
}
