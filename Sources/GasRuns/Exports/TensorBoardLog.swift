import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasSettings

/// Event files of a run, written while it is trained. Each epoch is one record, appended in one write: whatever ends
/// the process, TensorBoard reads all epochs before.
///
/// A run that goes on begins another file, which says from which epoch on what files before say counts no more. It
/// begins with those epochs of the run that files before do not have: all, if there are no files. So does a run that is
/// made again because it came to nothing, where the folder goes on behind what that left. Used by one thread.
public final class TensorBoardLog {
  private let events: RunEvents
  /// The file; `nil` once it cannot be written.
  private var file: GrowingFile?
  /// Keeps other processes from the file while it is written.
  private var claim: EventFolderClaim?

  /// Makes an event file for a run that is about to be trained.
  ///
  /// - Parameters:
  ///   - folder: where the runs' folders are.
  ///   - run: the run, locked. It goes on where it has a checkpoint.
  ///   - settings: its settings from here on.
  /// - Throws: `GasError` if there are events of another run, another process writes there, the run's files are
  ///   damaged, or the disk fails.
  public init(_ folder: TensorBoardFolder, of run: RunFolder, _ settings: RunSettings) throws {
    events = RunEvents(run: run, settings: settings)
    let now = Date().timeIntervalSince1970
    let state = run.hasCheckpoint ? try Checkpoint(reading: run.checkpoint) : nil
    let records = try state.map { try MetricsFile(run.metrics, of: $0).records } ?? []
    let path: String
    if try (state != nil || folder.goesOn) && folder.checkGoesOn(run) {
      (path, claim) = try Self.goOn(folder, events, records, to: state.map { $0.epoch + 1 } ?? 0, now)
    } else {
      let (start, bytes): (Double, [UInt8]) = state == nil ? (now, events.head(wallTime: now)) : events.past(records)
      (path, claim) = try folder.write(bytes, of: run, seconds: start)
    }
    file = try GrowingFile(opening: path)
  }

  /// Begins a file behind others. Epochs that they lack come first: the run was resumed without events meanwhile.
  private static func goOn(
    _ folder: TensorBoardFolder, _ events: RunEvents, _ records: [EpochRecord], to next: Int, _ now: Double
  ) throws -> (path: String, claim: EventFolderClaim) {
    let missing = Array(events.missing(records, in: try folder.shown(of: events.run)))
    guard let first = missing.first else {
      let start = TensorBoardEvent.start(wallTime: now, step: next).record
      return try folder.append(events.head(wallTime: now) + start, to: events.run, seconds: now, epoch: next)
    }
    let (start, bytes) = events.past(missing, goesOn: true)
    return try folder.append(bytes, to: events.run, seconds: start, epoch: first.epoch)
  }

  /// Appends an epoch. If it cannot be written, or the file was removed, that is said on standard error, and training
  /// goes on without the file.
  ///
  /// - Parameter record: the epoch's record.
  public func add(_ record: EpochRecord) {
    guard let file else { return }
    do {
      // What is written to a file without a name is lost.
      guard file.isInPlace else {
        throw GasError("was removed or changed while the run was trained", file: file.path)
      }
      try file.append(events.event(record, wallTime: Date().timeIntervalSince1970).record)
    } catch {
      ProgressLine.note(
        "\(error); the run goes on without it, and gas-run export --format tensorboard writes all of it")
      (self.file, claim) = (nil, nil)
    }
  }
}
