import ArgumentParser
import GasBase
import GasMetrics
import GasRuns
import GasTrain

/// What training tells other programs, and what it leaves behind.
struct TellingOptions: ParsableArguments {
  /// What becomes of the histories of a run that is complete.
  enum KeptHistories: String, ExpressibleByArgument, CaseIterable {
    case keep, drop

    /// Frees the histories where that was asked for.
    ///
    /// - Parameter folder: a complete run, with its lock.
    /// - Throws: `GasError` if a file cannot be removed.
    func settle(_ folder: RunFolder) throws { if self == .drop { try folder.dropHistories() } }
  }

  @Option(
    help: ArgumentHelp(
      "Write how far the run is, and how good, for node_exporter's textfile collector; ends in .prom.",
      valueName: "FILE"), completion: .file(extensions: ["prom"]))
  var metricsFile: String?
  @Option(
    help: ArgumentHelp(
      """
      What becomes of the histories when the run is complete: keep, or drop, which frees most of what it takes. gas-run resume makes them \
      again.
      """, valueName: "keep|drop"))
  var histories = KeptHistories.keep

  /// Checks the file before the work begins.
  func check() throws { _ = try metricsFile.map(RunGauges.check) }

  /// The gauges of a training; `nil` where none are asked for.
  func gauges(of trainer: Trainer) throws -> RunGauges? {
    try metricsFile.map {
      RunGauges(
        try RunGauges.check($0), of: trainer.folder.name, trainer.store, epochs: trainer.settings.epochs)
    }
  }
}

extension EpochRecord {
  /// Writes an epoch as a line of `--log json`.
  ///
  /// - Parameters:
  ///   - epochs: the number of epochs that are to be trained.
  ///   - metric: the name of the main score.
  ///   - remaining: about how many seconds the run still takes.
  func log(of epochs: Int, metric: String, remaining: Double?) {
    let scores: [(key: String, value: JSONLog.Value)] = [("train", train), ("val", val), ("test", test)].compactMap {
      part, value in value.map { (part, .number($0)) }
    }
    JSONLog.write(
      .progress,
      [
        ("phase", .text("epoch")), ("epoch", .count(epoch)), ("epochs", .count(epochs)), ("step", .count(step)),
        ("loss", loss.map { .number($0) }), ("learningRate", learningRate.map { .number($0) }),
        ("metric", .text(metric)), ("scores", scores.isEmpty ? nil : .parts(scores)),
        ("rate", .number(edgesPerSecond)), ("unit", .text("edges")), ("remaining", remaining.map { .number($0) }),
        ("residentBytes", .count(residentBytes)),
      ])
  }
}
