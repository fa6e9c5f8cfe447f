import GasFiles
import GasFormats
import GasStore

/// The files that ingest has read, for the store's provenance. Not thread-safe.
package final class InputLog {
  /// The files with size and checksum, in the order in which they were noted.
  package private(set) var files: [Manifest.InputFile] = []
  /// What was assumed about files, and what may be surprising in them: a line each, for the report.
  package private(set) var notes: [String] = []
  /// The input that a temporary file was made of, by its path.
  private var origins: [String: String] = [:]

  /// Starts with no files.
  package init() {}

  /// Says that a file is no input itself, but was made of one.
  package func note(_ path: String, madeOf input: String) { origins[path] = input }

  /// Whether a file was made of an input.
  package func isMade(_ path: String) -> Bool { origins[path] != nil }

  /// Adds a line for the report unless it is there.
  package func note(_ text: String) {
    if !notes.contains(text) { notes.append(text) }
  }

  /// What messages call a file.
  package func name(of path: String) -> String { origins[path] ?? path }

  /// Notes a file that has been read to its end.
  package func record(_ file: FileReader) {
    files.append(.init(path: file.name, byteCount: file.byteCount, checksum: Checksum.text(file.checksum)))
  }

  /// Notes a mapped file, which is read for its checksum unless that is known.
  package func record(path: String, _ file: @autoclosure () -> FileChecksum) {
    guard origins[path] == nil && !files.contains(where: { $0.path == path }) else { return }
    let file = file()
    files.append(.init(path: path, byteCount: file.byteCount, checksum: Checksum.text(file.checksum)))
  }
}
