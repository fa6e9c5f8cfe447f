import Foundation
import GasBase
import GasEdges
import GasFiles
import GasFormats
import GasGraph

/// What an ingest would take, found out without doing it: `gas-ingest --plan`.
public struct IngestPlan: Codable, Sendable {
  /// `nil` where only all edges can tell.
  public var nodes: Int?
  /// One more than the largest id at the beginning of the files, if ids are integers: a hint where `nodes` is `nil`.
  public var idLimit: Int
  public var edges: Int
  /// Whether the edges were counted, not estimated.
  public var areEdgesExact: Bool
  public var isDirected: Bool
  /// What was assumed of the edge files, from their beginnings.
  public var notes: [String]
  /// At most; repeated edges will be left out.
  public var entries: Int
  public var partitions: Int
  public var partitioner: String
  public var memoryBytes: Int
  public var temporaryBytes: Int
  public var storeBytes: Int
  public var freeBytes: Int
  public var seconds: Double

  public var fitsDisk: Bool { temporaryBytes <= freeBytes }

  /// - Throws: `GasError` for what can be seen to be wrong before anything is read as a whole.
  public init(_ options: IngestOptions) throws {
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
      discoversIds: nodes == nil && !options.format.hasStringIds, featureBytes: features?.byteCount ?? 0,
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
    freeBytes = try DiskSpace.freeBytes(at: options.output)
    seconds = IngestRates.seconds(for: space)
  }

  private static func edges(_ options: IngestOptions) throws -> EdgeEstimate {
    // Only what has to be unpacked, or names that have to be numbered, asks for a place where one may write.
    let hasNames = options.format.hasStringIds
    let draft =
      try hasNames || options.edges.contains(where: NumPy.isArchive)
      ? DraftFolder(for: OutputPath.resolved(options.output)) : nil
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

/// How large features come out, from the header of their file.
private struct FeatureSize {
  var nodeCount: Int?
  var byteCount: Int

  init(_ path: String, _ options: IngestOptions) throws {
    guard NumPy.isArray(path) else {
      // A sparse matrix in an archive: about as large in the store.
      byteCount = try FileReader(opening: path).totalBytes ?? 0
      return
    }
    let array = try NpyReader(opening: path)
    nodeCount = array.rowCount
    let width = array.elementCount / max(1, array.rowCount)
    byteCount = array.rowCount * options.featureType.encoding.rowBytes(width)
  }
}

/// What two cores did per second with streamed partitions on the machine of Benchmarks/results/billion-edges.md; others differ by a
/// factor of two or so.
enum IngestRates {
  static let edges = 0.9e6
  static let featureBytes = 100e6

  static func seconds(for space: SpaceEstimate) -> Double {
    Double(space.edgeCount) / edges + Double(space.featureBytes) / featureBytes
  }
}
