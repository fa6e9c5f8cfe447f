import GasFormats
import GasStore

/// The rows of a table of nodes: which nodes, in which order, and what the user calls them.
struct NamedRows {
  /// How many rows there are.
  let count: Int
  /// The place of a row's node among the outputs.
  let place: (_ row: Int) -> Int
  /// Appends the id of a row's node as a field.
  let appendId: (_ row: Int, _ text: inout [UInt8], DelimitedText) -> Void
  /// Takes the ids out of resident memory.
  let release: () -> Void

  /// All nodes of a store, in original order.
  init(all store: Store, _ ids: OrderedIds) {
    count = store.nodeCount
    place = { $0 }
    appendId = { ids.append($0, to: &$1, as: $2) }
    release = ids.release
  }

  /// The nodes of a list, in its order.
  init(_ nodes: NodeList) {
    count = nodes.count
    place = nodes.number
    appendId = { nodes.appendId($0, to: &$1, as: $2) }
    release = {}
  }

  private init(_ rows: [Int], of other: NamedRows) {
    count = rows.count
    place = { other.place(rows[$0]) }
    appendId = { other.appendId(rows[$0], &$1, $2) }
    release = other.release
  }

  /// Some of these rows, in another order.
  func selecting(_ rows: [Int]) -> NamedRows { NamedRows(rows, of: self) }
}
