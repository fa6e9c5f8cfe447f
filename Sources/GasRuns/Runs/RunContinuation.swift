import GasBase
import GasFiles
import GasSettings
import GasStore

/// What `gas-run train --continue` finds under a run's name, and what is to be done.
public enum RunContinuation {
  /// There is no such run, or nothing was learnt in it: it is to be made.
  case begin
  /// It has stopped, and is to go on with these settings.
  case resume(RunFolder, RunSettings)
  /// It is complete, with these settings.
  case complete(RunFolder, RunSettings)

  /// Looks for the run.
  ///
  /// - Parameters:
  ///   - name: the run's name.
  ///   - store: the store that it is trained on.
  ///   - given: the settings that were given.
  ///   - wanted: the settings of a run that would be made of these.
  ///   - locks: whether the lock of a run that is to go on is taken.
  /// - Throws: `GasError` if the run has other settings than those given, cannot go on, or is in use.
  public init(
    of name: String, in store: Store, given: GivenSettings, wanted: RunSettings, locks: Bool
  ) throws {
    let found = RunFolder(store: store, name: try RunName.new(name))
    // `create` sees to what is there without settings, and to what another process is just making.
    guard FileAccess.isThere(found.config) || FileAccess.isHidden(found.config), !found.isUnstarted else {
      self = .begin
      return
    }
    let opened = try RunFolder.open(in: store, name: name)
    let folder = try locks ? opened.locked() : opened
    var settings = try folder.settings()
    let differing = given.differing(from: settings, wanted: wanted)
    guard differing.isEmpty else {
      throw GasError(
        "run \"\(name)\" has other settings: \(differing.joined(separator: "; "))", file: folder.path,
        advice: "leave them out, or name another --run; gas-run resume changes epochs, lr, clip and history-type")
    }
    try folder.checkResumable()
    given.carryOut(wanted, in: &settings)
    let isComplete = try Checkpoint(reading: folder.checkpoint).isComplete(settings)
    self = isComplete ? .complete(folder, settings) : .resume(folder, settings)
  }
}
