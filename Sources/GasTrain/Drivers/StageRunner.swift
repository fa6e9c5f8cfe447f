import GasBase
import GasBatch
import GasNN
import GasStore

/// Drives a model's stages over batches of a store.
///
/// A model is written once, and extensions of this type drive it in three ways: `forward` computes all stages of one
/// batch, in training; `inferFullBatch` does so with all partitions in one batch; `inferLayerwise` computes stage by
/// stage over all partitions. Memory for values is one arena, as large as the largest batch needs. A runner is used
/// from one thread.
public final class StageRunner {
  /// The store whose partitions are computed.
  public let store: Store
  /// The model whose stages are run.
  public let model: any GraphModel
  /// The histories, one for each stage but the last.
  public let histories: HistorySet
  /// How many partitions a batch has.
  public let batchSize: Int
  let stages: [Stage]
  let stream: BatchStream
  let arena = Arena()
  let parallel: Parallel
  let execution: ExecutionOptions
  let seed: UInt64
  let edgeDropout: Double
  let precision: Precision
  let builder: BatchBuilder
  let writing: WriteThrottle?
  let halo: HaloSupplies
  let passes: PassList
  let numbers: NumberCheck
  /// Whether exact passes note the checksums of what they push.
  var notesChecksums = false
  /// The checksums of what the histories hold since the last exact pass; `nil` once training has pushed other rows.
  var checksums: HistoryChecksums?
  private var carried: CarriedColumns?
  /// The part that this rank has, where several work together; it computes its own partitions alone.
  let part: RankPart?
  /// What ranks send each other in training.
  let stepExchange: StepExchange?
  private let rankBuffers: RankBuffers?

  /// - Parameters:
  ///   - store: the store whose partitions are computed.
  ///   - model: the model whose stages are run.
  ///   - histories: one for each stage but the last.
  ///   - batchSize: how many partitions a batch has.
  ///   - split: which of the store's splits says what trains.
  ///   - seed: the seed of dropout.
  ///   - edgeDropout: the probability that an entry of a training batch's adjacency is left out.
  ///   - precision: what rows are gathered as, operations keep and products read.
  ///   - execution: how passes are carried out; results do not depend on it, except for copied halo rows.
  public convenience init(
    store: Store, model: any GraphModel, histories: HistorySet, batchSize: Int, split: Int = 0, seed: UInt64 = 0,
    edgeDropout: Double = 0, precision: Precision = .float32, execution: ExecutionOptions = ExecutionOptions()
  ) {
    self.init(
      store: store, model: model, histories: histories, batchSize: batchSize, split: split, seed: seed,
      edgeDropout: edgeDropout, precision: precision, execution: execution, part: nil)
  }

  /// The same for one of several ranks. `overlaps` says whether rows of a step travel while the next one is computed.
  init(
    store: Store, model: any GraphModel, histories: HistorySet, batchSize: Int, split: Int, seed: UInt64 = 0,
    edgeDropout: Double, precision: Precision, execution: ExecutionOptions, part: RankPart?, overlaps: Bool = false
  ) {
    self.part = part
    self.store = store
    self.model = model
    self.histories = histories
    self.batchSize = batchSize
    self.seed = seed
    self.edgeDropout = edgeDropout
    self.precision = precision
    stages = model.stages
    precondition(histories.layers.count == stages.count - 1, "a model of L stages has L − 1 histories")
    self.execution = execution
    writing = execution.writesSteadily ? WriteThrottle(dropsPages: execution.dropsPages) : nil
    passes = PassList(of: model, store, edgeDropout: edgeDropout, keepsAggregate: execution.keepsAggregate)
    parallel = Parallel(threadCount: execution.threads, trace: execution.trace)
    numbers = NumberCheck(store, model, parallel)
    builder = BatchBuilder(
      store, form: model.graphForm, edgeFeatures: model.usesEdgeFeatures, edgeWeights: model.edgeWeightUse,
      histories: histories.layers, scratchFolder: histories.scratchFolder, splitIndex: split, trace: execution.trace,
      dropsPages: execution.dropsPages,
      readsInPlace: execution.readsInPlace, precision: precision)
    stream = BatchStream(builder, prefetches: execution.prefetches)
    halo = HaloSupplies(builder, in: histories.scratchFolder, execution, isRanked: part != nil)
    stepExchange = part.map { [writing] in StepExchange($0, histories.layers, writing, overlaps: overlaps) }
    part?.group.trace = execution.trace
    rankBuffers = part.map { RankBuffers($0.group.count) }
  }

  /// The partitions that this process computes: all, unless ranks share them.
  var own: Range<Int> { part?.own ?? store.partitions.indices }

  /// Gets the rows of a history that other ranks have renewed.
  func renewGhosts(of history: History) throws {
    guard let part, let rankBuffers else { return }
    try execution.trace.span("exchange rows") { try part.renewGhosts(of: history, writing, using: rankBuffers) }
  }

  /// The widths of the histories that a model needs: those of the outputs of all stages but the last.
  public static func historyWidths(of model: any GraphModel) -> [Int] {
    model.stages.dropLast().map(\.width)
  }

  /// How many bytes of memory batches' values have taken so far; constant once the largest batch was seen.
  public var arenaBytes: Int { arena.bytesReserved }

  /// How many seconds computing has waited for batches.
  public var waitedSeconds: Double { stream.waitedSeconds }

  /// Calls `body` for each batch of a pass. Groups come in the given order.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch.
  ///   - pass: what batches bring.
  ///   - halo: how halo rows come; by default as in passes that send nothing to a later one.
  ///   - following: the groups of the next pass, as `HaloSupply.begin` has it.
  ///   - body: computes on a batch.
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

  /// The tape of a step, whose batches on several ranks draw numbers that have nothing to do with each other.
  func tape(isTraining: Bool, step: Int, place: Int = 0) -> Tape {
    arena.reset()
    return Tape(
      arena: arena, parallel: parallel, isTraining: isTraining,
      seed: seed &+ UInt64(place) &* 0xd1b5_4a32_d192_ed03, step: step, precision: precision)
  }

  func context(of batch: Batch, on tape: Tape, carried: CarriedState = CarriedState()) -> StageContext {
    StageContext(tape: tape, adjacency: batch.adjacency, edgeFeatures: batch.edgeFeatures, carried: carried)
      .droppingEdges(edgeDropout)
  }

  /// The columns for what stages hand on, made when layer-wise inference first needs them.
  func carriedColumns() throws -> CarriedColumns {
    if let carried { return carried }
    let made = try CarriedColumns(
      in: histories.scratchFolder, stages: stages, nodeCount: store.nodeCount, isReserved: histories.isReserved)
    carried = made
    return made
  }
}
