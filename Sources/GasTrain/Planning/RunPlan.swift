import GasBase
import GasBatch
import GasFiles
import GasNN
import GasRuns
import GasStore

/// What training or inference on a store would take, found out from one of its partitions: `gas-run --plan`, and what `--memory` is
/// checked against.
///
/// Memory is what the process has for itself and the share of the page cache that it cannot do without. It grows with the largest
/// batch that may come, not with the graph; the rest of the page cache is the kernel's to fill and to empty.
public struct RunPlan: Codable, Equatable, Sendable {
  /// In a batch, and of how many.
  public var batchPartitions: Int
  public var partitions: Int
  /// In which the halo rows of a pass are copied together, or those of exact passes alone where there is `mail`; 0: each batch reads its own.
  public var haloWindows: Int
  /// Of the halo rows that come by mail in training; `nil` where none do.
  public var mail: MailMemory?
  /// Bytes of each column that are in memory while its halo rows are copied: more than is needed where there is room; `nil` without windows.
  public var stagedPieceBytes: Int?
  /// What may be taken, if that was said.
  public var memoryBytes: Int?
  /// What is needed: `fixedBytes`, `batchBytes` for the batches at hand, `valueBytes` for a step's values, `cacheBytes` of page cache.
  public var neededBytes: Int
  public var fixedBytes: Int
  public var batchBytes: Int
  public var valueBytes: Int
  public var cacheBytes: Int
  /// What the same takes with one partition in a batch.
  public var smallestBytes: Int
  /// Of a training epoch (0 for inference alone) and of an exact inference, as far as one partition tells, with files in the page
  /// cache; with windows, of computing alone.
  public var trainSeconds: Double
  public var inferSeconds: Double
  /// What the disk takes for all that is read and written, at the speed at which it reads one file; `nil` if that could not be measured.
  public var diskSeconds: Double?
  /// Read and written in an epoch with its evaluation, or in an inference, if nothing is in the page cache; what is read for
  /// several batches counts each time. The disk reads whole pages: `readPageBytes` if no rows of a halo lay side by side.
  public var readBytes: Int
  public var readPageBytes: Int
  public var writtenBytes: Int
  /// Disk space for histories and scratch files while the work goes on, and what is free.
  public var diskBytes: Int
  public var freeBytes: Int
  /// Nodes of each part of the split that training would use, with labels and without; `nil` for inference.
  public var nodes: LabelCounts?
  /// What computes; the seconds above are theirs.
  public var kernels: ComputeKernels
  /// What the tool said of the store's edges (`EdgeNotes`); absent where that is nothing.
  public var notes: [String]?

  public enum Work: Sendable {
    case training
    case inference
  }

  /// - Parameters:
  ///   - work: training, or inference.
  ///   - store: the one to work on.
  ///   - settings: of the run; for inference, `historyType` says how rows are kept from layer to layer.
  ///   - model: thrown away afterwards, since its running statistics change.
  ///   - memoryBytes: the budget; without one, batches are as large as the settings say.
  ///   - outputs: of inference, beside which its scratch files would lie.
  /// - Throws: `GasError` if the budget has no room for one partition, or in training for as many as the settings ask for; if the store is
  ///   damaged.
  public init(
    _ work: Work, on store: Store, _ settings: RunSettings, model: any GraphModel, memoryBytes: Int?,
    outputs: [String?] = []
  ) throws {
    let place = try ScratchPlace.folder(beside: outputs, or: [store.path])
    let sample = try StepSample(store, settings, model: model, trains: work == .training, in: place)
    kernels = try ComputeKernels.load()
    freeBytes = try DiskSpace.freeBytes(at: work == .training ? store.path : place)
    let drafts = DraftPlans(work, store, settings, model, sample, memoryBytes: memoryBytes)
    let draft = try drafts.best(freeBytes: freeBytes)
    let traffic = draft.traffic
    batchPartitions = draft.batchPartitions
    partitions = store.partitions.count
    haloWindows = draft.windows
    stagedPieceBytes = drafts.stagedPieceBytes(draft)
    mail = draft.mail
    self.memoryBytes = memoryBytes
    fixedBytes = draft.parts.fixed + (mail?.byteCount ?? 0)
    neededBytes = draft.parts.sum + (mail?.byteCount ?? 0)
    batchBytes = draft.parts.batches
    valueBytes = draft.parts.values
    cacheBytes = MemoryEstimate.cacheBytes
    smallestBytes = draft.smallestBytes
    readBytes = traffic.readBytes
    readPageBytes = traffic.readPageBytes
    writtenBytes = traffic.writtenBytes
    diskBytes = traffic.diskBytes
    let scale = Double(store.nodeCount) / Double(sample.shape.rows)
    // Gathering rows one by one is what windows do away with.
    func seconds(_ time: StepSample.Time) -> Double {
      (time.computing + (draft.windows > 0 ? 0 : time.reading)) * scale
    }
    nodes = work == .training ? try LabelCounts(store, split: settings.split) : nil
    trainSeconds = work == .training ? seconds(sample.train) : 0
    inferSeconds = seconds(sample.infer)
    diskSeconds = store.diskBytesPerSecond.map { Double(traffic.readBytes + traffic.writtenBytes) / $0 }
  }
}

extension Store {
  /// Of its largest column.
  fileprivate var diskBytesPerSecond: Double? {
    let largest = ColumnName.allCases.filter(has).max {
      column($0).header.dataBytes < column($1).header.dataBytes
    }
    return largest.flatMap { DiskSpeed.bytesPerSecond(reading: column($0).path) }
  }
}

extension [Parameter] {
  var byteCount: Int { reduce(0) { $0 + $1.value.count * MemoryLayout<Float>.size } }
}
