import Foundation
import GasBase
import GasStore

/// Appends epochs to `metrics.jsonl`.
///
/// To be used from one thread.
final class MetricsLog {
  /// What is worth knowing of a file that was found.
  let note: String?
  private let path: String
  private let handle: FileHandle
  private var byteCount: Int

  /// - Parameter state: the checkpoint that a run goes on from; lines of later epochs are dropped, since they are written anew. A new run
  ///   has none and begins with an empty file.
  /// - Throws: `GasError` if a line of the checkpoint's epochs is damaged or cut.
  init(_ path: String, resuming state: Checkpoint? = nil) throws {
    self.path = path
    let kept = try state.map { try MetricsFile(path, of: $0) }
    note = kept?.note
    let text = kept?.text ?? Data()
    byteCount = text.count
    if kept?.fileBytes != text.count {
      try AtomicFile.write(path) { file in try text.withUnsafeBytes { try file.write($0) } }
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else { throw GasError("cannot be written", file: path) }
    try handle.seekToEnd()
    self.handle = handle
  }

  /// - Throws: `GasError` if the disk fails, or if somebody has removed or changed the file.
  func append(_ record: EpochRecord) throws {
    try checkPresence()
    let line = try SealedJSON.bytes(record)
    try reporting("written") { try handle.write(contentsOf: line) }
    byteCount += line.count
  }

  /// Returns when all lines are on the disk.
  func sync() throws {
    try checkPresence()
    try reporting("synced") { try handle.synchronize() }
  }

  /// What is written to a file without a name is lost.
  private func checkPresence() throws {
    var (own, named) = (stat(), stat())
    guard fstat(handle.fileDescriptor, &own) == 0, stat(path, &named) == 0, own.st_ino == named.st_ino,
      own.st_dev == named.st_dev, Int(own.st_size) == byteCount
    else {
      throw GasError(
        "was removed or changed while the run was trained", file: path,
        advice: "gas-run resume goes on from the last checkpoint")
    }
  }

  private func reporting(_ action: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw GasError("cannot be \(action): \(error.localizedDescription)", file: path)
    }
  }
}
