import GasGraph
import GasStore

/// What ingest did: `gas-ingest --json` prints it as it is.
public struct IngestReport: Codable, Sendable {
  public struct Partition: Codable, Sendable {
    public var nodes: Int
    public var entries: Int
    public var innerEntries: Int
    public var haloRows: Int
  }

  public struct Phase: Codable, Sendable {
    public var name: String
    public var seconds: Double
  }

  public struct Split: Codable, Sendable {
    public var train: Int
    public var validation: Int
    public var test: Int
    /// Those of them that have no class, so that nothing is learnt or measured there.
    public var unlabelledTrain: Int
    public var unlabelledValidation: Int
    public var unlabelledTest: Int
  }

  public var store: String
  public var nodes: Int
  public var edges: EdgeCounts
  /// Lines of the edge files that were skipped as comments.
  public var commentLines: Int
  /// What was assumed of the input, and what it holds that may surprise.
  public var notes: [String]
  /// What became of the weights of repeated edges.
  public var duplicates: DuplicatePolicy
  public var isDirected: Bool
  public var isWeighted: Bool
  public var edgeFeatureWidth: Int?
  /// What has divided the graph, …
  public var partitioner: String
  /// … and why, if it was chosen automatically.
  public var partitionerReason: String?
  public var nodeOrder: NodeOrderKind
  /// Partitions that the partitioner left without nodes; the store has none of them.
  public var emptyPartitionsRemoved: Int
  public var partitions: [Partition]
  public var featureWidth: Int?
  public var areFeaturesSparse: Bool?
  public var labelKind: Manifest.Labels.Kind?
  public var classCount: Int?
  /// Nodes that have each class or label, if there are at most 2^16 of these.
  public var classNodes: [Int]?
  /// Nodes without any.
  public var unlabelledNodes: Int?
  public var splits: [Split]
  public var storeBytes: Int
  public var phases: [Phase]

  /// Adjacency entries that lead out of their partition.
  public var cutEntries: Int
  /// Stored bits of an adjacency entry.
  public var bitsPerEntry: Double
  /// Rows that all halos hold together.
  public var haloRows: Int
  /// How those rows lie on disk.
  public var halo: HaloLayout
  public var seconds: Double
}
