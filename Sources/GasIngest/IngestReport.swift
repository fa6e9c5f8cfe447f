import GasGraph
import GasStore
import GasTables

/// What ingest did: `gas-ingest --json` prints it as it is.
public struct IngestReport: Codable, Sendable {
  /// The size of a partition.
  public struct Partition: Codable, Sendable {
    /// Its nodes.
    public var nodes: Int
    /// Its adjacency entries.
    public var entries: Int
    /// Entries with both ends in the partition.
    public var innerEntries: Int
    /// Rows of other partitions that it reads.
    public var haloRows: Int
  }

  /// A phase of the work and its time.
  public struct Phase: Codable, Sendable {
    /// What was done.
    public var name: String
    /// How long it took.
    public var seconds: Double
  }

  /// How many nodes are in each part of a split.
  public struct Split: Codable, Sendable {
    /// Nodes to train on.
    public var train: Int
    /// Nodes to validate on.
    public var validation: Int
    /// Nodes to test on.
    public var test: Int
    /// Training nodes without a label: nothing is learnt there.
    public var unlabelledTrain: Int
    /// Validation nodes without a label: nothing is measured there.
    public var unlabelledValidation: Int
    /// Test nodes without a label: nothing is measured there.
    public var unlabelledTest: Int
  }

  /// The folder of the store.
  public var store: String
  /// The number of nodes.
  public var nodes: Int
  /// What became of the edges of the input.
  public var edges: EdgeCounts
  /// Lines of the edge files that were skipped as comments.
  public var commentLines: Int
  /// What was assumed about the input, and what may be surprising in it.
  public var notes: [String]
  /// What became of the weights of repeated edges.
  public var duplicates: DuplicatePolicy
  /// Whether edges have one direction.
  public var isDirected: Bool
  /// Whether edges have weights.
  public var isWeighted: Bool
  /// Features of an edge; nil if there are none.
  public var edgeFeatureWidth: Int?
  /// The partitioner that has divided the graph.
  public var partitioner: String
  /// Why this partitioner was used, if it was chosen automatically.
  public var partitionerReason: String?
  /// The order of the nodes in a partition.
  public var nodeOrder: NodeOrderKind
  /// Partitions that the partitioner left without nodes; they are not in the store.
  public var emptyPartitionsRemoved: Int
  /// The partitions of the store.
  public var partitions: [Partition]
  /// Features of a node; nil if there are none.
  public var featureWidth: Int?
  /// Whether features are stored sparse; nil if there are none.
  public var areFeaturesSparse: Bool?
  /// Whether nodes have one class each, any number of labels, or real values; nil if there are none.
  public var labelKind: Manifest.Labels.Kind?
  /// The number of classes or labels, or of values of a node.
  public var classCount: Int?
  /// How many nodes have each class or label, if there are at most 2^16 of these.
  public var classNodes: [Int]?
  /// Of how many nodes nothing is known: no class, none of several labels, no value.
  public var unlabelledNodes: Int?
  /// How many of several labels are missing, over all nodes; nil with other kinds.
  public var missingLabels: Int?
  /// What the values of each column are like, if labels are real values of at most 1024 columns.
  public var labelValues: [ValueMoments.Column]?
  /// What the weights of labelled nodes are like that a split trains on, or of all labelled ones without a split; nil
  /// if there are no weights.
  public var sampleWeights: ValueMoments.Column?
  /// The sizes of each split.
  public var splits: [Split]
  /// Bytes of all columns of the store.
  public var storeBytes: Int
  /// The phases of the work, in order.
  public var phases: [Phase]

  /// Adjacency entries that lead out of their partition.
  public var cutEntries: Int
  /// Stored bits of an adjacency entry.
  public var bitsPerEntry: Double
  /// The number of rows in all halos.
  public var haloRows: Int
  /// How those rows lie on disk.
  public var halo: HaloLayout
  /// How long everything took.
  public var seconds: Double
  /// What was decided about tables; nil if the store was not made of tables.
  public var tables: TableReport?
}
