import GasBase
import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasRuns
import GasSettings
import GasStore

/// What training or inference on a store would take, found out from one of its partitions. `gas-run --plan` shows it,
/// and `--memory` is checked against it.
///
/// Memory is what the process has for itself, and the share of the page cache that it cannot do without. It grows with
/// the largest batch that may come, not with the graph. The kernel fills and empties the rest of the page cache.
public struct RunPlan: Codable, Equatable, Sendable {
  /// How many partitions a batch has.
  public var batchPartitions: Int
  /// How many partitions the store has.
  public var partitions: Int
  /// In how many windows the halo rows of a pass are copied together; where there is `mail` or `layerMail`, those of
  /// passes without. 0 means that each batch reads its own.
  public var haloWindows: Int
  /// The memory for halo rows that come by mail in training; `nil` if none do.
  public var mail: MailMemory?
  /// The memory for halo rows that come by mail from layer to layer in exact passes; `nil` if none do.
  public var layerMail: MailMemory?
  /// How many bytes of each column are in memory while its halo rows are copied: more than is needed if memory allows;
  /// `nil` without windows.
  public var stagedPieceBytes: Int?
  /// How many bytes of memory may be taken; `nil` if there is no budget.
  public var memoryBytes: Int?
  /// How many bytes of memory are needed: the sum of the four that follow.
  public var neededBytes: Int
  /// Bytes that do not depend on the batch.
  public var fixedBytes: Int
  /// Bytes of the batches that are in memory at the same time.
  public var batchBytes: Int
  /// Bytes of the values of a step.
  public var valueBytes: Int
  /// Bytes of page cache that the work cannot do without.
  public var cacheBytes: Int
  /// How many bytes the same takes with one partition in a batch.
  public var smallestBytes: Int
  /// About how many seconds a training epoch takes: those of `epochTime`. 0 for inference, and where no time was
  /// measured.
  public var trainSeconds: Double
  /// About how many seconds an exact evaluation takes, or an inference: those of `exactTime`. 0 where no time was
  /// measured.
  public var inferSeconds: Double
  /// Seconds that the disk takes for all that is read and written if nothing is in the page cache; `nil` if its speed
  /// could not be measured, or no time was.
  public var diskSeconds: Double?
  /// What the seconds of an epoch are made of; `nil` for inference, and where no time was measured.
  public var epochTime: PassTime?
  /// What the seconds of an evaluation or an inference are made of; `nil` where no time was measured.
  public var exactTime: PassTime?
  /// Why no time was measured that was asked for.
  public var untimed: String?
  /// How fast the disk is; `nil` if that could not be measured, or no time was.
  public var diskRates: DiskRates?
  /// Bytes that an epoch with its evaluation reads, or an inference, if nothing is in the page cache. What is read for
  /// several batches counts each time.
  public var readBytes: Int
  /// The same in whole pages, as the disk reads them, if no rows of a halo lie side by side.
  public var readPageBytes: Int
  /// Bytes that an epoch with its evaluation writes, or an inference.
  public var writtenBytes: Int
  /// Bytes of disk space for histories, scratch files and outputs while the work goes on.
  public var diskBytes: Int
  /// Bytes of disk space that are free.
  public var freeBytes: Int
  /// The nodes of each part of the split that training would use, with labels and without; `nil` for inference.
  public var nodes: LabelCounts?
  /// Which score would decide, and what is known of scores before training; `nil` for inference.
  public var selection: ScoreReport?
  /// What several ranks would send and take; `nil` if there would be one process.
  public var ranks: RankPlan?
  /// The kernels that compute, and that the seconds above hold for.
  public var kernels: ComputeKernels
  /// The settings that were chosen for the store; `nil` if none were.
  public var chosen: [SuitedSettings.Choice]?
  /// What the tool said of the store's edges (`EdgeNotes`); `nil` if that is nothing.
  public var notes: [String]?

  /// What a plan is for.
  public enum Work: Sendable {
    case training
    case inference
  }

  /// Finds out what the work takes by computing a step on one partition, and some batches.
  ///
  /// - Parameters:
  ///   - work: training, or inference.
  ///   - store: the store to work on.
  ///   - settings: the settings of the run; for inference, `historyType` says how rows are kept from layer to layer.
  ///   - model: a model that is thrown away afterwards, since its running statistics change.
  ///   - memoryBytes: the budget; without one, batches are as large as the settings say.
  ///   - outputs: paths of the outputs of inference, beside which its scratch files would lie.
  ///   - sizes: how large these outputs are (`Exporter.sizes`); `nil` to leave them out.
  ///   - timed: whether seconds are predicted too: some batches are computed for that, and the disk is tried.
  ///   - timingBytes: the memory that this may take; by default that of the budget, or else of the machine.
  /// - Throws: `GasError` if the store is damaged or cannot be trained on, or if the budget is too small for one
  ///   partition or, in training, for as many as the settings ask for.
  public init(
    _ work: Work, on store: Store, _ settings: RunSettings, model: any GraphModel, memoryBytes: Int?,
    outputs: [String?] = [], sizes: OutputSizes? = nil, timed: Bool = false, timingBytes: Int? = nil
  ) throws {
    if work == .training { try store.checkTraining(split: settings.split) }
    let tried = StepSample.scratchBytes(store, model)
    let place = try ScratchPlace.folder(beside: outputs, or: [store.path, store.runsPath], for: tried)
    let room = try DiskSpace.freeBytes(at: place)
    guard room >= tried else {
      throw GasError(
        "a plan computes on a partition, which takes \(Units.bytes(tried)) of disk for a moment; there are"
          + " \(Units.bytes(room))", file: place, advice: "free some space, or name a folder with more in TMPDIR",
        status: .refusedBudget)
    }
    let sample = try StepSample(
      store, settings, model: model, trains: work == .training, within: memoryBytes, in: place)
    kernels = try ComputeKernels.load(for: settings.precision)
    // What a run takes lies with the runs, and what it takes for a while may lie elsewhere: the fuller disk decides.
    freeBytes =
      try (work == .training ? [store.runsPath, ScratchPlace.named] : [place]).compactMap(\.self)
      .map(DiskSpace.freeBytes).min() ?? 0
    let drafts = DraftPlans(work, store, settings, model, sample, memoryBytes: memoryBytes, outputs: sizes)
    let draft = try drafts.best(freeBytes: freeBytes)
    let traffic = draft.traffic
    batchPartitions = draft.batchPartitions
    partitions = store.partitions.count
    haloWindows = draft.windows
    stagedPieceBytes = drafts.stagedPieceBytes(draft)
    mail = draft.mail
    self.memoryBytes = memoryBytes
    layerMail = draft.layerMail
    fixedBytes = draft.parts.fixed + draft.mailBytes
    neededBytes = draft.neededBytes
    batchBytes = draft.parts.batches
    valueBytes = draft.parts.values
    cacheBytes = MemoryEstimate.cacheBytes
    smallestBytes = draft.smallestBytes
    readBytes = traffic.readBytes
    readPageBytes = traffic.readPageBytes
    writtenBytes = traffic.writtenBytes
    diskBytes = traffic.diskBytes
    let training = work == .training ? try? TrainingPartitions(store, split: settings.split) : nil
    nodes = work == .training ? try training?.counts ?? LabelCounts(store, split: settings.split) : nil
    selection = work == .training ? try ScoreReport(store, settings) : nil
    (trainSeconds, inferSeconds) = (0, 0)
    guard timed else { return }
    let most = timingBytes ?? memoryBytes ?? Memory.physicalBytes
    untimed = Self.obstacle(neededBytes, within: most, scratch: drafts.timingBytes(draft), within: room)
    guard untimed == nil else { return }
    try time(work, store, settings, model, draft, training, in: place)
  }

  /// Why batches of the planned size cannot be tried, if they cannot.
  private static func obstacle(_ memory: Int, within most: Int, scratch: Int, within room: Int) -> String? {
    if memory > most { return "batches take up to \(Units.bytes(memory)) of memory, of \(Units.bytes(most))" }
    // The histories of a sample may take the other half.
    guard scratch > room / 2 else { return nil }
    return "trying some batches takes up to \(Units.bytes(2 * scratch)) of disk, of \(Units.bytes(room)) that are free"
  }

  /// Measures, and finds the seconds.
  private mutating func time(
    _ work: Work, _ store: Store, _ settings: RunSettings, _ model: any GraphModel, _ draft: DraftPlans.Draft,
    _ training: TrainingPartitions?, in place: String
  ) throws {
    let cache = draft.cache(within: memoryBytes)
    // What stays in memory is written by and by.
    diskRates = DiskRates(of: store, writingIn: memoryBytes == nil && cache.holdsAll ? nil : place)
    diskSeconds = diskRates.map {
      Double(readBytes) / $0.readBytesPerSecond + Double(writtenBytes) / $0.writtenBytesPerSecond
    }
    let isMoved = draft.mail != nil || draft.windows > 0
    let batches = TimeSample.Batches(
      epoch: work == .training
        ? { EpochSteps(alone: store, settings, draft.batchPartitions, epoch: $0, training).groups[0] } : nil,
      partitions: draft.batchPartitions, leavesHaloBlank: isMoved,
      isInMemory: cache.holdsAll && !isMoved, memoryBytes: memoryBytes)
    let sample = try TimeSample(store, settings, model: model, batches, in: place)
    let times = PlannedTimes(
      epoch: sample.training, exact: sample.exact, draft, cache, diskRates,
      processors: Processors.count, overlaps: settings.prefetch, evaluateEvery: settings.evaluateEvery)
    (epochTime, exactTime) = (times.epoch, times.exact)
    if work == .inference {
      exactTime?.seconds += sample.settling
      exactTime?.fillingSeconds += sample.settling
    }
    (trainSeconds, inferSeconds) = (epochTime?.seconds ?? 0, exactTime?.seconds ?? 0)
  }
}

extension EpochSteps {
  /// The steps of one process.
  init(
    alone store: Store, _ settings: RunSettings, _ batchSize: Int, epoch: Int, _ training: TrainingPartitions?
  ) {
    self.init(
      [store.partitions.indices], batchSize: batchSize, seed: settings.seed, epoch: epoch,
      mostSteps: settings.maxSteps, isUseful: { training?.containsTrainingNode($0) ?? true })
  }
}

extension DiskRates {
  /// Reads the store's largest column, and writes a file in a folder, if one is named; `nil` if neither can be done.
  fileprivate init?(of store: Store, writingIn folder: String?) {
    let largest = ColumnName.allCases.filter(store.has).max {
      store.column($0).header.dataBytes < store.column($1).header.dataBytes
    }
    let reading = largest.flatMap { DiskSpeed.bytesPerSecond(reading: store.column($0).path) }
    self.init(reading: reading, writing: folder.flatMap(DiskSpeed.bytesPerSecond(writingIn:)))
  }
}

extension [Parameter] {
  var byteCount: Int { reduce(0) { $0 + $1.value.count * MemoryLayout<Float>.size } }
}
