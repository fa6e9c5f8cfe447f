import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph
import GasStore

/// What an ingest would take, found out without doing it: `gas-ingest --plan`.
public struct IngestPlan: Codable, Sendable {
  /// The number of nodes; `nil` where only reading all edges can tell.
  public var nodes: Int?
  /// 1 + the largest id at the beginning of the files, if ids are integers: a hint where `nodes` is `nil`.
  public var idLimit: Int
  /// The number of edges of the input.
  public var edges: Int
  /// Whether the edges were counted, not estimated.
  public var areEdgesExact: Bool
  /// Whether edges keep their direction.
  public var isDirected: Bool
  /// What was assumed about the edge files, from their beginnings.
  public var notes: [String]
  /// The most adjacency entries that there can be; repeated edges will be left out.
  public var entries: Int
  /// How many partitions are made.
  public var partitions: Int
  /// What divides the graph.
  public var partitioner: String
  /// The memory that ingest would use, in bytes.
  public var memoryBytes: Int
  /// The most disk space that scratch files take at a time, in bytes.
  public var temporaryBytes: Int
  /// The size of the finished store, in bytes.
  public var storeBytes: Int
  /// The free space of the disk, in bytes.
  public var freeBytes: Int
  /// About how long it would take.
  public var seconds: Double

  /// Whether the disk has enough space.
  public var fitsDisk: Bool { temporaryBytes <= freeBytes }

  /// Looks at the beginnings of the files.
  ///
  /// - Parameter options: what is to be ingested.
  /// - Throws: `GasError` for faults that are seen before a file is read as a whole.
  public init(_ options: IngestOptions) throws {
    try EnclosingStore.refuse(folder: OutputPath.resolved(options.output))
    guard !options.edges.contains("-") else {
      throw GasError("standard input can be read only once", advice: "leave out --plan, or name a file")
    }
    guard DatasetFolders.find(options.edges[0], scratch: "", InputLog()) == nil || options.edges.count > 1 else {
      throw GasError(
        "--plan reads edge lists, not the folder of a data set", file: options.edges[0],
        advice: "name the edge list inside, with --nodes and --features")
    }
    let estimate = try Self.edges(options)
    let features = try options.features.map { try FeatureSize($0, options) }
    nodes = options.nodeCount ?? features?.nodeCount ?? estimate.nodeCount
    idLimit = estimate.idLimit
    edges = estimate.edgeCount
    areEdgesExact = estimate.isExact
    isDirected = estimate.isDirected
    notes = estimate.notes
    let nodeCount = max(1, nodes ?? estimate.idLimit)
    let space = SpaceEstimate(
      nodeCount: nodeCount, edgeCount: edges, isDirected: estimate.isDirected,
      isWeighted: options.format.isWeighted || options.edgeWeights != nil, keepsOrigins: options.edgeFeatures != nil,
      discoversIds: nodes == nil && !options.format.hasStringIds,
      featureBytes: features?.byteCount
        ?? (options.makesStructuralFeatures ? StructuralFeatures.byteCount(nodeCount, estimate.isDirected) : 0),
      edgeFeatureBytes: try options.edgeFeatures.map { try NpyReader(opening: $0).rowWidth * 4 } ?? 0)
    entries = space.entryCount
    partitions =
      options.partitionCount ?? PartitionCount.standard(nodeCount: nodeCount, entryCount: space.entryCount)
    partitioner =
      options.partitioner == .auto
      ? AutoPartitioner(memoryBudget: options.usableMemoryBytes)
        .choose(nodeCount: nodeCount, entryCount: space.entryCount).partitioner.description
      : options.partitioner.description
    memoryBytes = options.usableMemoryBytes
    temporaryBytes = space.temporaryBytes
    storeBytes = space.storeBytes
    freeBytes = try DiskSpace.freeBytes(at: ScratchPlace.named ?? options.output)
    seconds = IngestRates.seconds(for: space)
  }

  private static func edges(_ options: IngestOptions) throws -> EdgeEstimate {
    // A place for scratch files is needed only for archives that have to be unpacked, and for names that have to be
    // numbered.
    let hasNames = options.format.hasStringIds
    let draft =
      try hasNames || options.edges.contains(where: NumPy.isArchive)
      ? DraftFolder(for: ScratchPlace.named.map { $0 + "/gas-ingest" } ?? OutputPath.resolved(options.output)) : nil
    defer { draft?.discard() }
    let scratch = try draft.map { try ScratchFolder(at: $0.path) }
    // Names are numbered as they are read, even if only a few are.
    let names = try hasNames ? scratch.map { try StringTable(in: Workspace(scratch: $0)) } : nil
    return try EdgeEstimate(
      EdgeReading(
        paths: options.edges, format: options.format, isDirected: options.isDirected,
        isUndirected: options.isUndirected, inputs: InputLog(), progress: .none, scratch: scratch,
        unpackingBytes: ByteSource.unpackingBytes(of: options.memoryBytes),
        names: names.map { NameResolver(table: $0, list: nil) }))
  }
}

/// The size of the stored features, taken from the header of their file.
private struct FeatureSize {
  var nodeCount: Int?
  var byteCount: Int

  init(_ path: String, _ options: IngestOptions) throws {
    guard NumPy.isArray(path) else {
      // A sparse matrix in an archive is about as large in the store.
      byteCount = try FileReader(opening: path).totalBytes ?? 0
      return
    }
    let array = try NpyReader(opening: path)
    nodeCount = array.rowCount
    let width = array.elementCount / max(1, array.rowCount)
    byteCount = array.rowCount * options.featureType.encoding.rowBytes(width)
  }
}

/// What two cores did per second with streamed partitions on the machine of Benchmarks/results/billion-edges.md; other
/// machines differ by a factor of two or so.
enum IngestRates {
  static let edges = 0.9e6
  static let featureBytes = 100e6

  static func seconds(for space: SpaceEstimate) -> Double {
    Double(space.edgeCount) / edges + Double(space.featureBytes) / featureBytes
  }
}
