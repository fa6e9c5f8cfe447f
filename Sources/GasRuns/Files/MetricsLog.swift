import FoundationEssentials
import GasBase
import GasFiles

/// Appends epochs to `metrics.jsonl`. It is used by one thread.
package final class MetricsLog {
  /// A sentence about a file that was found, if there is something to say.
  package let note: String?
  private let file: GrowingFile
  /// The size of the file up to the lines of the checkpoint that is on the disk.
  private var keptBytes: Int
  /// Whether somebody else has changed the file.
  private var isForeign = false

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - state: the checkpoint that a run goes on from. Lines of later epochs are dropped, since they are written
  ///     again. A new run has none and begins with an empty file.
  /// - Throws: `GasError` if a line of the checkpoint's epochs is damaged or cut.
  package init(_ path: String, resuming state: Checkpoint? = nil) throws {
    let kept = try state.map { try MetricsFile(path, of: $0) }
    note = kept?.note
    let text = kept?.text ?? Data()
    if kept?.fileBytes != text.count {
      try AtomicFile.write(path) { file in try text.withUnsafeBytes { try file.write($0) } }
    }
    file = try GrowingFile(opening: path)
    keptBytes = file.byteCount
  }

  /// Says that there is a checkpoint to go with all lines.
  package func keepLines() { keptBytes = file.byteCount }

  /// Drops the lines that no checkpoint goes with, since resuming computes their epochs again.
  package func dropLines() {
    guard !isForeign else { return }
    // Readers do without these lines. If they cannot be dropped, what the caller failed for is said.
    try? file.cut(to: keptBytes)
  }

  /// Appends a line.
  ///
  /// - Parameter record: the epoch.
  /// - Throws: `GasError` if the disk fails, or if the file was removed or changed meanwhile.
  package func append(_ record: EpochRecord) throws {
    try checkPresence()
    try file.append(SealedJSON.bytes(record))
  }

  /// Returns when all lines are on the disk.
  package func sync() throws {
    try checkPresence()
    try file.sync()
  }

  /// Refuses to go on without the file, since what is written to a file without a name is lost.
  private func checkPresence() throws {
    guard !file.isInPlace else { return }
    isForeign = true
    throw GasError(
      "was removed or changed while the run was trained", file: file.path,
      advice: "gas-run resume goes on from the last checkpoint")
  }
}
