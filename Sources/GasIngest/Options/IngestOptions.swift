import GasBase
import GasEdges
import GasFiles
import GasGraph
import GasStore
import GasTables

/// What `gas-ingest` is asked to do. Paths are the user's; `-` among the edges is standard input.
public struct IngestOptions: Sendable {
  /// Files of edges, or the folder of a published data set.
  public var edges: [String]
  /// The folder of the store that is made.
  public var output: String
  /// How the files write edges down.
  public var format = EdgeFormat()
  /// A `.npy` vector with one weight for each edge of the input.
  public var edgeWeights: String?
  /// A `.npy` array with a row of features for each edge of the input.
  public var edgeFeatures: String?
  /// A file of ids in original order. Without it, nodes are 0 … N−1 if a file with a row for each node or
  /// `nodeCount` says how many there are, and otherwise the ids in the edges.
  public var ids: String?
  /// How many nodes there are; nil if files tell.
  public var nodeCount: Int?
  /// Whether edges keep their direction.
  public var isDirected = false
  /// Whether edges go both ways even if a file says that they have a direction.
  public var isUndirected = false
  /// What becomes of the weights of repeated edges.
  public var duplicates = DuplicatePolicy.first
  /// What becomes of edges that join a node to itself.
  public var selfLoops = SelfLoopPolicy.keep

  /// A file with a row of features for each node: `.npy`, or a SciPy CSR matrix.
  public var features: String?
  /// Whether features are made of the graph, for nodes that have none.
  public var makesStructuralFeatures = false
  /// The type that dense features are stored in.
  public var featureType = FeatureType.float32
  /// How feature values are changed before they are stored.
  public var featureNormalisation = FeatureNormalisation.none
  /// Whether sparse input is stored as dense rows.
  public var storesDenseFeatures = false
  /// A file with the label or labels of each node.
  public var labels: String?
  /// How many classes or labels there are; nil if the file tells.
  public var classCount: Int?
  /// What labels are; `nil` if their shape and values tell, as they do of classes and of multiple labels.
  public var labelKind: LabelKind?
  /// A file with the weight that each node has in the loss.
  public var sampleWeights: String?
  /// A list of ids or a mask for each part.
  public var splitParts: [SplitPart: String] = [:]
  /// An `.npz` file with all parts of all splits.
  public var splits: String?
  /// Tables that the store is made of, instead of files of edges and arrays.
  public var tables: TableOptions?
  /// What the folder of a data set says about its files.
  var promises = DatasetPromises()

  /// What divides the graph.
  public var partitioner = PartitionerChoice.auto
  /// How many partitions; `nil` for `PartitionCount.standard`.
  public var partitionCount: Int?
  /// The order of the nodes in a partition.
  public var nodeOrder = NodeOrderKind.border
  /// The seed of all random choices.
  public var seed: UInt64 = 0
  /// How much of the machine's memory ingest may take, in bytes, page cache included.
  public var memoryBytes = Self.standardMemoryBytes
  /// How many threads work.
  public var threadCount = 1
  /// Whether a store that has the output's name is replaced.
  public var replacesExisting = false
  /// How many trained runs may go with a store that is replaced; `nil` for none.
  public var discardedRuns: Int?
  /// What is shown on standard error meanwhile.
  public var progress = ProgressDisplay.none
  /// The command line, for the store's provenance.
  public var command: [String] = []

  /// The memory that is used if the user does not say, 2 GiB.
  public static let standardMemoryBytes = Workspace.standardMemoryBytes
  /// The least memory that is accepted, 64 MiB: less would leave nothing to sort in.
  public static let smallestMemoryBytes = Workspace.smallestMemoryBytes

  /// The memory in bytes that ingest really uses: at most that of the machine, except that the standard is always
  /// allowed.
  var usableMemoryBytes: Int { min(memoryBytes, max(Memory.physicalBytes, Self.standardMemoryBytes)) }

  /// The standard options for some edges and an output.
  public init(edges: [String], output: String) {
    self.edges = edges
    self.output = output
  }

  /// The standard options for tables and an output.
  public init(tables: TableOptions, output: String) {
    self.init(edges: [], output: output)
    self.tables = tables
  }

  /// Takes what tables hold in the place of files.
  mutating func read(_ contents: Tables.Contents) {
    let arrays = contents.arrays
    nodeCount = contents.nodes.count
    promises.nodesFrom = contents.nodesFrom
    if tables?.countsEdges == true { duplicates = .sum }
    features = arrays.features ?? features
    edgeFeatures = arrays.edgeFeatures ?? edgeFeatures
    if let made = arrays.labels { (labels, labelKind) = made }
    classCount = arrays.classCount ?? classCount
    sampleWeights = arrays.sampleWeights ?? sampleWeights
    if !arrays.splitParts.isEmpty { splitParts = arrays.splitParts }
  }

  /// All files and folders that are read.
  var inputPaths: [String] {
    var paths = edges.filter { $0 != "-" } + splitParts.values.sorted()
    paths += tables?.paths ?? []
    paths += [edgeWeights, edgeFeatures, ids, features, labels, sampleWeights, splits].compactMap(\.self)
    if case .file(let path) = partitioner { paths.append(path) }
    return paths
  }
}

extension String {
  var withoutTrailingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
