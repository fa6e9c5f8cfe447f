import GasBase
import GasEdges
import GasFiles
import GasGraph
import GasStore

/// What `gas-ingest` is asked to do. Paths are the user's; `-` among the edges is standard input.
public struct IngestOptions: Sendable {
  public var edges: [String]
  public var output: String
  public var format = EdgeFormat()
  /// A `.npy` vector with one weight for each edge of the input.
  public var edgeWeights: String?
  /// A `.npy` array with a row of features for each edge of the input.
  public var edgeFeatures: String?
  /// Ids in original order; without it nodes are 0 … N−1 if a file with a row for each node or `nodeCount` says how many there
  /// are, and the ids that the edges name otherwise.
  public var ids: String?
  public var nodeCount: Int?
  public var isDirected = false
  /// Edges go both ways, even if a file says that they have a direction.
  public var isUndirected = false
  public var duplicates = DuplicatePolicy.first
  public var selfLoops = SelfLoopPolicy.keep

  public var features: String?
  public var featureType = FeatureType.float32
  public var featureNormalisation = FeatureNormalisation.none
  /// Stores sparse input as dense rows.
  public var storesDenseFeatures = false
  public var labels: String?
  public var classCount: Int?
  /// `nil`: the labels' shape and values tell.
  public var labelKind: LabelKind?
  /// One list of ids or mask for each part.
  public var splitParts: [SplitPart: String] = [:]
  /// An `.npz` file with all parts of all splits.
  public var splits: String?
  /// What the folder of a data set says of its files.
  var promises = DatasetPromises()

  public var partitioner = PartitionerChoice.auto
  /// `nil`: `PartitionCount.standard`.
  public var partitionCount: Int?
  public var nodeOrder = NodeOrderKind.border
  public var seed: UInt64 = 0
  /// What ingest may take of the machine's memory, page cache included.
  public var memoryBytes = Self.standardMemoryBytes
  public var threadCount = 1
  public var replacesExisting = false
  /// How many trained runs may go with a store that is replaced; `nil`: none.
  public var discardedRuns: Int?
  public var progress = ProgressDisplay.none
  /// For the store's provenance.
  public var command: [String] = []

  public static let standardMemoryBytes = Workspace.standardMemoryBytes
  /// Less would leave nothing to sort in.
  public static let smallestMemoryBytes = Workspace.smallestMemoryBytes

  /// A machine with less than the standard takes it from its disk; with more than it has, no machine can work.
  var usableMemoryBytes: Int { min(memoryBytes, max(Memory.physicalBytes, Self.standardMemoryBytes)) }

  public init(edges: [String], output: String) {
    self.edges = edges
    self.output = output
  }

  /// Every file or folder that is read.
  var inputPaths: [String] {
    var paths = edges.filter { $0 != "-" } + splitParts.values.sorted()
    paths += [edgeWeights, edgeFeatures, ids, features, labels, splits].compactMap(\.self)
    if case .file(let path) = partitioner { paths.append(path) }
    return paths
  }
}

extension String {
  var withoutTrailingSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
