import Foundation
import GasBase
import GasFiles

/// The small text file that says what a store is. Keys: docs/format.md, "manifest.json".
public struct Manifest: Codable, Equatable, Sendable {
  /// What is written; all versions from 1 on are read.
  public static let currentVersion = 2
  public static let fileName = "manifest.json"

  public struct Features: Codable, Equatable, Sendable {
    public enum Storage: String, Codable, Sendable {
      case dense, sparse
    }
    public var storage: Storage
    public var width: Int
    /// How ingest changed the values: `none`, `row` or `standard`.
    public var normalisation: String
    /// How rows are stored, where the column's type does not tell: int8.
    public var encoding: RowEncoding?

    public init(storage: Storage, width: Int, normalisation: String, encoding: RowEncoding? = nil) {
      self.storage = storage
      self.width = width
      self.normalisation = normalisation
      self.encoding = encoding
    }
  }

  public struct Labels: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
      case single, multi
    }
    public var kind: Kind
    public var classCount: Int

    public init(kind: Kind, classCount: Int) {
      self.kind = kind
      self.classCount = classCount
    }
  }

  public struct EdgeFeatures: Codable, Equatable, Sendable {
    public var width: Int

    public init(width: Int) {
      self.width = width
    }
  }

  public enum IdKind: String, Codable, Sendable {
    case sequential, integer, string
  }

  public struct ColumnEntry: Codable, Equatable, Sendable {
    public var name: ColumnName
    public var type: ElementType
    public var encoding: ColumnEncoding
    public var shape: [Int]
    public var fileBytes: Int
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

  public struct InputFile: Codable, Equatable, Sendable {
    public var path: String
    public var byteCount: Int
    public var checksum: String

    public init(path: String, byteCount: Int, checksum: String) {
      self.path = path
      self.byteCount = byteCount
      self.checksum = checksum
    }
  }

  /// Where the store came from: enough to make it again.
  public struct Provenance: Codable, Equatable, Sendable {
    public var tool: String
    public var version: String
    public var date: String
    public var command: [String]
    public var seed: UInt64
    public var partitioner: String
    /// How nodes are ordered within a partition; older stores do not say, and keep the original order.
    public var nodeOrder: String?
    public var inputs: [InputFile]
    /// What ingest counted on the way: edges read, duplicates, …
    public var counts: [String: Int]

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

  public internal(set) var checksum = Self.noChecksum
  public internal(set) var formatVersion = Self.currentVersion
  public var nodeCount: Int
  public var edgeCount: Int
  public var directed: Bool
  public var weighted: Bool
  public var selfLoopCount: Int
  public var features: Features?
  public var edgeFeatures: EdgeFeatures?
  public var labels: Labels?
  public var splitCount: Int
  public var idKind: IdKind
  public var partitions: PartitionTable
  /// Filled in by `StoreWriter.commit`.
  public internal(set) var columns: [ColumnEntry] = []
  public var provenance: Provenance

  static let noChecksum = "00000000"

  public init(
    nodeCount: Int, edgeCount: Int, directed: Bool, weighted: Bool, selfLoopCount: Int, features: Features?,
    edgeFeatures: EdgeFeatures? = nil, labels: Labels?, splitCount: Int, idKind: IdKind, partitions: PartitionTable,
    provenance: Provenance
  ) {
    self.nodeCount = nodeCount
    self.edgeCount = edgeCount
    self.directed = directed
    self.weighted = weighted
    self.selfLoopCount = selfLoopCount
    self.features = features
    self.edgeFeatures = edgeFeatures
    self.labels = labels
    self.splitCount = splitCount
    self.idKind = idKind
    self.partitions = partitions
    self.provenance = provenance
  }
}
