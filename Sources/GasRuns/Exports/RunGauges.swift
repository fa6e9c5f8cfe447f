import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasMetrics
import GasStore
import Glibc

/// What is measured of a run as gauges of Prometheus, in a file that is replaced as a whole: at most every second while
/// the run is trained, and at its end.
///
/// If the file cannot be written, that is said once, and training goes on without it. Used by one thread.
public final class RunGauges {
  /// How the run is.
  public enum State {
    case training, stopped, failed, complete
  }

  private let path: String
  private let labels: PrometheusText.Labels
  private let epochs: Int
  private var record: EpochRecord?
  private var staleness: [EpochRecord.Layer] = []
  private var scores: SplitScores?
  private var remainingSeconds: Double?
  private var written: ContinuousClock.Instant?
  private var canWrite = true

  /// Prepares gauges of a run; nothing is written yet.
  ///
  /// - Parameters:
  ///   - path: the file, which `check` has found fit.
  ///   - run: the run's name.
  ///   - store: the store that it is trained on.
  ///   - epochs: the number of epochs that are to be trained.
  public init(_ path: String, of run: String, _ store: Store, epochs: Int) {
    self.path = path
    self.epochs = epochs
    labels = [("store", store.path), ("run", run)]
  }

  /// Checks the file before the work begins.
  ///
  /// - Parameter path: as the user gave it.
  /// - Returns: the file to write.
  /// - Throws: `GasError` if it cannot be written, or is there and holds other things than gauges of gas.
  public static func check(_ path: String) throws -> String {
    var paths = OutputPaths(replacesExisting: true)
    guard let file = try paths.add(path, as: "--metrics-file", endings: [".prom"]) else { return path }
    try file.checkIsOwn(beginning: "# HELP gas_", of: "--metrics-file")
    return file.path
  }

  /// Takes over an epoch.
  ///
  /// - Parameters:
  ///   - record: the epoch's record.
  ///   - remainingSeconds: about how long the run still takes; `nil` where that is not known yet.
  public func add(_ record: EpochRecord, remainingSeconds: Double?) {
    self.record = record
    self.remainingSeconds = remainingSeconds
    if record.isEvaluated { (staleness, scores) = (record.staleness, record.scores) }
    if let written, written.duration(to: .now) < .seconds(1) { return }
    write(.training)
  }

  /// Writes the file for the last time.
  ///
  /// - Parameter state: how the run has ended.
  public func finish(_ state: State) {
    if state == .complete { remainingSeconds = 0 }
    write(state)
  }

  private func write(_ state: State) {
    guard canWrite else { return }
    written = .now
    do {
      try AtomicFile.write(path, text: text(state))
      // The collector is another user, and says nothing that others may not read.
      chmod(path, 0o644)
    } catch {
      canWrite = false
      ProgressLine.note("\(error); the run goes on without --metrics-file")
    }
  }

  private func text(_ state: State) -> String {
    var text = PrometheusText()
    func add(_ name: String, _ help: String, _ value: Double?) {
      text.add("gas_run_" + name, help, value.map { [(labels, $0)] } ?? [])
    }
    add("training", "1 while the run is trained.", state == .training ? 1 : 0)
    add("complete", "1 once all epochs are done, or patience has ended.", state == .complete ? 1 : 0)
    add("failed", "1 if training has ended with an error.", state == .failed ? 1 : 0)
    add("epochs", "Epochs that are to be trained.", Double(epochs))
    add("epoch", "Epochs that were trained.", record.map { Double($0.epoch) })
    add("steps", "Optimiser steps since the run began.", record.map { Double($0.step) })
    add("loss", "Training loss of the last epoch.", record?.loss)
    add("learning_rate", "Learning rate of the last epoch.", record?.learningRate)
    addScores(to: &text)
    add("epoch_train_seconds", "Time of the last epoch's training.", record?.trainSeconds)
    add("epoch_evaluate_seconds", "Time of the last epoch's evaluation.", record?.evaluateSeconds)
    add("epoch_wait_seconds", "Part of both that was spent waiting for batches.", record?.waitedSeconds)
    add(
      "epoch_edges", "Adjacency entries of the last epoch's training.",
      record.map { $0.edgesPerSecond * $0.trainSeconds })
    add("remaining_seconds", "About how long the run still takes.", remainingSeconds)
    add("resident_memory_bytes", "Resident memory of the process.", record.map { Double($0.residentBytes) })
    addStaleness(to: &text)
    add("updated_timestamp_seconds", "When this file was written, in seconds since 1970.", Date().timeIntervalSince1970)
    return text.text
  }

  private func addScores(to text: inout PrometheusText) {
    let parts = [("train", scores?.train), ("val", scores?.val), ("test", scores?.test)]
    let samples = parts.flatMap { part, table in
      Score.allCases.compactMap { score in
        table?[score].map { (labels + [("part", part), ("score", score.rawValue)], $0) }
      }
    }
    text.add("gas_run_score", "Scores of the last evaluation; shares are from 0 to 1.", samples)
  }

  private func addStaleness(to text: inout PrometheusText) {
    let drift = staleness.filter { $0.drift.isFinite }.map { (labels + [("layer", "\($0.layer)")], $0.drift) }
    text.add("gas_run_history_drift_ratio", "How far histories were from exact rows, relative to these.", drift)
  }
}
