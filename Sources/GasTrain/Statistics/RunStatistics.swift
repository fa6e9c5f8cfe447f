import GasBase
import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasRuns
import GasStore

/// The statistics that `gas-stat --run` shows of a run: how far it got and how stale its histories are.
public struct RunStatistics: Codable, Sendable {
  /// The size of one layer's history.
  public struct Histories: Codable, Sendable {
    /// The layer, counted from 1.
    public var layer: Int
    /// The number of columns.
    public var width: Int
    /// The size of the file.
    public var fileBytes: Int
  }

  /// The run's name.
  public var run: String
  /// The name of its model.
  public var model: String
  /// The number of epochs until the latest checkpoint; absent, like all that is not known, for a run of weights that
  /// were trained elsewhere (`PyGImport`).
  public var epoch: Int?
  /// The number of steps until the latest checkpoint.
  public var step: Int?
  /// The epoch of the weights that are kept; 0 is before training.
  public var bestEpoch: Int?
  /// A sentence about the best epoch (as in `RunResult`); absent where there is nothing to say.
  public var bestEpochNote: String?
  /// The score of validation nodes at the best epoch.
  public var valAccuracy: Double?
  /// The score of test nodes at the best epoch.
  public var testAccuracy: Double?
  /// All scores at the best epoch; absent in runs from before they were kept.
  public var scores: SplitScores?
  /// The sizes of the histories.
  public var histories: [Histories]
  /// Whether the run's histories were freed (`RunFolder.freeHistories`); resuming makes them again.
  public var historiesAreFreed: Bool
  /// The staleness that the latest evaluation found, just before it refreshed the histories; empty before the first
  /// epoch.
  public var atLastRefresh: [LayerStaleness]
  /// The number of steps until the latest evaluation.
  public var lastRefreshStep: Int?
  /// The error of the outputs at the last evaluation of the training, just before it refreshed the histories; absent
  /// before, and where a batch is the whole graph.
  public var outputError: OutputError?
  /// Whether what the latest evaluation found did harm; absent for models without histories, and for imported weights.
  public var verdict: StalenessVerdict?
  /// The staleness of the histories as they are now, against exact recomputation with the latest weights. Only the
  /// first layers are there where more would have taken too many partitions.
  public var now: [LayerStaleness]
  /// Whether these rows are known to be as the run left them. Otherwise damage in them shows as drift.
  public var historiesAreSealed: Bool
  /// The number of partitions that `now` was measured on.
  public var sampledPartitionCount: Int
  /// What each rank did besides computing, the sum over the epochs that as many trained as the latest one; absent where
  /// one process trained alone.
  public var ranks: [EpochRecord.Rank]?
  /// The kernels that computed the run's latest checkpoint; absent in runs from before this was kept.
  public var kernels: ComputeKernels?

  /// Measures a run.
  ///
  /// Exact embeddings are computed layer by layer in scratch files beside the run, which is left as it is, or elsewhere
  /// where it may not be written (`ScratchPlace`). It takes the memory of one batch, as inference does.
  ///
  /// - Parameters:
  ///   - store: the store that the run belongs to.
  ///   - folder: the run's folder.
  ///   - model: the model that the run trained, if it is not one that settings can name.
  ///   - sample: the number of partitions to compare, drawn by a fixed seed; all if `nil`. Partitions that the sample's
  ///     exact embeddings depend on are computed too.
  ///   - most: layers that depend on more partitions are left out, but for the first.
  ///   - threads: the number of threads that compute; the result does not depend on it.
  /// - Throws: `GasError` if the run has no checkpoint and was not imported, or its files are damaged.
  public init(
    _ store: Store, _ folder: RunFolder, model: (any GraphModel)? = nil, sample: Int? = nil, most: Int? = nil,
    threads: Int = 1
  ) throws {
    let folder = folder.seenNow()
    let settings = try folder.settings()
    if let note = folder.importedNote {
      self.init(imported: folder, settings, note)
    } else {
      let model = try model ?? ModelFactory.make(settings, for: store)
      try self.init(store, folder, settings, model, sample, most, threads)
    }
  }

  private init(
    _ store: Store, _ folder: RunFolder, _ settings: RunSettings, _ model: any GraphModel, _ sample: Int?,
    _ most: Int?, _ threads: Int
  ) throws {
    // It is read before the checkpoint, since a run that goes on removes the one before it replaces the other.
    let sealed = try HistoryCheck(folder, store)
    let checkpoint = try Checkpoint(reading: folder.checkpoint)
    try checkpoint.checkLabels(of: folder)
    try WeightTransfer.write(checkpoint.weights, to: model.namedWeights, file: folder.checkpoint)
    let widths = StageRunner.historyWidths(of: model)
    historiesAreFreed = !widths.isEmpty && folder.historyFiles.isEmpty
    let stored = try HistorySet(
      opening: folder.path, store: store, widths: historiesAreFreed ? [] : widths, access: .read)
    let refresh = try folder.latestRefresh()
    run = folder.name
    self.model = settings.model
    epoch = checkpoint.epoch
    step = checkpoint.step
    bestEpoch = checkpoint.best.epoch
    let records = try MetricsFile(folder.metrics, of: checkpoint).records
    bestEpochNote = BestEpochNote.text(checkpoint, records)
    scores = records.scores(ofEpoch: checkpoint.best.epoch)
    ranks = EpochRecord.Rank.sums(records)
    try folder.checkIsInPlace()
    valAccuracy = checkpoint.best.val
    testAccuracy = checkpoint.best.test
    histories = stored.layers.map { .init(layer: $0.layer, width: $0.width, fileBytes: $0.embeddings.fileBytes) }
    atLastRefresh = refresh?.layers ?? []
    lastRefreshStep = refresh?.step ?? 0
    outputError = refresh?.error
    let training = StalenessVerdict.Training(settings, store, ranks: checkpoint.ranks ?? 1)
    verdict = widths.isEmpty ? nil : StalenessVerdict(atLastRefresh, outputError, training)
    let partitions = Self.choose(sample, of: store.partitions.count)
    sampledPartitionCount = partitions.count
    kernels = checkpoint.kernels
    var check = try sealed?.check(checkpoint) ?? false ? sealed : nil
    // A shard has no lists to compute all rows anew from.
    guard !historiesAreFreed && store.isWhole else {
      (now, historiesAreSealed) = ([], false)
      return
    }
    now = try Self.measure(
      stored, &check, step: checkpoint.step, store, folder, model, settings, partitions, most, threads)
    historiesAreSealed = check != nil
  }

  /// What is known of a run that was imported: it has weights, and no histories that could be stale.
  private init(imported folder: RunFolder, _ settings: RunSettings, _ note: String) {
    (run, model, bestEpochNote) = (folder.name, settings.model, note)
    (histories, atLastRefresh, now) = ([], [], [])
    (historiesAreFreed, historiesAreSealed, sampledPartitionCount) = (false, false, 0)
  }

  private static func choose(_ sample: Int?, of count: Int) -> [Int] {
    var order = Array(0..<count)
    guard let sample, sample < count else { return order }
    var random = SeededRandom(seed: 0)
    random.shuffle(&order)
    return order.prefix(sample).sorted()
  }

  /// Compares histories with exact rows. `check` checks the rows that are compared, and is `nil` afterwards if the run
  /// went on meanwhile.
  private static func measure(
    _ stored: HistorySet, _ check: inout HistoryCheck?, step: Int, _ store: Store, _ folder: RunFolder,
    _ model: any GraphModel, _ settings: RunSettings, _ sample: [Int], _ most: Int?, _ threads: Int
  ) throws -> [LayerStaleness] {
    let widths = StageRunner.historyWidths(of: model)
    let isSampled = Set(sample)
    // Runs that are still training may have pushed since the checkpoint; ages count from the latest push.
    let meter = StalenessMeter(stored, step: max(step, try stored.latestStep()))
    let isWhole = sample.count == store.partitions.count
    try ComputeKernels.load()
    let disk = isWhole ? TrafficEstimate(.inference, store, settings, model).diskBytes : 0
    let place = try ScratchPlace.folder(beside: [], or: [folder.path], for: disk)
    DiskNeed(disk, for: "temporary files", in: place).tell()
    let scratch = try HistorySet.scratch(
      beside: place, store: store, widths: widths, settings.exactRows, isReserved: isWhole)
    let runner = StageRunner(
      store: store, model: model, histories: scratch, batchSize: 1, split: settings.split,
      precision: settings.precision, execution: ExecutionOptions(threads: threads))
    let computed = try runner.partitions(reaching: sample, most: most)
    try runner.inferLayerwise(step: 0, partitions: computed, checks: false) { layer, batch, rows in
      if batch.segments.allSatisfy({ isSampled.contains($0.partition) }) {
        for segment in batch.segments where stored.layerNumbers.contains(layer) {
          if try check?.check(stored[layer], partition: segment.partition) == false { check = nil }
        }
        try meter.compare(layer: layer, batch, exact: rows)
      }
    }
    try store.checkUsed()
    return Array(meter.result.prefix(computed.count { !$0.isEmpty }))
  }
}

extension HistorySet {
  /// The greatest step at which any row was pushed.
  func latestStep() throws -> Int {
    try layers.map { history in
      let steps = history.pushedSteps.values
      defer { steps.release() }
      return Int(try steps.rows(0..<steps.rowCount, as: UInt32.self).max() ?? 0)
    }.max() ?? 0
  }
}
