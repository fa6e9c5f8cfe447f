import ArgumentParser
import GasRuns

/// What training leaves behind.
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
      """
      What becomes of the histories when the run is complete: keep, or drop, which frees most of what it takes. gas-run resume makes them \
      again.
      """, valueName: "keep|drop"))
  var histories = KeptHistories.keep
}
