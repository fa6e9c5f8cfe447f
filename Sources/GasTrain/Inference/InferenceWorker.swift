import GasBase
import GasBatch
import GasFiles
import GasNN
import GasRanks
import GasSettings
import GasStore

/// Takes part in an export that rank 0 leads, on a rank that is not the first: computes the outputs of its own
/// partitions, and sends them to rank 0, which writes them. It writes no files but scratch files.
public struct InferenceWorker {
  private let store: Store
  private let group: RankGroup
  private let job: RankJob
  private let scratch: String
  private let trace: Trace?
  private let evaluator: Evaluator

  /// Prepares the rank's part, and gets the weights of rank 0.
  ///
  /// - Parameters:
  ///   - store: the store to compute on.
  ///   - training: the store that the run belongs to.
  ///   - job: what rank 0 has asked for.
  ///   - group: the ranks.
  /// - Throws: `GasError` if the store is damaged, the one that the run belongs to is another than that of rank 0, or
  ///   the disk fails.
  public init(_ store: Store, trainedOn training: Store, _ job: RankJob, _ group: RankGroup) throws {
    (self.store, self.job, self.group) = (store, job, group)
    if let expected = job.trainedOn, training.manifest.wholeChecksum != expected {
      throw GasError(
        "another store than that of rank 0, which the run belongs to: its manifest has checksum"
          + " \(training.manifest.wholeChecksum), that of rank 0 has \(expected)",
        file: training.path, advice: "copy the store anew, or use one on a shared file system")
    }
    trace = job.isTraced ? Trace() : nil
    let (settings, model) = (job.settings, try ModelFactory.make(job.settings, for: training))
    scratch = try ScratchPlace.folder(beside: [], or: [store.path])
    let part = try RankPart(store, group, scratchIn: scratch)
    var execution = settings.execution(memoryBytes: job.memoryBytes)
    execution.keepsAggregate = false
    execution.trace = trace
    evaluator = try Evaluator(
      store, model: model, settings: settings, execution: execution, keepingRowsIn: settings.historyType,
      scratchIn: scratch, isReserved: false, part: part)
    for (_, matrix) in model.namedWeights { try group.copyFromFirst(UnsafeMutableRawBufferPointer(matrix.elements)) }
  }

  /// Computes the outputs and sends them.
  ///
  /// - Throws: `GasError` if a file cannot be read, the disk fails, or a number is not finite.
  public func run() throws {
    guard case .inference(let outputs, let embeddings) = job.work else { preconditionFailure("no inference") }
    let kept = try KeptBatches(store, group, scratchIn: scratch)
    let last = evaluator.runner.stages.count
    try trace.recording {
      try evaluator.runner.inferLayerwise(step: 0) { layer, batch, rows in
        if layer == last - 1 && embeddings { try kept.keep(layer: layer, batch, rows) }
        guard layer == last else { return }
        if outputs { try kept.keep(layer: layer, batch, rows) } else { try kept.keepScored(layer: layer, batch, rows) }
      }
      try kept.send()
    }
    if let trace { try group.join(trace) }
    group.end()
  }
}
