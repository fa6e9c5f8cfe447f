import GasStore

/// The files that ingest has read, for the store's provenance. Not thread-safe.
final class InputLog {
  private(set) var files: [Manifest.InputFile] = []
  /// Which input a file has been made of on the way, by its path.
  private var origins: [String: String] = [:]

  /// Says that a file is no input itself.
  func note(_ path: String, madeOf input: String) { origins[path] = input }

  /// What to call a file in messages.
  func name(of path: String) -> String { origins[path] ?? path }

  /// Notes a file that has been read to its end.
  func record(_ file: FileReader) {
    files.append(.init(path: file.name, byteCount: file.byteCount, checksum: Checksum.text(file.checksum)))
  }

  /// Notes a mapped file, which is read for its checksum unless it is known.
  func record(path: String, _ file: @autoclosure () -> FileChecksum) {
    guard origins[path] == nil && !files.contains(where: { $0.path == path }) else { return }
    let file = file()
    files.append(.init(path: path, byteCount: file.byteCount, checksum: Checksum.text(file.checksum)))
  }
}
