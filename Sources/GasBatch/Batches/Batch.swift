import GasAutodiff
import GasBase
import GasStore

/// A group of partitions, ready to compute on: n rows of the batch first, then h halo rows.
///
/// A batch owns its memory and is filled again and again; matrices that it hands out are valid until it is filled anew.
/// To be used from one thread at a time.
public final class Batch {
  /// A partition's place in the batch.
  public struct Segment: Equatable, Sendable {
    /// The number of the partition.
    public let partition: Int
    /// Its rows in the store.
    public let nodes: Range<Int>
    /// The batch row of its first row.
    public let start: Int

    /// Its rows in the batch.
    public var batchRows: Range<Int> { start..<start + nodes.count }
  }

  /// The partitions of the batch, in the order of its rows.
  public internal(set) var segments: [Segment] = []
  /// n, the number of rows whose embeddings this batch computes and pushes.
  public internal(set) var rowCount = 0
  /// h, the number of rows that it pulls.
  public internal(set) var haloCount = 0
  /// Entries of the adjacency, those that the graph form added included.
  public internal(set) var edgeCount = 0
  /// n × (n + h); without entries for models that look at each node alone.
  public internal(set) var adjacency: SparseMatrix
  /// A row for each entry of the adjacency, in its order: zeros for self-loops that the graph form added. `nil` unless
  /// asked for.
  public internal(set) var edgeFeatures: Matrix?
  /// What the first stage reads: (n + h) × F (dense or sparse), or × the width of the history that was asked for; or
  /// the features' aggregation.
  public internal(set) var input = BatchInput.none
  /// Pulled halo rows by layer, h × width each; those of layer l are at l − the first pulled layer.
  public internal(set) var pulled: [ScatteredRows] = []
  /// The layers whose halo rows were pulled.
  public internal(set) var pulledLayers = 0..<0
  /// The class of each row, a byte for each label, or its real values.
  public internal(set) var labels = NodeLabels.none
  /// For each row whether it belongs to training (1), validation (2), test (3) or none (0); empty unless labels were
  /// asked for.
  public internal(set) var splits = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  /// The weight of each row in the loss; `nil` where the store has none, or unless labels were asked for.
  public internal(set) var sampleWeights: UnsafeBufferPointer<Float>?

  func forgetLabels() {
    labels = .none
    splits = UnsafeBufferPointer(start: nil, count: 0)
    sampleWeights = nil
  }

  let memory = BatchMemory()
  /// Contents of the memory that stay right while the group is the same: whole graphs, and groups of two batches that
  /// take turns, are read once.
  var held: Held?

  struct Held {
    /// The object that filled the memory.
    weak var builder: AnyObject?
    let group: [Int]
    let hasGraph: Bool
    let transposed: BatchContents.Transposed
    let numbersEntries: Bool
    var features: SparseMatrix?
  }

  func holds(_ group: [Int], from builder: AnyObject, graph: Bool, _ contents: BatchContents) -> Bool {
    guard let held, held.builder === builder, held.group == group else { return false }
    return (held.hasGraph || !graph) && held.transposed.rawValue >= contents.transposed.rawValue
      && (held.numbersEntries || !contents.numbersEntries)
  }

  /// An empty batch, to be filled.
  public init() {
    adjacency = memory.edgeless(rowCount: 0)
  }

  /// The halo's row numbers in the store, ascending.
  public var haloRows: UnsafeMutableBufferPointer<UInt32> { memory.haloRows.resized(to: haloCount) }

  /// The places of the halo's rows in the window's memory, if they came by mail.
  var haloPlaces: UnsafeMutableBufferPointer<UInt32> { memory.haloPlaces.resized(to: haloCount) }

  /// The pulled halo rows of a layer, h × width. The layer must be one of `pulledLayers`.
  public func pulled(layer: Int) -> ScatteredRows { pulled[layer - pulledLayers.lowerBound] }
}

extension Batch.Segment {
  /// The segments of a group of partitions, one after the other.
  static func arranged(_ group: [Int], _ table: PartitionTable) -> [Batch.Segment] {
    var start = 0
    return group.map { partition in
      let nodes = table.nodes(partition)
      defer { start += nodes.count }
      return Batch.Segment(partition: partition, nodes: nodes, start: start)
    }
  }
}

/// What the first stage of a batch reads.
public enum BatchInput {
  case none
  case dense(DenseRows)
  /// The batch's own rows, followed by the halo's or beside those where they are.
  case joined(DenseRows, ScatteredRows)
  case sparse(SparseMatrix)
  /// The features' aggregation, and the batch's own features if asked for; n × F each.
  case aggregate(DenseRows, own: DenseRows?)
}

extension MappedElements {
  /// Overwrites the rows of the batch's nodes.
  ///
  /// - Parameters:
  ///   - rows: n × width.
  ///   - batch: the batch.
  ///   - writing: sends the rows to the disk if there is a memory budget.
  /// - Throws: `GasError` if the disk fails.
  package func write(_ rows: Matrix, of batch: Batch, _ writing: WriteThrottle?) throws {
    for segment in batch.segments {
      try write(segment.nodes, from: rows.row(segment.start))
      try writing?.note(self, segment.nodes)
    }
  }
}
