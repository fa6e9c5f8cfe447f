import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasRuns
import GasStore
import GasTrain

/// What a run's weights make of the nodes: computed now, exactly, layer by layer, and not read from the run.
struct OutputFigures {
  /// A curve of a class or label.
  struct Curve {
    let label: Int
    let name: String
    let curves: ScoreMeter.Curves
  }

  /// All scores of each part.
  let scores: SplitScores
  /// The part that the other figures are of: test nodes, where some have labels; `nil` for all nodes of a store without
  /// splits.
  let part: SplitPart?
  /// The store that this part is of, if it is another than the run's.
  let otherStore: String?
  /// What was counted.
  let meter: OutputMeter
  /// The curves of the classes or labels that most nodes of the part have.
  let curves: [Curve]
  /// The names of all classes or labels.
  let names: [String]
  /// How long it took.
  let seconds: Double

  /// How many classes have a row in the confusion matrix, how many curves there are, and how many columns of real
  /// values are shown.
  static let (mostShown, mostCurves, mostColumns) = (15, 4, 3)
}

/// How outputs are computed.
package struct OutputWork {
  /// Threads that compute; nothing depends on it.
  package var threads: Int
  /// The memory for the whole process; `nil` for no limit.
  package var memoryBytes: Int?
  /// The report's file, beside which scratch files lie.
  package var path: String
  /// Gets how far each pass is.
  package var progress: (PassProgress) -> Void

  /// Describes the work.
  package init(threads: Int, memoryBytes: Int?, path: String, progress: @escaping (PassProgress) -> Void) {
    (self.threads, self.memoryBytes, self.path, self.progress) = (threads, memoryBytes, path, progress)
  }
}

extension OutputFigures {
  /// Computes a run's outputs.
  ///
  /// - Parameters:
  ///   - store: the store that the run is of.
  ///   - settings: the run's settings.
  ///   - model: a model with the weights that are shown.
  ///   - sizes: the sizes of classes of each part.
  ///   - work: how it is carried out.
  /// - Throws: `GasError` if a store cannot be read, or the disk fails.
  init(
    _ store: Store, _ settings: RunSettings, _ model: any GraphModel, _ sizes: ClassSizes, _ work: OutputWork
  ) throws {
    let clock = ContinuousClock.now
    guard let labels = store.manifest.labels else { preconditionFailure("a run is of a store with labels") }
    let shownPart =
      [SplitPart.test, .validation, .train].first { sizes[$0].hasNodes }
      ?? (store.manifest.splitCount > 0 ? .test : nil)
    let others = try EvaluationStores.open(settings, training: store, model: model)
    let source = others.first { $0.part == shownPart }?.store ?? store
    let shown = Self.mostFrequent(sizes[shownPart], Self.mostShown)
    let meter = OutputMeter(
      shownPart, labels, shown: shown.sorted(), ranges: try Self.ranges(source, shownPart, settings))
    var (all, parts) = (SplitScores(), [(SplitPart?, ScoreMeter)]())
    for (place, pass) in ([(SplitPart.train, store)] + others.map { ($0.part, $0.store) }).enumerated() {
      let isShown = pass.1 === source
      let measured = try Self.measure(pass.1, trainedOn: store, settings, model, work) { rows, batch in
        if isShown { meter.add(rows, batch) }
      }
      let scores = try measured.scores()
      if place == 0 { all = scores } else { _ = all.replace(pass.0, by: scores) }
      if isShown { parts.append((pass.1.manifest.splitCount > 0 ? shownPart : nil, measured)) }
    }
    self.scores = all
    (part, self.meter, names) = (shownPart, meter, sizes.names)
    otherStore = source === store ? nil : source.path
    let asked = labels.kind == .single && labels.classCount == 2 ? [1] : shown.prefix(Self.mostCurves).sorted()
    curves =
      labels.kind == .values
      ? []
      : try asked.compactMap { label in
        try parts.first?.1.curves(of: parts[0].0, label: label).map {
          Curve(label: label, name: sizes.names[label], curves: $0)
        }
      }
    seconds = clock.duration(to: .now).seconds
  }

  private static func mostFrequent(_ part: ClassSizes.Part, _ count: Int) -> [Int] {
    let order = part.positives.indices.sorted { (part.positives[$1], $0) < (part.positives[$0], $1) }
    return Array(order.prefix(count))
  }

  /// One exact pass over a store.
  private static func measure(
    _ store: Store, trainedOn training: Store, _ settings: RunSettings, _ model: any GraphModel, _ work: OutputWork,
    observe: (Matrix, Batch) -> Void
  ) throws -> ScoreMeter {
    var settings = settings
    settings.threads = work.threads
    settings.historyType = settings.exactRows
    let plan = try work.memoryBytes.map {
      try RunPlan(
        .inference, on: store, settings, model: ModelFactory.make(settings, for: training), memoryBytes: $0,
        outputs: [work.path])
    }
    if let plan { settings.batchPartitions = .partitions(plan.batchPartitions) }
    let execution = ExecutionOptions(
      threads: work.threads, prefetches: settings.prefetch, writesSteadily: plan != nil, readsInPlace: plan == nil,
      haloWindows: plan?.haloWindows ?? 0, layerMail: plan?.layerMail, stagedPieceBytes: plan?.stagedPieceBytes,
      memoryBytes: plan?.memoryBytes,
      progress: work.progress)
    let bytes = store.nodeCount * model.stages.dropLast().reduce(0) { $0 + $1.width * MemoryLayout<Float>.size }
    let scratch = try ScratchPlace.folder(beside: [work.path], or: [store.path], for: bytes)
    DiskNeed(bytes, for: "temporary files", in: scratch).tell()
    HistorySet.clearLeftovers(in: scratch)
    let evaluator = try Evaluator(
      store, model: model, settings: settings, execution: execution, keepingRowsIn: settings.exactRows,
      scratchIn: scratch)
    let last = model.stages.count
    return try evaluator.measure { layer, batch, rows in
      if layer == last { observe(rows, batch) }
    }
  }

  /// What pictures of real values span: all but a hundredth of the true values, and a little more.
  private static func ranges(_ store: Store, _ part: SplitPart?, _ settings: RunSettings) throws
    -> [ClosedRange<Double>]
  {
    guard let labels = store.manifest.labels, labels.kind == .values else { return [] }
    let width = labels.classCount
    let splits = store.manifest.splitCount
    let split = splits > 1 ? settings.split : 0
    var histograms = [DoublingHistogram](repeating: DoublingHistogram(), count: min(width, mostColumns))
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      defer { store.releaseLabels(of: nodes) }
      let values = try store.values(of: nodes)
      let parts = splits > 0 ? try store.splits(of: nodes) : nil
      for row in 0..<nodes.count where parts.map({ $0[row * splits + split] == part?.rawValue }) ?? true {
        for column in histograms.indices where !values[row * width + column].isNaN {
          histograms[column].add(Double(values[row * width + column]))
        }
      }
    }
    return histograms.map { histogram in
      let (low, high) = (histogram.quantile(0.005), histogram.quantile(0.995) + histogram.width)
      let isOneValue = high - low < 3 * histogram.width
      // Around a single value, a picture of its own width would show no prediction that differs.
      let size = max(abs(low), abs(high))
      let margin = 0.05 * (isOneValue ? (size < 1e-12 ? 1 : size) : high - low)
      return (low - margin)...(high + margin)
    }
  }
}
