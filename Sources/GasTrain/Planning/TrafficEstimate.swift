import GasBase
import GasBatch
import GasFiles
import GasNN
import GasSettings
import GasStore

/// What work on a store reads and writes if nothing stays in the page cache, and the disk space that it takes
/// meanwhile: the sum over the passes of an epoch with its evaluation, or of an inference.
struct TrafficEstimate {
  /// Of the pass of training; nothing in inference.
  private(set) var epoch = PassTraffic()
  /// Of the exact passes, with the outputs of inference.
  private(set) var exact = PassTraffic()
  /// Bytes that are needed and read.
  var readBytes: Int { epoch.readBytes + exact.readBytes }
  /// Bytes that are read, with a whole page for each row of a halo, as if no two lay side by side.
  var readPageBytes: Int { epoch.readPageBytes + exact.readPageBytes }
  var writtenBytes: Int { epoch.writtenBytes + exact.writtenBytes }
  private(set) var diskBytes = 0
  /// How many of the pages that a batch's halo rows would have one by one are left, since some rows share theirs.
  private(set) var pageShare = 1.0
  /// Bytes of all columns that passes read, each once.
  private(set) var workingBytes = 0
  /// Bytes of the columns that rows of halos are read from: in a step of training, or in the pass of inference that has
  /// the most of them.
  private(set) var scatteredBytes = 0
  /// Bytes of a row of each of these columns, where rows come by mail.
  private(set) var mailedRowBytes: [Int] = []
  /// Bytes of the longest row that a stage of an exact pass reads of a history; 0 if there is none.
  private(set) var layerRowBytes = 0

  private static let numberBytes = MemoryLayout<Float>.size

  init(
    _ work: RunPlan.Work, _ store: Store, _ settings: RunSettings, _ model: any GraphModel, isLayered: Bool = false
  ) {
    let isTraining = work == .training
    let passes = PassList(
      of: model, store, edgeDropout: isTraining ? settings.edgeDropout : 0,
      keepsAggregate: isTraining && settings.keepAggregate)
    let rows = RowSizes(store, model, settings)
    let halo = HaloNeeds(store, model, settings, rows, isLayered: isLayered)
    let training = isTraining ? [passes.training] : []
    var passDisk = 0
    for pass in training + passes.exact {
      let cost = halo.cost(of: pass, epoch: training.first)
      passDisk = max(passDisk, cost.diskBytes)
      var traffic = PassTraffic(halo: cost)
      traffic.written = store.nodeCount * rows.written(by: pass)
      traffic.streamed = store.nodeCount * rows.own(of: pass)
      if model.graphForm != .nodesOnly && pass.contents.graph { traffic.streamed += store.graphBytes }
      if pass.kind == .training { epoch = traffic } else { exact = exact + traffic }
    }
    // An evaluation reads each history before it replaces it, to see how stale it was.
    if isTraining { exact.streamed += store.nodeCount * rows.histories.reduce(0, +) }
    // This is what layers hand on besides their rows.
    exact.streamed += store.nodeCount * rows.carried
    exact.written += store.nodeCount * rows.carried
    workingBytes =
      (model.graphForm == .nodesOnly ? 0 : store.graphBytes)
      + store.nodeCount * (rows.histories.reduce(0, +) + rows.carried + rows.read(by: passes))
    if isTraining && halo.isMailed { mailedRowBytes = rows.halo(of: passes.training) }
    layerRowBytes = passes.exact.filter(\.readsLayer).flatMap { rows.halo(of: $0) }.max() ?? 0
    let scattered = (isTraining ? training : passes.exact).map { rows.halo(of: $0).reduce(0, +) }
    pageShare = halo.pageShare((training + passes.exact).flatMap { rows.halo(of: $0) }.max() ?? 0)
    scatteredBytes = halo.count > 0 ? store.nodeCount * (scattered.max() ?? 0) : 0
    if case .aggregatedFeatures = passes.featureInput {
      passDisk = max(passDisk, halo.cost(of: [rows.features]).diskBytes)
    }
    diskBytes = passDisk + keptBytes(store, settings, model, passes, rows, halo.batchCount, isTraining: isTraining)
  }

  /// Disk space that is taken from the first pass to the last.
  private func keptBytes(
    _ store: Store, _ settings: RunSettings, _ model: any GraphModel, _ passes: PassList, _ rows: RowSizes,
    _ batches: Int, isTraining: Bool
  ) -> Int {
    let nodes = store.nodeCount
    let widths = model.stages.dropLast().map(\.width)
    let outputs = isTraining && settings.measureError ? (model.stages.last?.width ?? 0) * Self.numberBytes : 0
    // Pushed rows of some batches are put aside, to tell noise from staleness.
    let sampled = isTraining ? nodes * NoiseMeter.sampleCount(of: batches) / max(1, batches) : 0
    let countsDegrees = UnitDegrees.areNeeded(store, model.graphForm, model.edgeWeightUse)
    let aggregate = if case .aggregatedFeatures = passes.featureInput { rows.aggregate } else { 0 }
    let times = widths.count * MemoryLayout<UInt32>.size
    return nodes * (rows.histories.reduce(0, +) + times + rows.carried + aggregate + outputs)
      + sampled * widths.reduce(0, +) * Self.numberBytes + (countsDegrees ? nodes * Self.numberBytes : 0)
  }

  /// Adds the outputs of inference, which are on the same disk.
  mutating func add(_ outputs: OutputSizes, within memoryBytes: Int?) {
    let traffic = outputs.traffic(within: memoryBytes)
    exact.streamed += traffic.read
    exact.written += traffic.written
    diskBytes += outputs.fileBytes + outputs.scratchBytes(within: memoryBytes)
  }
}

extension Store {
  fileprivate var graphBytes: Int {
    let names: [ColumnName] = [.degrees, .neighbours, .edgeWeights, .edgeFeatures, .halo, .haloDegrees]
    return names.filter(has).reduce(0) { $0 + column($1).header.dataBytes }
  }
}
