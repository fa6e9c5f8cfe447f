import GasBase
import GasFiles
import GasFormats
import GasSettings
import GasStore

/// Writes what was measured of a run to a file of another program's.
public struct RunExport {
  /// What is printed of it.
  public struct Report: Codable, Sendable {
    /// The run.
    public var run: String
    /// The file; `-` for standard output.
    public var path: String
    /// How many epochs it has; epoch 0 is before training.
    public var epochs: Int
    /// The names of the numbers.
    public var names: [String]
  }

  private let run: RunFolder
  private let settings: RunSettings
  private let records: [EpochRecord]

  /// Reads a run, up to its checkpoint.
  ///
  /// - Parameter run: its folder.
  /// - Throws: `GasError` if it was imported or has no checkpoint yet, or its files are damaged.
  public init(_ run: RunFolder) throws {
    guard run.importedNote == nil else {
      throw GasError(
        "run \"\(run.name)\" was imported: it has weights, but no epochs to export", file: run.path,
        advice: "--format pyg writes its weights; gas-run infer measures scores")
    }
    self.run = run
    settings = try run.settings()
    records = try MetricsFile(run.metrics, of: Checkpoint(reading: run.checkpoint)).records
    guard !records.isEmpty else {
      throw GasError("there are no metrics to export", file: run.metrics, advice: "gas-run resume writes those to come")
    }
  }

  /// Writes a file of TensorBoard's events; it appears whole.
  ///
  /// - Parameter folder: where the runs' folders are. Events of the run that are there give way if they may.
  /// - Returns: what was written.
  /// - Throws: `GasError` if there are events that do not give way, or that a process is writing, or the disk fails.
  public func write(to folder: TensorBoardFolder) throws -> Report {
    let (start, bytes) = RunEvents(run: run, settings: settings).past(records)
    return report(try folder.write(bytes, of: run, seconds: start).path)
  }

  /// Writes a table, as the ending of its name says (`MetricsTable`).
  ///
  /// - Parameter file: the file; `nil` for standard output.
  /// - Returns: what was written.
  /// - Throws: `GasError` if the disk fails.
  public func write(to file: OutputFile?) throws -> Report {
    let table = MetricsTable(records)
    guard let file else {
      try table.write(to: TextOutput(), as: .commas)
      return report(StandardOutput.name)
    }
    let name = TableFileName(file.path)
    let output = try TextOutput(drafting: file.path, isPacked: name.isPacked)
    try table.write(to: output, as: name.format)
    try output.ready(replaces: file.replacement)?.publish()
    return report(file.path)
  }

  private func report(_ path: String) -> Report {
    Report(
      run: run.name, path: path, epochs: records.count, names: EpochNumber.present(in: records).map(\.name))
  }
}

extension RunExport {
  /// The endings of the tables that are written.
  public static var tableEndings: [String] { TableFileName.endings }
}
