import GasBase
import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasSettings
import GasStore

/// What memory a step takes, found out by computing it on one partition.
struct StepSample {
  let shape: BatchShape
  /// Bytes of one batch.
  let batchBytes: Int
  /// Bytes of the step's values.
  var valueBytes: Int
  /// Bytes of the rest of the process, whatever the batch.
  let fixedBytes: Int

  /// Bytes that stacks of threads and buffers of the BLAS take as they are used.
  private static let threadBytes = 16 << 20

  /// The partition that tells best how much others take, of those whose lists the store has.
  static func partition(of store: Store) -> Int {
    let (table, held) = (store.partitions, store.heldPartitions)
    let largest = BatchShape(largestOf: 1, table)
    let ratios = held.map { largest.ratio(to: BatchShape($0, of: table)) ?? .infinity }
    return ratios.indices.min { ratios[$0] < ratios[$1] }.map { held.lowerBound + $0 } ?? 0
  }

  /// About the disk space that a sample takes: its files are as long as the store's columns, and empty elsewhere,
  /// unless they are small.
  static func scratchBytes(_ store: Store, _ model: any GraphModel) -> Int {
    let rows = store.partitions.nodes(partition(of: store)).count
    func bytes(_ width: Int) -> Int {
      let all = store.nodeCount * width * MemoryLayout<Float>.size
      return all <= MappedFile.smallBytes ? all : all / store.nodeCount * rows
    }
    let widths = model.stages.map(\.width) + [store.manifest.features?.width ?? 0, 1]
    // Rows and what belongs to them are kept twice at most; a file's rows begin and end within pages.
    return 2 * widths.reduce(0) { $0 + bytes($1) } + (model.stages.count + 2) << 16
  }

  /// Computes steps with scratch files that take no space beforehand. Nothing is learnt: the model's weights stay as
  /// they are, but its running statistics do not.
  ///
  /// - Parameters:
  ///   - store: the store to compute on.
  ///   - settings: the settings of the run.
  ///   - model: a model that is thrown away afterwards.
  ///   - trains: whether a step of training is computed as well as inference.
  ///   - memoryBytes: the budget that scores will keep to; `nil` if there is none.
  ///   - folder: the folder whose disk takes scratch files.
  /// - Throws: `GasError` if the store is damaged.
  init(
    _ store: Store, _ settings: RunSettings, model: any GraphModel, trains: Bool, within memoryBytes: Int? = nil,
    in folder: String
  ) throws {
    try ComputeKernels.load()
    let partition = Self.partition(of: store)
    let bytesBefore = Memory.anonymousBytes()
    let histories = try HistorySet.scratch(
      beside: folder, store: store, widths: StageRunner.historyWidths(of: model), settings.exactRows, isReserved: false)
    let runner = StageRunner(
      store: store, model: model, histories: histories, batchSize: 1, split: settings.split, seed: settings.seed,
      edgeDropout: settings.edgeDropout, precision: settings.precision,
      execution: ExecutionOptions(
        threads: settings.threads, prefetches: false, keepsAggregate: trains && settings.keepAggregate))
    try runner.makeFeatureAggregate(sample: partition)
    let aggregate = runner.builder.featureAggregate
    var valueBytes = aggregate?.valueBytes ?? 0
    if trains { valueBytes = max(valueBytes, try runner.trainSample(partition)) }
    if trains && settings.measureError {
      valueBytes = max(valueBytes, try ErrorMeter(runner, sample: partition).valueBytes(runner))
    }
    if trains && !histories.layers.isEmpty {
      let noise = try NoiseMeter(runner, [.init(group: [partition], step: 0)])
      _ = try noise.measure()
      valueBytes = max(valueBytes, noise.valueBytes)
    }
    let all = [[Int]](repeating: [partition], count: runner.stages.count)
    try runner.inferLayerwise(step: 0, partitions: all) { _, _, _ in
      valueBytes = max(valueBytes, runner.arena.bytesUsed)
    }
    shape = BatchShape(partition, of: store.partitions)
    self.valueBytes = valueBytes
    batchBytes = max(runner.stream.byteCount, aggregate?.batchBytes ?? 0)
    fixedBytes =
      max(bytesBefore, Memory.anonymousBytes() - valueBytes - batchBytes) + Self.threadBytes
      + ScoreMeter.mostBytes(store, within: memoryBytes)
  }
}

extension StageRunner {
  /// Runs forward and backward on one partition.
  ///
  /// - Returns: the bytes that its values took.
  fileprivate func trainSample(_ partition: Int) throws -> Int {
    let labels = TrainingLabels()
    var bytes = 0
    try forEachBatch([[partition]], passes.training, halo: halo.training) { batch in
      let (loss, _, _, context) = try loss(of: batch, labels, step: 0)
      context.tape.backward(from: loss)
      bytes = arena.bytesUsed
    }
    return bytes
  }
}
