import Foundation
import GasBase
import GasFiles

/// Appends epochs to `metrics.jsonl`.
///
/// To be used from one thread.
package final class MetricsLog {
  /// What is worth knowing of a file that was found.
  package let note: String?
  private let file: GrowingFile

  /// - Parameter state: the checkpoint that a run goes on from; lines of later epochs are dropped, since they are
  ///   written anew. A new run has none and begins with an empty file.
  /// - Throws: `GasError` if a line of the checkpoint's epochs is damaged or cut.
  package init(_ path: String, resuming state: Checkpoint? = nil) throws {
    let kept = try state.map { try MetricsFile(path, of: $0) }
    note = kept?.note
    let text = kept?.text ?? Data()
    if kept?.fileBytes != text.count {
      try AtomicFile.write(path) { file in try text.withUnsafeBytes { try file.write($0) } }
    }
    file = try GrowingFile(opening: path)
  }

  /// - Throws: `GasError` if the disk fails, or if somebody has removed or changed the file.
  package func append(_ record: EpochRecord) throws {
    try checkPresence()
    try file.append(SealedJSON.bytes(record))
  }

  /// Returns when all lines are on the disk.
  package func sync() throws {
    try checkPresence()
    try file.sync()
  }

  /// What is written to a file without a name is lost.
  private func checkPresence() throws {
    guard !file.isInPlace else { return }
    throw GasError(
      "was removed or changed while the run was trained", file: file.path,
      advice: "gas-run resume goes on from the last checkpoint")
  }
}
