import Foundation
import GasBase
import GasFiles
import GasFormats

/// Event files of a run, written while it is trained. Each epoch is one record, appended in one write: whatever ends
/// the process, TensorBoard reads all epochs before.
///
/// A run that goes on begins another file, which says from which epoch on what files before say counts no more. If the
/// files of a run are not there, the new one begins with the epochs that the run already has. Used by one thread.
public final class TensorBoardLog {
  private let events: RunEvents
  /// The file; `nil` once it cannot be written.
  private var file: GrowingFile?

  /// Makes an event file for a run that is about to be trained.
  ///
  /// - Parameters:
  ///   - folder: where the runs' folders are.
  ///   - run: the run, locked. It goes on where it has a checkpoint.
  ///   - settings: its settings from here on.
  /// - Throws: `GasError` if there are events of another run, the run's files are damaged, or the disk fails.
  public init(_ folder: TensorBoardFolder, of run: RunFolder, _ settings: RunSettings) throws {
    events = RunEvents(run: run, settings: settings)
    let now = Date().timeIntervalSince1970
    let path: String
    if !run.hasCheckpoint {
      path = try folder.write(events.head(wallTime: now), of: run, seconds: now)
    } else if try !folder.checkGoesOn(run) {
      let state = try Checkpoint(reading: run.checkpoint)
      let (start, bytes) = events.past(try MetricsFile(run.metrics, of: state).records)
      path = try folder.write(bytes, of: run, seconds: start)
    } else {
      let epoch = try Checkpoint(reading: run.checkpoint).epoch + 1
      let start = TensorBoardEvent.start(wallTime: now, step: epoch).record
      path = try folder.append(events.head(wallTime: now) + start, to: run, seconds: now, epoch: epoch)
    }
    file = try GrowingFile(opening: path)
  }

  /// Appends an epoch. If it cannot be written, that is said on standard error, and training goes on without the file.
  ///
  /// - Parameter record: the epoch's record.
  public func add(_ record: EpochRecord) {
    guard let file else { return }
    do {
      try file.append(events.event(record, wallTime: Date().timeIntervalSince1970))
    } catch {
      ProgressLine.note(
        "\(error); the run goes on without it, and gas-run export --format tensorboard writes all of it")
      self.file = nil
    }
  }
}
