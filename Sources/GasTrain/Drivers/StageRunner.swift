import GasBase
import GasBatch
import GasNN
import GasStore

/// Drives a model's stages over batches of a store.
///
/// A model is written once; this type's extensions are the three ways of driving it: `forward` computes all stages of one
/// batch (training; with all partitions in the batch, full-batch evaluation), `inferLayerwise` computes stage by stage over
/// all partitions. Memory for values is one arena, sized by the largest batch. To be used from one thread.
public final class StageRunner {
  public let store: Store
  public let model: any GraphModel
  public let histories: HistorySet
  public let batchSize: Int
  let stages: [Stage]
  let stream: BatchStream
  let arena = Arena()
  let parallel: Parallel
  let execution: ExecutionOptions
  let seed: UInt64
  let edgeDropout: Double
  let builder: BatchBuilder
  let writing: WriteThrottle?
  let halo: HaloSupplies
  let passes: PassList
  let numbers: NumberCheck
  /// Whether exact passes note the checksums of what they push.
  var notesChecksums = false
  /// Those of what stands in the histories: of the exact pass that was last; `nil` once training has pushed other rows.
  var checksums: HistoryChecksums?
  private var carried: CarriedColumns?

  /// - Parameters:
  ///   - store: whose partitions are computed.
  ///   - model: whose stages are run.
  ///   - histories: one for each stage but the last.
  ///   - batchSize: partitions in a batch.
  ///   - split: which of the store's splits says what trains.
  ///   - seed: of dropout.
  ///   - edgeDropout: the probability that an entry of a training batch's adjacency is left out.
  ///   - execution: how passes are carried out; results do not depend on it, but for copied halo rows.
  public init(
    store: Store, model: any GraphModel, histories: HistorySet, batchSize: Int, split: Int = 0, seed: UInt64 = 0,
    edgeDropout: Double = 0, execution: ExecutionOptions = ExecutionOptions()
  ) {
    self.store = store
    self.model = model
    self.histories = histories
    self.batchSize = batchSize
    self.seed = seed
    self.edgeDropout = edgeDropout
    stages = model.stages
    precondition(histories.layers.count == stages.count - 1, "a model of L stages has L − 1 histories")
    self.execution = execution
    writing = execution.writesSteadily ? WriteThrottle(dropsPages: execution.dropsPages) : nil
    passes = PassList(stages, store, edgeDropout: edgeDropout, keepsAggregate: execution.keepsAggregate)
    parallel = Parallel(threadCount: execution.threads, trace: execution.trace)
    numbers = NumberCheck(store, model, parallel)
    builder = BatchBuilder(
      store, form: model.graphForm, edgeFeatures: model.usesEdgeFeatures, edgeWeights: model.edgeWeightUse,
      histories: histories.layers, scratchFolder: histories.folder, splitIndex: split, trace: execution.trace,
      dropsPages: execution.dropsPages,
      readsInPlace: execution.readsInPlace)
    stream = BatchStream(builder, prefetches: execution.prefetches)
    halo = HaloSupplies(builder, in: histories.folder, execution)
  }

  public static func historyWidths(of model: any GraphModel) -> [Int] {
    model.stages.dropLast().map(\.width)
  }

  /// Memory that batches' values have taken so far, in bytes; constant once the largest batch was seen.
  public var arenaBytes: Int { arena.bytesReserved }

  /// Seconds that computing has waited for batches.
  public var waitedSeconds: Double { stream.waitedSeconds }

  /// Calls `body` for each batch of a pass. Groups come in the given order.
  ///
  /// - Parameters:
  ///   - halo: how halo rows come; by default as in passes that send nothing to a later one.
  ///   - following: the groups of the pass after it, as `HaloSupply.begin` has it.
  /// - Throws: `GasError` if the store is damaged or the disk fails, and what `body` throws.
  func forEachBatch(
    _ groups: [[Int]], _ pass: Pass, halo: (any HaloSupply)? = nil, following: [[Int]]? = nil,
    _ body: (Batch) throws -> Void
  ) throws {
    if pass.contents.input == passes.featureInput, builder.featureAggregate == nil { try makeFeatureAggregate() }
    try stream.forEachBatch(
      groups, pass.contents, halo: halo ?? self.halo.reading, following: following,
      report: { execution.progress(PassProgress(pass.kind, $0, $1)) }, body)
  }

  func tape(isTraining: Bool, step: Int) -> Tape {
    arena.reset()
    return Tape(arena: arena, parallel: parallel, isTraining: isTraining, seed: seed, step: step)
  }

  func context(of batch: Batch, on tape: Tape, carried: CarriedState = CarriedState()) -> StageContext {
    StageContext(tape: tape, adjacency: batch.adjacency, edgeFeatures: batch.edgeFeatures, carried: carried)
      .droppingEdges(edgeDropout)
  }

  /// Made when layer-wise inference first needs them.
  func carriedColumns() throws -> CarriedColumns {
    if let carried { return carried }
    let made = try CarriedColumns(
      in: histories.folder, stages: stages, nodeCount: store.nodeCount, isReserved: histories.isReserved)
    carried = made
    return made
  }
}
