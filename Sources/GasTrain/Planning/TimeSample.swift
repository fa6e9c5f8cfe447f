import GasBase
import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasSettings
import GasStore

/// What an epoch and an exact pass over all layers take with files in the page cache, found out by computing some
/// batches as a run does: of the size that the run's have, the next one filled meanwhile.
///
/// Few batches are computed, of different sizes and several times where they are small; the median of each counts, so
/// that others on the machine do not. All batches take what these took, as they have more rows and entries
/// (`BatchWork`). A graph of few batches is computed as a whole.
struct TimeSample {
  /// The seconds of an epoch of training; `nil` for inference.
  let training: Seconds?
  /// The seconds of an exact pass for each layer.
  let exact: Seconds
  /// Seconds in which histories were brought into memory, which inference does each time.
  let settling: Double

  /// Seconds of passes.
  struct Seconds: Equatable {
    /// From begin to end.
    var wall = 0.0
    /// The part of it in which the caller did not wait for batches.
    var computing = 0.0
    /// In which batches were filled, most of it meanwhile.
    var filling = 0.0
    /// Of all processors.
    var processor = 0.0

    static func * (a: Seconds, factor: Double) -> Seconds {
      Seconds(
        wall: a.wall * factor, computing: a.computing * factor, filling: a.filling * factor,
        processor: a.processor * factor)
    }

    static func + (a: Seconds, b: Seconds) -> Seconds {
      Seconds(
        wall: a.wall + b.wall, computing: a.computing + b.computing, filling: a.filling + b.filling,
        processor: a.processor + b.processor)
    }

    static func - (a: Seconds, b: Seconds) -> Seconds { a + b * -1 }
  }

  /// Epochs and passes of so few batches are computed as a whole.
  private static let fewBatches = 5
  /// How many batches stand for others.
  private static let sampledBatches = 3
  /// The most batches that are computed, not counting how often.
  static let mostBatches = fewBatches
  /// What takes longer than so many seconds is computed once.
  private static let longSeconds = 2.0
  /// About how many seconds each kind of pass is computed where batches are small.
  private static let wantedSeconds = 0.5
  private static let mostTurns = 40
  /// Larger histories are not brought into memory for a sample, since that takes seconds.
  private static let settledBytes = 1 << 30

  /// Which batches there are, and how they are computed.
  struct Batches {
    /// The groups of an epoch's steps; `nil` for inference.
    var epoch: ((Int) -> [[Int]])?
    var partitions: Int
    /// Whether halo rows are sent or copied, so that none need to be gathered.
    var leavesHaloBlank: Bool
    /// Whether the page cache holds everything.
    var isInMemory: Bool
    var memoryBytes: Int?
  }

  /// Computes batches with scratch files that take no space beforehand. The model's weights stay as they are, but its
  /// running statistics do not.
  ///
  /// - Parameters:
  ///   - store: the store to compute on.
  ///   - settings: the settings of the run.
  ///   - model: a model that is thrown away afterwards.
  ///   - batches: which batches there are, and how they get their rows.
  ///   - folder: the folder whose disk takes scratch files.
  /// - Throws: `GasError` if the store is damaged.
  init(_ store: Store, _ settings: RunSettings, model: any GraphModel, _ batches: Batches, in folder: String) throws {
    let trains = batches.epoch != nil
    let histories = try HistorySet.scratch(
      beside: folder, store: store, widths: StageRunner.historyWidths(of: model), settings.historyType,
      isReserved: false)
    var execution = ExecutionOptions(
      threads: settings.threads, prefetches: settings.prefetch, keepsAggregate: trains && settings.keepAggregate,
      readsInPlace: batches.memoryBytes == nil, memoryBytes: batches.memoryBytes)
    execution.leavesHaloBlank = batches.leavesHaloBlank
    let bytes = store.nodeCount * histories.layers.reduce(0) { $0 + $1.rows.rowBytes }
    let room = try DiskSpace.freeBytes(at: folder) / 2
    let clock = ContinuousClock.now
    // Rows that were never written take longer to read.
    if batches.isInMemory && bytes <= min(Self.settledBytes, room) { try histories.settleInMemory() }
    settling = execution.readsInPlace ? clock.duration(to: .now).seconds : 0
    // A pass divides its partitions anew, and a shard may have fewer of them than a batch.
    let batchSize = min(batches.partitions, max(1, store.heldPartitions.count))
    let runner = StageRunner(
      store: store, model: model, histories: histories, batchSize: batchSize, split: settings.split,
      seed: settings.seed, edgeDropout: settings.edgeDropout, precision: settings.precision, execution: execution)
    let work = BatchWork(store, model)
    try runner.makeFeatureAggregate(sample: store.heldPartitions.lowerBound)
    training = try batches.epoch.map {
      try Self.training(runner, settings, $0, held: store.heldPartitions, work)
    }
    func groups(_ partitions: Range<Int>) -> [[Int]] { VisitOrder.groups(Array(partitions), size: batches.partitions) }
    exact = try Self.exact(
      runner, groups(store.partitions.indices), held: groups(store.heldPartitions), work, isEvaluation: trains, folder)
  }

  /// An epoch, with steps that change no weight: they have a learning rate of 0.
  private static func training(
    _ runner: StageRunner, _ settings: RunSettings, _ epoch: (Int) -> [[Int]], held: Range<Int>, _ work: BatchWork
  ) throws -> Seconds {
    let labels = TrainingLabels()
    let optimiser = Adam(runner.model.parameters, learningRate: 0)
    func pass(_ groups: [[Int]], _ meter: PassStopwatch) throws {
      meter.begin()
      try runner.forEachBatch(groups, runner.passes.training, halo: runner.halo.training) { batch in
        let (loss, _, _, context) = try runner.loss(of: batch, labels, step: 0)
        optimiser.parameters.zeroGradients()
        context.tape.backward(from: loss)
        if let clip = settings.clip { optimiser.parameters.clipGradientNorm(to: clip) }
        optimiser.step(parallel: runner.parallel)
        meter.note(0)
      }
    }
    let groups = epoch(1)
    let possible = groups.filter { $0.allSatisfy(held.contains) }
    guard groups.count > fewBatches || possible.count < groups.count else {
      return try whole(runner) { try pass(epoch($0), $1) }
    }
    // A shard has some of the partitions, which seldom meet in a batch.
    let own = possible.isEmpty ? VisitOrder.groups(Array(held), size: runner.batchSize) : possible
    let chosen = chosen(own, work, runner.store.partitions)
    return try sampled(runner, chosen, of: groups, work, passes: 1) { try pass($0, $1) }
  }

  /// Passes for all layers; in an evaluation rows are compared with those before, and outputs scored. Of a shard those
  /// batches are computed that it holds.
  private static func exact(
    _ runner: StageRunner, _ all: [[Int]], held: [[Int]], _ work: BatchWork, isEvaluation: Bool, _ folder: String
  ) throws -> Seconds {
    let last = runner.stages.count
    func pass(_ groups: [[Int]], _ stopwatch: PassStopwatch) throws {
      let staleness = isEvaluation ? StalenessMeter(runner.histories, step: 0) : nil
      let scored = ScoreMeter(
        runner.store.manifest.labels, isWhole: !isEvaluation, within: runner.execution.memoryBytes, scratchIn: folder,
        runner.parallel)
      let partitions = [[Int]](repeating: groups.flatMap(\.self), count: last)
      stopwatch.begin()
      try runner.inferLayerwise(step: 0, partitions: partitions, checks: true) { layer, batch, rows in
        try staleness?.compare(layer: layer, batch, exact: rows)
        if layer == last { try scored.add(rows, batch) }
        stopwatch.note(layer - 1)
      }
      try stopwatch.end { _ = try scored.scores() }
    }
    let table = runner.store.partitions
    // A batch of all partitions is one batch of a shard too, of those that it has.
    guard all.count > fewBatches || held != all else {
      return try whole(runner) { try pass(all, $1) }
    }
    // A smaller batch at the end would divide the list of partitions otherwise. A shard may have a single one.
    let chosen = chosen(held.count > 1 ? held.dropLast() : held, work, table)
    return try sampled(runner, chosen, of: all, work, passes: last) { try pass($0, $1) }
  }

  /// Batches of different sizes: those in the middle of each third.
  private static func chosen(_ groups: [[Int]], _ work: BatchWork, _ table: PartitionTable) -> [[Int]] {
    let sizes = groups.map { work.seconds(of: $0, table) }
    let order = groups.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
    return (0..<sampledBatches).map { groups[order[order.count * (2 * $0 + 1) / (2 * sampledBatches)]] }
  }

  /// The median of several passes over everything, after one in which memory is new.
  private static func whole(
    _ runner: StageRunner, _ pass: (_ turn: Int, PassStopwatch) throws -> Void
  ) throws -> Seconds {
    func timed(_ turn: Int) throws -> Seconds {
      let stopwatch = PassStopwatch(runner)
      try pass(turn, stopwatch)
      return stopwatch.sinceBegin
    }
    let first = try timed(1)
    guard first.wall < longSeconds else { return first }
    let turns = min(mostTurns, max(2, Int(wantedSeconds / max(1e-6, first.wall))))
    return try median((0..<turns).map { try timed($0 + 2) })
  }

  /// The seconds of `groups`, of which some are computed in turn, after a turn in which memory is new and files are
  /// read.
  private static func sampled(
    _ runner: StageRunner, _ chosen: [[Int]], of groups: [[Int]], _ work: BatchWork, passes: Int,
    _ pass: ([[Int]], PassStopwatch) throws -> Void
  ) throws -> Seconds {
    let table = runner.store.partitions
    let first = PassStopwatch(runner)
    try pass(chosen, first)
    let turns = min(mostTurns, max(1, Int(wantedSeconds / max(1e-6, first.sinceBegin.wall))))
    let stopwatch = PassStopwatch(runner)
    // The first batch of a pass is not filled meanwhile, and is left out.
    let computed = [chosen.last!] + (0..<turns).flatMap { _ in chosen }
    try pass(computed, stopwatch)
    var sum = Seconds()
    for pass in 0..<passes {
      let intervals = stopwatch.intervals(pass)
      precondition(intervals.count == turns * chosen.count, "a pass has computed other batches")
      for place in chosen.indices {
        sum = sum + median(stride(from: place, to: intervals.count, by: chosen.count).map { intervals[$0] })
      }
    }
    func rows(_ groups: [[Int]]) -> Double { Double(groups.joined().reduce(0) { $0 + table.nodes($1).count }) }
    func amount(_ groups: [[Int]]) -> Double { groups.reduce(0) { $0 + work.seconds(of: $1, table) } }
    // It ends with what takes so long whatever the rows, and then as much longer as there are more.
    let (few, more) = (rows(chosen), rows(computed))
    let added = stopwatch.ending.wall - first.ending.wall
    let growth = added > 0 ? (stopwatch.ending - first.ending) * ((rows(groups) - more) / (more - few)) : Seconds()
    var seconds = sum * (amount(groups) / amount(chosen)) + stopwatch.ending + growth
    // Each pass begins with a batch that is waited for.
    if runner.execution.prefetches { seconds.wall += seconds.filling / Double(groups.count) }
    return seconds
  }

  /// The one of some with the median time.
  private static func median(_ seconds: [Seconds]) -> Seconds {
    seconds.sorted { $0.wall < $1.wall }[seconds.count / 2]
  }
}
