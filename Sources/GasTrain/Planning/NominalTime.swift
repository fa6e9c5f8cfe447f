import GasNN
import GasSettings
import GasStore

/// The seconds that an epoch with its evaluation, or an inference, would take on a machine of `NominalRates`.
struct NominalTime {
  private let work: RunPlan.Work
  private let computing: Double
  private let partitions: Int
  private let memoryBytes: Int
  private let overlaps: Bool
  private let evaluateEvery: Int
  private static let processors = 2

  init(
    _ work: RunPlan.Work, _ store: Store, _ settings: RunSettings, _ model: any GraphModel, memoryBytes: Int
  ) {
    self.work = work
    self.memoryBytes = memoryBytes
    computing = BatchWork(store, model).seconds(rows: store.nodeCount, entries: store.manifest.edgeCount)
    partitions = store.partitions.count
    overlaps = settings.prefetch
    evaluateEvery = settings.evaluateEvery
  }

  /// The way back takes twice as long as the way there.
  private static let trainingFactor = 3.0

  func seconds(_ draft: DraftPlans.Draft) -> Double {
    let batches = Double((partitions + draft.batchPartitions - 1) / draft.batchPartitions) * NominalRates.batchSeconds
    let times = PlannedTimes(
      epoch: work == .training ? sample(computing * Self.trainingFactor + batches) : nil,
      exact: sample(computing + batches), draft, cache(draft), .nominal, processors: Self.processors,
      overlaps: overlaps, evaluateEvery: evaluateEvery)
    return (times.epoch?.seconds ?? 0) + times.exact.seconds
  }

  private func sample(_ seconds: Double) -> TimeSample.Seconds {
    TimeSample.Seconds(
      wall: seconds, computing: seconds, filling: 0, processor: seconds * Double(Self.processors))
  }

  /// Half of the page cache where rows are read where they lie: everything else passes through it too.
  private func cache(_ draft: DraftPlans.Draft) -> PageCache {
    let cache = draft.cache(within: memoryBytes)
    return PageCache(
      bytes: cache.bytes / 2, workingBytes: cache.workingBytes, scatteredBytes: cache.scatteredBytes,
      pageShare: cache.pageShare, isLimited: true)
  }
}

extension DiskRates {
  /// That of `NominalRates`.
  static let nominal = DiskRates(reading: NominalRates.readBytes, writing: NominalRates.writtenBytes)!
}

/// The times of an epoch and its evaluation, or of an inference.
struct PlannedTimes {
  let epoch: PassTime?
  let exact: PassTime

  init(
    epoch: TimeSample.Seconds?, exact: TimeSample.Seconds, _ draft: DraftPlans.Draft, _ cache: PageCache,
    _ disk: DiskRates?, processors: Int, overlaps: Bool, evaluateEvery: Int
  ) {
    var (training, evaluation) = (draft.traffic.epoch, draft.traffic.exact)
    if draft.mail != nil {
      if evaluateEvery == 1 {
        // Half of an epoch's mail is sent by the evaluation before it.
        let sent = training.halo.writtenBytes / 2
        training.halo.writtenBytes -= sent
        evaluation.halo.writtenBytes += sent
      } else {
        // Most epochs push rows that the next one replaces, so that they are not written to the histories.
        training.written = 0
      }
    }
    func time(_ sample: TimeSample.Seconds, _ traffic: PassTraffic, isMoved: Bool) -> PassTime {
      PassTime(sample, cache.moved(traffic, isMoved: isMoved), disk, processors: processors, overlaps: overlaps)
    }
    self.epoch = epoch.map { time($0, training, isMoved: draft.mail != nil || draft.windows > 0) }
    self.exact = time(exact, evaluation, isMoved: draft.windows > 0)
  }
}
