import GasBase
import GasNN
import GasStore

/// A group of partitions, ready to compute on: rows of the batch first, then its halo.
///
/// A batch owns its memory and is filled again and again; matrices that it hands out are valid until it is filled anew.
public final class Batch {
  /// A partition's place in the batch: its rows of the store stand from `start` on.
  public struct Segment: Equatable, Sendable {
    public let partition: Int
    public let nodes: Range<Int>
    public let start: Int

    public var batchRows: Range<Int> { start..<start + nodes.count }
  }

  public internal(set) var segments: [Segment] = []
  /// n, the rows whose embeddings this batch computes and pushes.
  public internal(set) var rowCount = 0
  /// h, the rows that it pulls.
  public internal(set) var haloCount = 0
  public internal(set) var edgeCount = 0
  /// n × (n + h); without entries for models that look at each node by itself.
  public internal(set) var adjacency: SparseMatrix
  /// A row for each entry of the adjacency, in its order: zeros for self-loops that the form added. `nil` unless asked for.
  public internal(set) var edgeFeatures: Matrix?
  /// (n + h) × F (dense or sparse), or × width of the history that was asked for; or the features' aggregation.
  public internal(set) var input = BatchInput.none
  /// Pulled halo rows by layer, h × width each; layer l stands at l − the first pulled layer.
  public internal(set) var pulled: [ScatteredRows] = []
  public internal(set) var pulledLayers = 0..<0
  /// Class of each row, or one byte for each label.
  public internal(set) var labels = BatchLabels.none
  /// For each row whether it belongs to training (1), validation (2), test (3) or none (0); empty unless labels were asked for.
  public internal(set) var splits = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  func forgetLabels() {
    labels = .none
    splits = UnsafeBufferPointer(start: nil, count: 0)
  }

  let memory = BatchMemory()
  /// What the memory holds that stays right while the group is the same: whole graphs, and groups of two batches that take turns,
  /// are read once.
  var held: Held?

  struct Held {
    /// Whoever filled it.
    weak var builder: AnyObject?
    let group: [Int]
    let hasGraph: Bool
    let transposed: BatchContents.Transposed
    var features: SparseMatrix?
  }

  func holds(_ group: [Int], from builder: AnyObject, graph: Bool, transposed: BatchContents.Transposed) -> Bool {
    guard let held, held.builder === builder, held.group == group else { return false }
    return (held.hasGraph || !graph) && held.transposed.rawValue >= transposed.rawValue
  }

  public init() {
    adjacency = memory.edgeless(rowCount: 0)
  }

  /// The halo's row numbers in the store, ascending.
  public var haloRows: UnsafeMutableBufferPointer<UInt32> { memory.haloRows.resized(to: haloCount) }

  /// Where the halo's rows are in memory, if they came by mail.
  var haloPlaces: UnsafeMutableBufferPointer<UInt32> { memory.haloPlaces.resized(to: haloCount) }

  public func pulled(layer: Int) -> ScatteredRows { pulled[layer - pulledLayers.lowerBound] }
}

extension Batch.Segment {
  /// A group's partitions, one after the other.
  static func arranged(_ group: [Int], _ table: PartitionTable) -> [Batch.Segment] {
    var start = 0
    return group.map { partition in
      let nodes = table.nodes(partition)
      defer { start += nodes.count }
      return Batch.Segment(partition: partition, nodes: nodes, start: start)
    }
  }
}

public enum BatchInput {
  case none
  case dense(Matrix)
  /// The batch's rows, and the halo's beside them or where they are.
  case joined(Matrix, ScatteredRows)
  case sparse(SparseMatrix)
  /// n × F each.
  case aggregate(Matrix, own: Matrix?)
}

public enum BatchLabels {
  case none
  /// The class of each row, −1 for none.
  case single(UnsafeBufferPointer<Int32>)
  /// `classCount` bytes a row, 0 or 1 each.
  case multi(UnsafeBufferPointer<UInt8>, classCount: Int)
}

extension MappedElements {
  /// Overwrites the rows of the batch's nodes: n × width.
  ///
  /// - Parameter writing: sends them to the disk, where there is a budget of memory.
  package func write(_ rows: Matrix, of batch: Batch, _ writing: WriteThrottle?) throws {
    for segment in batch.segments {
      try write(segment.nodes, from: rows.row(segment.start))
      try writing?.note(self, segment.nodes)
    }
  }
}
