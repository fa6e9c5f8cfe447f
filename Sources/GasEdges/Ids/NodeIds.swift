import GasBase
import GasStore

/// Finds the node of an id. Nodes are numbered in *original order*: that of the ids file, of the feature rows, or of
/// the ids.
///
/// Safe to use from several threads once it is complete.
package enum NodeIds {
  /// Ids 0 ..< count.
  case sequential(count: Int)
  case integers(IntegerIds)
  case names(StringTable)

  /// The most nodes that a store can have.
  package static let largestCount = Manifest.largestNodeCount

  /// The error for more nodes than that.
  package static func tooMany(file: String?) -> GasError {
    GasError("more than \(largestCount) nodes do not fit into a store", file: file)
  }

  init(_ integers: IntegerIds) {
    self = integers.isSequential ? .sequential(count: integers.count) : .integers(integers)
  }

  /// The number of nodes.
  package var count: Int {
    switch self {
    case .sequential(let count): count
    case .integers(let ids): ids.count
    case .names(let table): table.count
    }
  }

  /// The kind of ids, as the manifest names it.
  package var kind: Manifest.IdKind {
    switch self {
    case .sequential: .sequential
    case .integers: .integer
    case .names: .string
    }
  }

  /// The node that an integer names. Names have been turned into numbers before (`NameResolver`).
  @inline(__always)
  package func node(_ id: Int64) -> UInt32? {
    switch self {
    case .sequential(let count): id >= 0 && id < count ? UInt32(id) : nil
    case .integers(let ids): ids.place(of: id)
    case .names(let table): id >= 0 && id < table.count ? UInt32(id) : nil
    }
  }

  /// The user's id of a node, for messages.
  package func text(_ node: Int) -> String {
    switch self {
    case .sequential: "\(node)"
    case .integers(let ids): "\(ids.ids[node])"
    case .names(let table): "\"\(table[node])\""
    }
  }

  /// Says what is wrong with an id that no node has.
  package func problem(_ id: Int64) -> String {
    switch self {
    case .sequential(let count): "node id \(id) is out of range (there are \(count) nodes, ids 0 to \(count - 1))"
    case .integers, .names: "node id \(id) is unknown"
    }
  }
}
