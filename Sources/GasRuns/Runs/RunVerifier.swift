import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasStore

/// Checks the files of a store's runs: that each is as it was written, that its contents are possible, and that they
/// belong together and to the store. Histories are compared with the checksums that a run leaves when it stops
/// (docs/format.md, "A run").
///
/// The first damage of a run that is found is a `GasError` naming the file. It takes memory for the files of one run,
/// without histories.
public struct RunVerifier {
  /// The result of a check.
  public struct Report: Codable, Sendable {
    /// The number of runs that were found to be as they should be.
    public var runCount = 0
    /// A sentence for everything that could not be checked, since earlier versions kept no checksums.
    public var notes: [String] = []

    package init() {}
  }

  private let store: Store
  private let progress: ProgressLine?

  /// Makes a verifier; nothing is read yet.
  ///
  /// - Parameters:
  ///   - store: the store whose runs to verify.
  ///   - progress: gets the bytes of histories that were read.
  public init(_ store: Store, progress: ProgressLine? = nil) {
    self.store = store
    self.progress = progress
  }

  /// Checks all runs of the store.
  ///
  /// - Parameter tell: gets the name of each run whose files are damaged, cannot be read, or do not belong to it or to
  ///   the store, and why; by default the first is thrown.
  /// - Returns: what was checked, and what could not be.
  /// - Throws: `GasError` if it is not known which runs there are; what `tell` throws.
  public func verify(
    tellingOfRuns tell: (String, any Error) throws -> Void = { throw $1 }
  ) throws -> Report {
    var report = Report()
    for name in try names(tell) {
      do {
        let folder = try RunFolder.open(in: store, name: name)
        report.notes += try folder.whileInPlace { try verify(folder) }
        report.runCount += 1
      } catch {
        try tell(name, error)
      }
    }
    return report
  }

  /// The runs' names, sorted. A folder with a checkpoint and no settings is told of, too.
  private func names(_ tell: (String, any Error) throws -> Void) throws -> [String] {
    let names = try RunFolder.names(in: store)
    let runs = store.runsPath
    for name in try FileAccess.names(in: runs) {
      let folder = "\(runs)/\(name)"
      let isOrphan =
        !names.contains(name) && !Leftovers.isLeftoverName(name)
        && FileManager.default.fileExists(atPath: folder + "/checkpoint.safetensors")
      guard isOrphan else { continue }
      try tell(
        name,
        GasError("the run has no config.json", file: folder, advice: "put the file back, or remove the folder"))
    }
    return names
  }

  private func verify(_ folder: RunFolder) throws -> [String] {
    var bare: [String] = []
    func note(_ path: String, _ isSealed: Bool) {
      if !isSealed { bare.append(URL(fileURLWithPath: path).lastPathComponent) }
    }
    let config = try folder.checkedConfig()
    note(folder.config, config.isSealed)
    // It is read before the checkpoint, since a run that goes on removes the one before it replaces the other.
    let check = try HistoryCheck(folder, store)
    let state = try folder.hasCheckpoint ? Checkpoint(reading: folder.checkpoint) : nil
    if let state {
      try state.checkLabels(of: folder)
      note(folder.checkpoint, state.isSealed)
    }
    if let isSealed = try verifyModel(folder, state) { note(folder.model, isSealed) }
    if FileManager.default.fileExists(atPath: folder.refresh) {
      note(folder.refresh, try Refresh.verify(folder.refresh))
    }
    let historyNote = try verifyHistories(folder, check, state)
    guard let state else { return notes(folder, bare, isOwned: config.store != nil) + historyNote }
    let metrics = try MetricsFile(folder.metrics, of: state)
    note(folder.metrics, metrics.isSealed)
    return notes(folder, bare, isOwned: config.store != nil) + historyNote + [metrics.note].compactMap { $0 }
  }

  /// Checks the histories of a run.
  ///
  /// - Parameters:
  ///   - folder: the run.
  ///   - check: the seal, if there is one.
  ///   - state: the run's checkpoint, if there is one.
  /// - Returns: a note if it is not known whether the histories are as they were written.
  /// - Throws: `GasError` if they are damaged.
  private func verifyHistories(_ folder: RunFolder, _ check: HistoryCheck?, _ state: Checkpoint?) throws -> [String] {
    if let check, try state.map(check.check) ?? true, try check.checkAll(progress: { progress?.advance(by: $0) }) {
      return []
    }
    let names = try FileAccess.names(in: folder.path)
    guard names.contains(where: RunFileName.isHistory) else { return [] }
    return [
      "run \(folder.name): its histories are not sealed, since training goes on, did not stop by itself or was an earlier version's, "
        + "so damage there cannot be ruled out"
    ]
  }

  /// Checks the best weights of a run.
  ///
  /// - Parameters:
  ///   - folder: the run.
  ///   - state: the run's checkpoint, if there is one.
  /// - Returns: whether the weights have a checksum; `nil` where there are none, since there is no checkpoint yet.
  /// - Throws: `GasError` if they are damaged or belong to another run.
  private func verifyModel(_ folder: RunFolder, _ state: Checkpoint?) throws -> Bool? {
    guard state != nil || FileManager.default.fileExists(atPath: folder.model) else { return nil }
    let file = try Safetensors(reading: folder.model)
    try LabelMark.check(LabelMark.read(file.metadata, file: folder.model), folder.labels, file: folder.model)
    for (name, tensor) in file.tensors { try tensor.checkFinite(name.excerpt, file: folder.model) }
    if let state, file.tensors.mapValues(\.shape) != state.bestWeights.mapValues(\.shape) {
      throw GasError(
        expected: "the tensors that checkpoint.safetensors has", found: "others", file: folder.model,
        advice: "the file belongs to another run")
    }
    return file.isSealed
  }

  private func notes(_ folder: RunFolder, _ bare: [String], isOwned: Bool) -> [String] {
    var notes: [String] = []
    if !bare.isEmpty {
      notes.append(
        "run \(folder.name): an earlier version kept no checksum of \(bare.joined(separator: ", ")), so damage there cannot be ruled out"
      )
    }
    if !isOwned { notes.append("run \(folder.name): it is not known which store it was trained on") }
    return notes
  }
}
