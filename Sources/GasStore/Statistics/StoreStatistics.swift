import GasBase

/// What `gas-stat` tells of a store. Takes memory for a few numbers a partition.
public struct StoreStatistics: Codable, Sendable {
  /// How a number is distributed over the partitions.
  public struct Spread: Codable, Sendable {
    /// The smallest number.
    public var min: Int
    /// The number in the middle; of an even count, the upper of the two.
    public var median: Int
    /// The largest number.
    public var max: Int
    /// The mean; 0 where there is no number.
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

  /// Sizes of the partitions, and how much they read of each other.
  public struct Partitions: Codable, Sendable {
    /// The number of partitions.
    public var count: Int
    /// Nodes of a partition.
    public var nodes: Spread
    /// Adjacency entries of a partition.
    public var edges: Spread
    /// Halo rows of a partition.
    public var halo: Spread
    /// Adjacency entries with both ends in one partition, as a share of all.
    public var innerEdgeRatio: Double
    /// Adjacency entries whose ends are in two partitions.
    public var cutEdgeCount: Int
    /// Halo rows of all partitions together.
    public var haloRowCount: Int
    /// Halo rows of all partitions for each node: how often a row is pulled in an epoch of single-partition batches.
    public var haloRowsPerNode: Double
  }

  /// The shape of a column and the disk space that it takes.
  public struct ColumnSize: Codable, Sendable {
    /// The column's name, such as `edge-weights`.
    public var name: String
    /// The name of the element type, such as `float32`.
    public var type: String
    /// Rows, and elements in a row unless it is a plain vector.
    public var shape: [Int]
    /// How blocks are stored: `raw`, `lz4` or `packed`.
    public var encoding: String
    /// Bytes of the file.
    public var fileBytes: Int
    /// Bytes of the elements in memory for each byte of the file.
    public var compressionRatio: Double
  }

  /// How many nodes are in each part of a split.
  public struct SplitSizes: Codable, Sendable {
    /// Nodes to train on.
    public var train: Int
    /// Nodes to validate on.
    public var val: Int
    /// Nodes to test on.
    public var test: Int
    /// Training nodes without a label: nothing is learnt there.
    public var unlabelledTrain: Int
    /// Validation nodes without a label: nothing is measured there.
    public var unlabelledVal: Int
    /// Test nodes without a label: nothing is measured there.
    public var unlabelledTest: Int
  }

  /// The store's folder, as it was given.
  public var path: String
  /// The version of the store format.
  public var formatVersion: Int
  /// The number of nodes.
  public var nodeCount: Int
  /// Adjacency entries: an undirected edge counts twice, a self-loop once.
  public var edgeCount: Int
  /// Whether edges have one direction.
  public var directed: Bool
  /// Whether edges have weights.
  public var weighted: Bool
  /// Entries that join a node to itself.
  public var selfLoopCount: Int
  /// The features of the nodes; `nil` if there are none.
  public var features: Manifest.Features?
  /// The features of the edges; `nil` if there are none.
  public var edgeFeatures: Manifest.EdgeFeatures?
  /// The labels of the nodes; `nil` if there are none.
  public var labels: Manifest.Labels?
  /// What the values of each column are like, if labels are real values of at most 1024 columns.
  public var labelValues: [ValueMoments.Column]?
  /// Whether each node has a weight in the loss.
  public var sampleWeighted: Bool
  /// The sizes of each split.
  public var splits: [SplitSizes]
  /// What of the store a shard has; `nil` for whole stores.
  public var shard: ShardSummary?
  /// The distribution of the degrees.
  public var degrees: Degrees
  /// The sizes of the partitions.
  public var partitions: Partitions
  /// How halo rows lie on disk.
  public var halo: HaloLayout
  /// All columns, in the order of the manifest.
  public var columns: [ColumnSize]
  /// Bytes of all columns' files.
  public var totalBytes: Int
  /// Bytes of the adjacency (lists, halo lists, degrees and weights, but not edge features) for each entry that the
  /// store has.
  public var adjacencyBytesPerEdge: Double
  /// Stored bits of an adjacency entry (`Store.bitsPerEntry`).
  public var bitsPerEntry: Double
  /// Where the store came from.
  public var provenance: Manifest.Provenance

  /// Reads the columns that the numbers come from: degrees, halo, labels and splits.
  ///
  /// - Parameter store: the store to describe.
  /// - Throws: `GasError` if one of these columns is damaged.
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
    shard = ShardSummary(store)
    labelValues = try Self.labelValues(store)
    sampleWeighted = manifest.sampleWeighted == true
    splits = try Self.splitSizes(store)
    degrees = try Degrees(store)
    partitions = Partitions(manifest)
    halo = try HaloLayout(store)
    columns = manifest.columns.map(ColumnSize.init)
    totalBytes = manifest.columns.reduce(0) { $0 + $1.fileBytes }
    let adjacency: [ColumnName] = [.degrees, .weightedDegrees, .neighbours, .edgeWeights, .halo, .haloDegrees]
    let adjacencyBytes = manifest.columns.filter { adjacency.contains($0.name) }.reduce(0) { $0 + $1.fileBytes }
    adjacencyBytesPerEdge =
      Double(adjacencyBytes) / Double(Swift.max(1, manifest.partitions.edges(of: store.heldPartitions).count))
    bitsPerEntry = store.bitsPerEntry
  }

  private static func labelValues(_ store: Store) throws -> [ValueMoments.Column]? {
    guard let labels = store.manifest.labels, labels.kind == .values, labels.classCount <= ValueMoments.longestList
    else { return nil }
    var moments = ValueMoments(width: labels.classCount)
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let values = try store.values(of: nodes)
      for row in 0..<nodes.count { moments.add(values.row(row, width: labels.classCount)) }
      store.releaseLabels(of: nodes)
    }
    return moments.reportedColumns
  }

  private static func splitSizes(_ store: Store) throws -> [SplitSizes] {
    guard store.manifest.splitCount > 0 else { return [] }
    let width = store.manifest.splitCount
    let hasLabels = store.manifest.labels != nil
    // For each split: nodes in no part, and in each of the three; then, of these, the nodes without a label.
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 8), count: width)
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let parts = try store.splits(of: nodes)
      let labels = try store.labels(of: nodes)
      for row in 0..<nodes.count {
        let isUnlabelled = hasLabels && !labels.isLabelled(row)
        for split in 0..<width {
          let part = Int(parts[row * width + split])
          counts[split][part] += 1
          if isUnlabelled { counts[split][4 + part] += 1 }
        }
      }
      store.releaseLabels(of: nodes)
    }
    return counts.map {
      SplitSizes(
        train: $0[1], val: $0[2], test: $0[3], unlabelledTrain: $0[5], unlabelledVal: $0[6], unlabelledTest: $0[7])
    }
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
