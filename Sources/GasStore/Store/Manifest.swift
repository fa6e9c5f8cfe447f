import GasBase
import GasFiles

/// The small text file that says what a store is. Keys: docs/format.md, "manifest.json".
public struct Manifest: Codable, Equatable, Sendable {
  /// The newest format version. All versions from 1 on are read, and a store is written in the oldest version from 2 on
  /// that has all that it holds.
  public static let currentVersion = 4
  /// The manifest's name in the folder of a store.
  public static let fileName = "manifest.json"

  /// The features of the nodes.
  public struct Features: Codable, Equatable, Sendable {
    /// Whether all values of a row are stored, or those that are not zero.
    public enum Storage: String, Codable, Sendable {
      case dense, sparse
    }
    /// How rows are laid out.
    public var storage: Storage
    /// Features of a node.
    public var width: Int
    /// How ingest changed the values: `none`, `row` or `standard`.
    public var normalisation: String
    /// How rows are stored where the column's type does not tell: int8.
    public var encoding: RowEncoding?

    /// Describes features; `encoding` is given for int8 alone.
    public init(storage: Storage, width: Int, normalisation: String, encoding: RowEncoding? = nil) {
      self.storage = storage
      self.width = width
      self.normalisation = normalisation
      self.encoding = encoding
    }
  }

  /// The labels of the nodes.
  public struct Labels: Codable, Equatable, Sendable {
    /// Whether a node has one class, any number of labels, or real values.
    public enum Kind: String, Codable, Sendable {
      case single, multi, values
    }
    /// How labels are stored: a class a row, a byte for each label, or a number for each value.
    public var kind: Kind
    /// The number of classes or labels, or of values of a node.
    public var classCount: Int
    /// True if some of several labels are missing (`NodeLabels.missing`); absent otherwise, and with the other kinds.
    public var missing: Bool?

    /// Describes labels; `missing` is given for multiple ones alone.
    public init(kind: Kind, classCount: Int, missing: Bool = false) {
      self.kind = kind
      self.classCount = classCount
      self.missing = missing ? true : nil
    }
  }

  /// The features of the edges.
  public struct EdgeFeatures: Codable, Equatable, Sendable {
    /// Features of an edge.
    public var width: Int

    /// Describes edge features.
    public init(width: Int) {
      self.width = width
    }
  }

  /// What the original ids are: 0 … N−1, other integers, or text.
  public enum IdKind: String, Codable, Sendable {
    case sequential, integer, string
  }

  /// What the manifest says of a column; a column that differs is not this store's.
  public struct ColumnEntry: Codable, Equatable, Sendable {
    /// Which column it is.
    public var name: ColumnName
    /// The type of its elements.
    public var type: ElementType
    /// How its blocks are stored.
    public var encoding: ColumnEncoding
    /// Rows, and elements in a row unless it is a plain vector.
    public var shape: [Int]
    /// Bytes of its file.
    public var fileBytes: Int
    /// CRC-32 of its header, eight hexadecimal digits.
    public var headerChecksum: String

    init(_ name: ColumnName, _ header: ColumnHeader) {
      self.name = name
      type = header.type
      encoding = header.encoding
      shape = header.rank == 1 ? [header.rowCount] : [header.rowCount, header.width]
      fileBytes = header.tableOffset + header.tableCount * BlockTable.entryBytes
      headerChecksum = Checksum.text(header.checksum)
    }
  }

  /// A file that the store was made from.
  public struct InputFile: Codable, Equatable, Sendable {
    /// Its path, as it was given.
    public var path: String
    /// Its size in bytes.
    public var byteCount: Int
    /// CRC-32 of its bytes, eight hexadecimal digits.
    public var checksum: String

    /// Describes an input.
    public init(path: String, byteCount: Int, checksum: String) {
      self.path = path
      self.byteCount = byteCount
      self.checksum = checksum
    }
  }

  /// What the manifest says of a small file of the store.
  public struct SmallFileEntry: Codable, Equatable, Sendable {
    /// Its size in bytes.
    public var byteCount: Int
    /// CRC-32 of its bytes, eight hexadecimal digits.
    public var checksum: String

    init(_ bytes: [UInt8]) {
      byteCount = bytes.count
      checksum = Checksum.text(Checksum.crc32(bytes))
    }
  }

  /// Where the store came from: enough to make it again.
  public struct Provenance: Codable, Equatable, Sendable {
    /// The program that made the store.
    public var tool: String
    /// The program's version.
    public var version: String
    /// When the store was made.
    public var date: String
    /// The command line, an element an argument.
    public var command: [String]
    /// The seed of all random choices.
    public var seed: UInt64
    /// What assigned nodes to partitions.
    public var partitioner: String
    /// How nodes are ordered within a partition; `nil` in older stores, which keep the original order.
    public var nodeOrder: String?
    /// All files that were read.
    public var inputs: [InputFile]
    /// What ingest counted: edges read, duplicates, …
    public var counts: [String: Int]

    /// Describes where a store came from.
    public init(
      tool: String, version: String, date: String, command: [String], seed: UInt64, partitioner: String,
      nodeOrder: String? = nil, inputs: [InputFile], counts: [String: Int]
    ) {
      self.tool = tool
      self.version = version
      self.date = date
      self.command = command
      self.seed = seed
      self.partitioner = partitioner
      self.nodeOrder = nodeOrder
      self.inputs = inputs
      self.counts = counts
    }
  }

  /// CRC-32 of the whole file with this field zero, eight hexadecimal digits.
  public internal(set) var checksum = Self.noChecksum
  /// The version of the store format.
  public internal(set) var formatVersion: Int
  /// The number of nodes N.
  public var nodeCount: Int
  /// The number of adjacency entries: an undirected edge counts twice, a self-loop once.
  public var edgeCount: Int
  /// Whether edges have one direction.
  public var directed: Bool
  /// Whether edges have weights.
  public var weighted: Bool
  /// Entries that join a node to itself.
  public var selfLoopCount: Int
  /// The features of the nodes; `nil` if there are none.
  public var features: Features?
  /// The features of the edges; `nil` if there are none.
  public var edgeFeatures: EdgeFeatures?
  /// The labels of the nodes; `nil` if there are none.
  public var labels: Labels?
  /// True if each node has a weight in the loss; absent otherwise.
  public var sampleWeighted: Bool?
  /// How many train/validation/test splits there are.
  public var splitCount: Int
  /// What the original ids are.
  public var idKind: IdKind
  /// Which rows and entries each partition owns.
  public var partitions: PartitionTable
  /// Which part of a store this is, if it is a shard; `nil` for whole stores.
  public internal(set) var shard: Shard?
  /// All columns; filled in by `StoreWriter.commit`.
  public internal(set) var columns: [ColumnEntry] = []
  /// How tables became features and labels (`encoding.json`); `nil` for stores that were made otherwise, and filled in
  /// by `StoreWriter.commit`.
  public internal(set) var tableEncoding: SmallFileEntry?
  /// Where the store came from.
  public var provenance: Provenance

  static let noChecksum = "00000000"

  /// Describes a store that is being written; `StoreWriter.commit` adds columns and checksum.
  public init(
    nodeCount: Int, edgeCount: Int, directed: Bool, weighted: Bool, selfLoopCount: Int, features: Features?,
    edgeFeatures: EdgeFeatures? = nil, labels: Labels?, sampleWeighted: Bool = false, splitCount: Int, idKind: IdKind,
    partitions: PartitionTable, provenance: Provenance
  ) {
    self.nodeCount = nodeCount
    self.edgeCount = edgeCount
    self.directed = directed
    self.weighted = weighted
    self.selfLoopCount = selfLoopCount
    self.features = features
    self.edgeFeatures = edgeFeatures
    self.labels = labels
    self.sampleWeighted = sampleWeighted ? true : nil
    self.splitCount = splitCount
    self.idKind = idKind
    self.partitions = partitions
    self.provenance = provenance
    formatVersion = Self.needsThirdVersion(labels, sampleWeighted: sampleWeighted) ? 3 : 2
  }
}
