import GasBatch
import GasFiles
import GasNN
import GasSettings
import GasStore
import Glibc

/// Bytes of the rows that passes read and write.
struct RowSizes {
  /// Bytes of a node's features; the average, where they are sparse lists.
  let features: Int
  let hasDenseFeatures: Bool
  let aggregate: Int
  /// Bytes of a history's row, by layer.
  let histories: [Int]
  let carried: Int
  private let hasGraph: Bool

  init(_ store: Store, _ model: any GraphModel, _ settings: RunSettings) {
    let number = MemoryLayout<Float>.size
    features = store.featureBytes / max(1, store.nodeCount)
    hasDenseFeatures = store.manifest.features?.storage == .dense
    aggregate = (store.manifest.features?.width ?? 0) * settings.precision.byteCount
    histories = model.stages.dropLast().map { settings.historyType.rowBytes($0.width) }
    carried = model.stages.flatMap { $0.carries.values }.reduce(0, +) * number
    hasGraph = model.graphForm != .nodesOnly
  }

  /// Bytes that are read for each node that a batch owns.
  func own(of pass: Pass) -> Int {
    switch pass.contents.input {
    case .features: features
    case .aggregatedFeatures(let own): aggregate + (own ? features : 0)
    case .history(let layer): histories[layer - 1]
    }
  }

  /// Bytes of a node's features, as passes read them, over all columns that they read.
  func read(by passes: PassList) -> Int {
    guard case .aggregatedFeatures(let own) = passes.featureInput else { return features }
    return aggregate + (own ? features : 0)
  }

  /// Bytes that are written to histories for each node.
  func written(by pass: Pass) -> Int { pass.pushedLayers.reduce(0) { $0 + histories[$1 - 1] } }

  /// Bytes of a halo row, for each column that the pass reads scattered rows of.
  func halo(of pass: Pass) -> [Int] {
    guard hasGraph else { return [] }
    return pass.contents.haloColumns(hasDenseFeatures: hasDenseFeatures).map {
      switch $0 {
      case .features: features
      case .history(let layer): histories[layer - 1]
      }
    }
  }

  /// Bytes of a halo row's list of features, which batches read where it lies; empty where there are no such lists.
  func haloList(of pass: Pass) -> [Int] {
    guard hasGraph && pass.contents.graph && !hasDenseFeatures && pass.contents.input == .features else { return [] }
    return [features]
  }
}

/// The halo rows that passes read, and how they come.
struct HaloNeeds {
  let count: Int
  let batchCount: Int
  let isMailed: Bool
  /// Whether the stages of exact passes send their rows to the next one.
  private let isLayered: Bool
  private let nodeCount: Int
  private let windows: Int
  private let rows: RowSizes

  init(_ store: Store, _ model: any GraphModel, _ settings: RunSettings, _ rows: RowSizes, isLayered: Bool) {
    self.isLayered = isLayered
    let size = settings.wantedPartitions(of: store)
    let hasHalo = size < store.partitions.count && model.graphForm != .nodesOnly
    count = hasHalo ? store.partitions.haloStarts.last ?? 0 : 0
    batchCount = store.partitions.batchCount(size)
    isMailed = settings.haloWindows == .mail && count > 0
    // Exact passes copy rows together where training has them by mail.
    windows = isMailed ? RunSettings.HaloWindows.standardCount : settings.haloWindows.resolved
    nodeCount = store.nodeCount
    self.rows = rows
  }

  /// What the halo rows of a pass cost.
  ///
  /// - Parameters:
  ///   - pass: the pass that reads them.
  ///   - epoch: the pass of training to which exact passes send their rows; `nil` in inference.
  /// - Returns: the cost, with the disk space for what is sent.
  func cost(of pass: Pass, epoch: Pass?) -> HaloCost {
    let lists = DirectHalo.cost(of: demand(rows.haloList(of: pass)))
    if isMailed, let epoch {
      let mailed = demand(rows.halo(of: epoch))
      if pass.kind == .training { return HaloMail.epochCost(of: mailed) + lists }
      return exactCost(of: pass) + HaloMail.exactCost(of: mailed) + lists
    }
    return exactCost(of: pass) + lists
  }

  /// What the halo rows of an exact pass cost, or of one of training without mail.
  private func exactCost(of pass: Pass) -> HaloCost {
    guard isLayered, pass.readsLayer, count > 0 else { return cost(of: rows.halo(of: pass)) }
    return HaloMail.layerCost(of: demand(rows.halo(of: pass)))
  }

  /// The pages that hold rows of a batch's halo, over the number of these rows, where they lie anywhere in a column:
  /// of P pages, h rows are in P (1 − exp(−h/P)).
  func pageShare(_ rowBytes: Int) -> Double {
    let pages = Double(nodeCount * rowBytes) / Double(MappedFile.pageBytes)
    let rows = Double(count) / Double(max(1, batchCount))
    return rows > 0 && rowBytes < MappedFile.pageBytes ? pages / rows * (1 - exp(-rows / pages)) : 1
  }

  /// What rows cost that do not come by mail.
  func cost(of rowBytes: [Int]) -> HaloCost {
    let demand = demand(rowBytes)
    guard count > 0, !rowBytes.isEmpty, windows > 0 else { return DirectHalo.cost(of: demand) }
    return HaloStaging.cost(of: demand, windows: windows)
  }

  private func demand(_ rowBytes: [Int]) -> HaloDemand {
    HaloDemand(nodeCount: nodeCount, haloCount: count, batchCount: batchCount, rowBytes: rowBytes)
  }
}

extension Store {
  fileprivate var featureBytes: Int {
    let names: [ColumnName] = [.features, .featureOffsets, .featureIndices, .featureValues]
    return names.filter(has).reduce(0) { $0 + column($1).header.dataBytes }
  }
}
