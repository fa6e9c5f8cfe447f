import Foundation
import GasBase

/// What `gas-stat` tells of a store. Memory: a few numbers a partition.
public struct StoreStatistics: Codable, Sendable {
  public struct Spread: Codable, Sendable {
    public var min: Int
    public var median: Int
    public var max: Int
    public var mean: Double
    /// max / mean: 1 is perfectly balanced.
    public var imbalance: Double

    init(_ values: [Int]) {
      let sorted = values.sorted()
      min = sorted.first ?? 0
      median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
      max = sorted.last ?? 0
      mean = sorted.isEmpty ? 0 : Double(sorted.reduce(0, +)) / Double(sorted.count)
      imbalance = mean > 0 ? Double(max) / mean : 1
    }
  }

  public struct Degrees: Codable, Sendable {
    public var min: Int
    public var mean: Double
    public var median: Int
    public var percentile99: Int
    public var max: Int
    public var isolatedNodeCount: Int
  }

  public struct Partitions: Codable, Sendable {
    public var count: Int
    public var nodes: Spread
    public var edges: Spread
    public var halo: Spread
    /// Adjacency entries with both ends in one partition, as a share of all.
    public var innerEdgeRatio: Double
    public var cutEdgeCount: Int
    public var haloRowCount: Int
    /// Halo rows of all partitions for each node: how often a row is pulled in an epoch of single-partition batches.
    public var haloRowsPerNode: Double
  }

  public struct ColumnSize: Codable, Sendable {
    public var name: String
    public var type: String
    public var shape: [Int]
    public var encoding: String
    public var fileBytes: Int
    /// Bytes of the elements as they are in memory, for each byte of the file.
    public var compressionRatio: Double
  }

  public struct SplitSizes: Codable, Sendable {
    public var train: Int
    public var val: Int
    public var test: Int
    /// Those of them that have no class, so that nothing is learnt or measured there.
    public var unlabelledTrain: Int
    public var unlabelledVal: Int
    public var unlabelledTest: Int
  }

  public var path: String
  public var formatVersion: Int
  public var nodeCount: Int
  public var edgeCount: Int
  public var directed: Bool
  public var weighted: Bool
  public var selfLoopCount: Int
  public var features: Manifest.Features?
  public var edgeFeatures: Manifest.EdgeFeatures?
  public var labels: Manifest.Labels?
  public var splits: [SplitSizes]
  public var degrees: Degrees
  public var partitions: Partitions
  public var halo: HaloLayout
  public var columns: [ColumnSize]
  public var totalBytes: Int
  /// Bytes of the adjacency (lists, halo lists, degrees and weights, but not edge features) for each entry.
  public var adjacencyBytesPerEdge: Double
  /// See `Store.bitsPerEntry`.
  public var bitsPerEntry: Double
  public var provenance: Manifest.Provenance

  /// - Throws: `GasError` if a column that is read is damaged: degrees, halo, labels, splits.
  public init(_ store: Store) throws {
    let manifest = store.manifest
    path = store.path
    formatVersion = manifest.formatVersion
    nodeCount = manifest.nodeCount
    edgeCount = manifest.edgeCount
    directed = manifest.directed
    weighted = manifest.weighted
    selfLoopCount = manifest.selfLoopCount
    features = manifest.features
    edgeFeatures = manifest.edgeFeatures
    labels = manifest.labels
    provenance = manifest.provenance
    splits = try Self.splitSizes(store)
    degrees = try Degrees(store)
    partitions = Partitions(manifest)
    halo = try HaloLayout(store)
    columns = manifest.columns.map(ColumnSize.init)
    totalBytes = manifest.columns.reduce(0) { $0 + $1.fileBytes }
    let adjacency: [ColumnName] = [.degrees, .weightedDegrees, .neighbours, .edgeWeights, .halo, .haloDegrees]
    let adjacencyBytes = manifest.columns.filter { adjacency.contains($0.name) }.reduce(0) { $0 + $1.fileBytes }
    adjacencyBytesPerEdge = Double(adjacencyBytes) / Double(Swift.max(1, manifest.edgeCount))
    bitsPerEntry = store.bitsPerEntry
  }

  private static func splitSizes(_ store: Store) throws -> [SplitSizes] {
    guard store.manifest.splitCount > 0 else { return [] }
    let width = store.manifest.splitCount
    let hasClasses = store.manifest.labels?.kind == .single
    // Of each split: nodes in no part, and in each of the three; then those of them without a class.
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 8), count: width)
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let parts = try store.splits(of: nodes)
      let classes = hasClasses ? try store.classes(of: nodes) : nil
      for place in parts.indices {
        let part = Int(parts[place])
        counts[place % width][part] += 1
        if let classes, classes[place / width] < 0 { counts[place % width][4 + part] += 1 }
      }
      store.releaseLabels(of: nodes)
    }
    return counts.map {
      SplitSizes(
        train: $0[1], val: $0[2], test: $0[3], unlabelledTrain: $0[5], unlabelledVal: $0[6], unlabelledTest: $0[7])
    }
  }
}

extension StoreStatistics.Degrees {
  /// Exact quantiles from a histogram: small degrees by place, the few large ones by name.
  init(_ store: Store) throws {
    let values = store.column(.degrees).values
    var small = [Int](repeating: 0, count: 1 << 16)
    var large: [Int: Int] = [:]
    for partition in store.partitions.indices {
      for degree in try values.rows(store.partitions.nodes(partition), as: UInt32.self) {
        if Int(degree) < small.count { small[Int(degree)] += 1 } else { large[Int(degree), default: 0] += 1 }
      }
      values.release()
    }
    let degrees = Quantiles(
      small.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
        + large.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      total: store.nodeCount)
    min = degrees.least
    mean = Double(store.manifest.edgeCount) / Double(Swift.max(1, store.nodeCount))
    median = degrees[0.5]
    percentile99 = degrees[0.99]
    max = degrees.greatest
    isolatedNodeCount = small[0]
  }
}

extension StoreStatistics.Partitions {
  init(_ manifest: Manifest) {
    let table = manifest.partitions
    count = table.count
    nodes = .init(table.indices.map { table.nodes($0).count })
    edges = .init(table.indices.map { table.edges($0).count })
    halo = .init(table.indices.map { table.halo($0).count })
    let inner = table.innerEdgeCounts.reduce(0, +)
    innerEdgeRatio = manifest.edgeCount > 0 ? Double(inner) / Double(manifest.edgeCount) : 1
    cutEdgeCount = manifest.edgeCount - inner
    haloRowCount = table.haloStarts.last ?? 0
    haloRowsPerNode = Double(haloRowCount) / Double(Swift.max(1, manifest.nodeCount))
  }
}

extension StoreStatistics.ColumnSize {
  init(_ entry: Manifest.ColumnEntry) {
    name = entry.name.rawValue
    type = entry.type.description
    shape = entry.shape
    encoding = entry.encoding.rawValue
    fileBytes = entry.fileBytes
    compressionRatio = Double(entry.shape.reduce(entry.type.byteCount, *)) / Double(Swift.max(1, entry.fileBytes))
  }
}
