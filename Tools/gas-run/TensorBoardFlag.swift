import ArgumentParser
import GasRuns

/// The option that writes what is measured of a run to TensorBoard's event files while it is trained.
struct TensorBoardFlag: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write loss, scores, times and staleness of each epoch to an event file in DIR/RUN as well: tensorboard --logdir DIR.",
      valueName: "DIR"), completion: .directory)
  var tensorboard: String?

  /// The folder, checked; `nil` where none is asked for.
  func folder(replacesExisting: Bool = false, goesOn: Bool = false) throws -> TensorBoardFolder? {
    try tensorboard.map {
      try TensorBoardFolder($0, as: "--tensorboard", replacesExisting: replacesExisting, goesOn: goesOn)
    }
  }
}
