import GasBase
import GasBatch
import GasFiles
import GasNN
import GasRuns
import GasStore

/// What work on a store reads and writes if nothing stays in the page cache, and the disk space that it takes meanwhile.
struct TrafficEstimate {
  /// Of what is needed.
  private(set) var readBytes = 0
  /// With whole pages for rows of halos, as if none of them lay beside another.
  private(set) var readPageBytes = 0
  private(set) var writtenBytes = 0
  private(set) var diskBytes = 0
  /// Of the columns that rows of halos are read from.
  private(set) var scatteredBytes = 0
  /// Of a row of each of these columns, where they come by mail.
  private(set) var mailedRowBytes: [Int] = []

  private static let numberBytes = MemoryLayout<Float>.size

  init(_ work: RunPlan.Work, _ store: Store, _ settings: RunSettings, _ model: any GraphModel) {
    let (nodes, stages) = (store.nodeCount, model.stages)
    let hasGraph = model.graphForm != .nodesOnly
    let isFull = settings.batchPartitions.resolved(partitionCount: store.partitions.count) == store.partitions.count
    let halo = isFull || !hasGraph ? 0 : store.partitions.haloStarts.last ?? 0
    let graph = hasGraph ? store.graphBytes : 0
    let featureRow = store.featureBytes / max(1, nodes)
    let aggregateRow = Self.keepsAggregate(work, store, settings, stages) ? Self.width(of: store) * Self.numberBytes : 0
    let encoding = settings.historyType
    let hiddenRows = stages.dropLast().map { encoding.rowBytes($0.width) }
    let hidden = hiddenRows.reduce(0, +)
    let carried = stages.flatMap { $0.carries.values }.reduce(0, +) * Self.numberBytes
    let isTraining = work == .training
    // An epoch is a pass and an evaluation, which is a pass for each layer.
    let passes = isTraining ? 2 : 1

    func read(_ rows: Int, of bytes: Int) {
      readBytes += rows * bytes
      readPageBytes += rows * bytes
    }
    // With windows a column is read once for each, and what is copied of it is written and read.
    let isMailed = settings.haloWindows == .mail && halo > 0
    let given =
      isFull || halo == 0 ? 0 : isMailed ? RunSettings.HaloWindows.standardCount : settings.haloWindows.resolved
    let batches = store.partitions.batchCount(settings.batchPartitions.resolved(partitionCount: store.partitions.count))
    let windowSize = given > 0 ? HaloStaging.windowSize(batches: batches, windows: given) : 0
    let windows = given > 0 ? (batches + windowSize - 1) / windowSize : 0
    var stagedRows: [Int] = []
    func readHalos(_ allPasses: Int, of bytes: Int, maySend: Bool = true) {
      scatteredBytes += halo > 0 ? nodes * bytes : 0
      var passes = allPasses
      if isMailed && maySend && bytes > 0 {
        read(halo, of: bytes)
        writtenBytes += halo * bytes
        mailedRowBytes.append(bytes)
        passes -= 1
      }
      guard windows > 0 else {
        readBytes += passes * halo * bytes
        readPageBytes += passes * halo * (bytes > 0 ? roundedUp(bytes, to: MappedFile.pageBytes) : 0)
        return
      }
      read(passes * windows * nodes, of: bytes)
      read(passes * halo, of: bytes)
      writtenBytes += passes * halo * bytes
      stagedRows.append(bytes)
    }
    read(stages.count + passes - 1, of: graph)
    if aggregateRow > 0 {
      read(passes * nodes, of: aggregateRow + (stages[0].inputUse.readsOwnRows ? featureRow : 0))
    } else {
      read(passes * nodes, of: featureRow)
      readHalos(passes, of: featureRow, maySend: store.manifest.features?.storage == .dense)
    }
    // An evaluation reads a layer to go on from it, and before, to see how stale it was.
    for row in hiddenRows {
      readHalos(passes, of: row)
      read(passes * nodes, of: row)
    }
    read(nodes, of: carried)
    writtenBytes += nodes * (passes * hidden + carried)
    let outputs = isTraining && settings.measureError ? (stages.last?.width ?? 0) * Self.numberBytes : 0
    // The window that is read and the one that is filled, with the numbers of their rows; a step of training needs all layers' rows, exact
    // inference one layer's at a time, and the features' aggregation theirs.
    let together = isTraining && !isMailed ? stagedRows.reduce(0, +) : stagedRows.max() ?? 0
    let rowBytes = max(together, aggregateRow > 0 ? featureRow : 0) + MemoryLayout<UInt32>.size
    let copied = windows > 0 ? min(1, 2 * Double(windowSize) / Double(batches)) * Double(halo * rowBytes) : 0
    // At most five eighths of a pass's mail at a time, and two passes' lists of rows and places.
    // An evaluation sends half of it beside its own copies.
    let mail = Double(halo * mailedRowBytes.reduce(0, +))
    let mailed = max(mail * 5 / 8, mail / 2 + copied) + Double(isMailed ? 4 * halo * Self.numberBytes : 0)
    if isMailed {
      read(3 * halo, of: Self.numberBytes)
      writtenBytes += 2 * halo * Self.numberBytes
    }
    let staged = max(copied, mailed)
    // Rows that batches pushed and that are put aside to tell noise from staleness.
    let sampled = isTraining ? nodes * NoiseMeter.sampleCount(of: batches) / max(1, batches) : 0
    let sampledWidth = stages.dropLast().reduce(0) { $0 + $1.width }
    let countsDegrees = UnitDegrees.areNeeded(store, model.graphForm, model.edgeWeightUse)
    let unitDegrees = countsDegrees ? nodes * Self.numberBytes : 0
    diskBytes =
      Int(staged) + unitDegrees + sampled * sampledWidth * Self.numberBytes + nodes
      * (hidden + hiddenRows.count * MemoryLayout<UInt32>.size + carried + aggregateRow + outputs)
  }

  private static func keepsAggregate(
    _ work: RunPlan.Work, _ store: Store, _ settings: RunSettings, _ stages: [Stage]
  ) -> Bool {
    work == .training && settings.keepAggregate && settings.edgeDropout == 0 && stages[0].inputUse != .rows
      && store.manifest.features?.storage == .dense
  }

  private static func width(of store: Store) -> Int { store.manifest.features?.width ?? 0 }
}

extension InputUse {
  fileprivate var readsOwnRows: Bool {
    if case .aggregate(_, own: true) = self { true } else { false }
  }
}

extension Store {
  fileprivate var graphBytes: Int {
    let names: [ColumnName] = [.degrees, .neighbours, .edgeWeights, .edgeFeatures, .halo, .haloDegrees]
    return names.filter(has).reduce(0) { $0 + column($1).header.dataBytes }
  }

  fileprivate var featureBytes: Int {
    let names: [ColumnName] = [.features, .featureOffsets, .featureIndices, .featureValues]
    return names.filter(has).reduce(0) { $0 + column($1).header.dataBytes }
  }
}
