import GasBase
import GasFiles
import GasGraph

/// How much disk space an ingest takes, estimated once the edges are counted. What it takes to find edges that stand in
/// several relations is less than what a graph with features of edges takes later, and is checked before it is needed
/// (`SharedRelations`).
struct SpaceEstimate {
  var nodeCount: Int
  var edgeCount: Int
  var isDirected = false
  var isWeighted = false
  var keepsOrigins = false
  /// Whether nodes are the ids in the edges, which are written down before they are numbered.
  var discoversIds = false
  /// Bytes of the features of all nodes as they are stored, dense or sparse.
  var featureBytes = 0
  /// Bytes of the features of one edge.
  var edgeFeatureBytes = 0

  /// Adjacency entries before repeated ones are dropped.
  var entryCount: Int { edgeCount * (isDirected ? 1 : 2) }

  private var logBytes: Int { edgeCount * ((discoversIds ? 24 : 8) + (isWeighted ? (discoversIds ? 8 : 4) : 0)) }
  private var recordBytes: Int {
    isWeighted || keepsOrigins ? MemoryLayout<LabelledEntry>.stride : MemoryLayout<BareEntry>.stride
  }
  private var listBytes: Int { entryCount * (4 + (isWeighted ? 4 : 0) + (keepsOrigins ? 4 : 0)) + nodeCount * 8 }
  /// Bytes for partition, row and order of each node, its normalising degree, and what partitioners note.
  private var nodeBytes: Int { nodeCount * 32 }

  /// The most that scratch files take at a time, in bytes. They hold edges, their entries and the lists made of them;
  /// then the lists, their entries in the order of the rows and the lists made of those; a directed graph's lists
  /// without directions; features of edges or nodes while they are put in order.
  var temporaryBytes: Int {
    let entries = entryCount * recordBytes
    let skeleton = isDirected ? 2 * entryCount * (MemoryLayout<BareEntry>.stride + 4) : 0
    let edgeRows = edgeFeatureBytes > 0 ? entryCount * (8 + edgeFeatureBytes + 4) : 0
    return nodeBytes
      + max(
        logBytes + entries + listBytes, listBytes + max(entries + listBytes, skeleton, edgeRows), featureBytes)
  }

  /// The finished store in bytes, estimated from stores of real graphs: 2 bytes an entry, and a halo row for every
  /// fourth entry.
  var storeBytes: Int {
    entryCount * 2 + entryCount / 4 * 8 + (isWeighted ? entryCount * 4 : 0) + nodeCount * 16 + featureBytes
      + entryCount * edgeFeatureBytes
  }

  /// Checks the disk.
  ///
  /// - Parameter path: where the store is to be.
  /// - Throws: `GasError` if the disk clearly has too little space.
  func check(at path: String) throws {
    let (wanted, free) = (temporaryBytes, try DiskSpace.freeBytes(at: path))
    guard wanted > free else { return }
    throw GasError(
      expected: "\(Units.bytes(wanted)) of free disk for \(edgeCount) edges", found: Units.bytes(free), file: path,
      advice: "free some space, or name a folder on another disk with --scratch", status: .refusedBudget)
  }
}
