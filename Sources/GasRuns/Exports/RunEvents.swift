import FoundationEssentials
import GasBase
import GasFormats
import GasSettings
import Glibc

/// The records of a run's epochs as TensorBoard's events. Epochs are the steps that it shows.
struct RunEvents {
  let run: RunFolder
  let settings: RunSettings

  /// What a file begins with: its kind, and the run's settings.
  ///
  /// - Parameter wallTime: seconds since 1970.
  /// - Returns: bytes of the file.
  func head(wallTime: Double) -> [UInt8] {
    let texts = RunSettings.table.rows.map { ($0.key, $0.text(in: settings)) }
    return TensorBoardEvent.fileVersion(wallTime: wallTime).record
      + TensorBoardEvent.settings(texts, run: run.name, wallTime: wallTime).record
  }

  /// The numbers of an epoch.
  func event(_ record: EpochRecord, wallTime: Double) -> TensorBoardEvent {
    let numbers = EpochNumber.all(layers: record.staleness.map(\.layer))
    let values = numbers.compactMap { number in number.value(record).map { (tag: number.name, value: $0) } }
    return TensorBoardEvent.scalars(values, wallTime: wallTime, step: record.epoch)
  }

  /// A file of epochs that were trained before. Records say how long each took, and not when it was: the last one is
  /// taken to have ended when the file of metrics was written last.
  ///
  /// - Parameters:
  ///   - records: the records of the epochs.
  ///   - goesOn: whether what files before say of these epochs counts no more.
  /// - Returns: when the first one began, in seconds since 1970, and the bytes of the file.
  func past(_ records: [EpochRecord], goesOn: Bool = false) -> (start: Double, bytes: [UInt8]) {
    let durations = records.map { $0.trainSeconds + $0.evaluateSeconds }
    let attributes = try? FileManager.default.attributesOfItem(atPath: run.metrics)
    let end = attributes?[.modificationDate] as? Date ?? Date()
    let start = end.timeIntervalSince1970 - durations.reduce(0, +)
    var (time, bytes) = (start, head(wallTime: start))
    if goesOn, let first = records.first { bytes += TensorBoardEvent.start(wallTime: start, step: first.epoch).record }
    for (record, seconds) in zip(records, durations) {
      time += seconds
      bytes += event(record, wallTime: time).record
    }
    return (start, bytes)
  }

  /// The epochs from the first on that events do not have, or have otherwise.
  ///
  /// - Parameters:
  ///   - records: the records of all epochs.
  ///   - shown: the events that TensorBoard shows.
  /// - Returns: the records of these epochs.
  func missing(_ records: [EpochRecord], in shown: [TensorBoardRecord]) -> ArraySlice<EpochRecord> {
    let contents = Set(shown.map(\.contents))
    return records.drop { contents.contains(event($0, wallTime: 0).contents) }
  }
}
