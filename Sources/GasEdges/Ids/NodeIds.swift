import GasBase
import GasFiles
import GasGraph
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

/// Distinct integers, each with its place: the ids of nodes, and the way back from an id to its node.
///
/// If the ids are close enough together, the way back is a table, otherwise a sorted list with an index of its high
/// bits. Both are in scratch files.
package struct IntegerIds {
  private enum Lookup {
    /// 1 + the place of `smallest + i`; 0 if that is no id.
    case table(FlatArray<UInt32>, smallest: Int64)
    /// The place of each id of a sorted list (`nil` where that is its rank).
    case sorted(SortedIds, places: FlatArray<UInt32>?)
  }

  /// A repeated id, as two places of the list.
  struct Repetition: Error {
    var id: Int64
    var places: (Int, Int)
  }

  /// The id of each place.
  package let ids: FlatArray<Int64>
  private let lookup: Lookup

  /// Indexes ids in any order.
  ///
  /// - Parameters:
  ///   - ids: the id of each place.
  ///   - space: where the index is kept.
  /// - Throws: `Repetition` if an id occurs twice; `GasError` if the disk fails.
  init(_ ids: FlatArray<Int64>, in space: Workspace) throws {
    self.ids = ids
    if let span = Self.tableSpan(ids) {
      lookup = try Self.table(ids, span, space)
    } else {
      lookup = try Self.sortedList(ids, space)
    }
  }

  /// Indexes ids that ascend.
  ///
  /// - Parameters:
  ///   - ids: distinct, ascending.
  ///   - space: where the index is kept.
  /// - Throws: `GasError` if the disk fails.
  init(ascending ids: FlatArray<Int64>, in space: Workspace) throws {
    self.ids = ids
    if let span = Self.tableSpan(ids) {
      lookup = try Self.table(ids, span, space)
    } else {
      lookup = .sorted(try SortedIds(ids, in: space), places: nil)
    }
  }

  var count: Int { ids.count }

  /// Whether the ids are 0, 1, 2, … in this order.
  var isSequential: Bool { (0..<count).allSatisfy { ids[$0] == Int64($0) } }

  func place(of id: Int64) -> UInt32? {
    switch lookup {
    case .table(let table, let smallest):
      let (index, overflow) = id.subtractingReportingOverflow(smallest)
      guard !overflow && index >= 0 && index < table.count else { return nil }
      let place = table[Int(index)]
      return place == 0 ? nil : place - 1
    case .sorted(let sorted, let places):
      guard let rank = sorted.rank(of: id) else { return nil }
      return places?[rank] ?? UInt32(rank)
    }
  }

  /// The range of ids, if a table over it takes at most as much as a sorted list with places would.
  private static func tableSpan(_ ids: FlatArray<Int64>) -> ClosedRange<Int64>? {
    guard let smallest = ids.all.min(), let largest = ids.all.max() else { return nil }
    let (width, overflow) = largest.subtractingReportingOverflow(smallest)
    return !overflow && width < max(1024, ids.count * 3) ? smallest...largest : nil
  }

  private static func table(_ ids: FlatArray<Int64>, _ span: ClosedRange<Int64>, _ space: Workspace) throws -> Lookup {
    let table: FlatArray<UInt32> = try space.randomAccessZeros(count: Int(span.upperBound - span.lowerBound) + 1)
    for place in 0..<ids.count {
      let index = Int(ids[place] - span.lowerBound)
      guard table[index] == 0 else { throw Repetition(id: ids[place], places: (Int(table[index]) - 1, place)) }
      table[index] = UInt32(place) + 1
    }
    return .table(table, smallest: span.lowerBound)
  }

  private static func sortedList(_ ids: FlatArray<Int64>, _ space: Workspace) throws -> Lookup {
    let sorter = ExternalSorter<PlacedId>(keyBits: 64, in: space)
    for place in 0..<ids.count { try sorter.append(PlacedId(ids[place], place: place)) }
    let sorted: FlatArray<Int64> = try space.zeros(count: ids.count)
    let places: FlatArray<UInt32> = try space.zeros(count: ids.count)
    var rank = 0
    try sorter.forEachSorted { records in
      for record in records {
        (sorted[rank], places[rank]) = (record.id, record.place)
        if rank > 0 && sorted[rank - 1] == record.id {
          throw Repetition(id: record.id, places: (Int(places[rank - 1]), Int(record.place)))
        }
        rank += 1
      }
    }
    return .sorted(try SortedIds(sorted, in: space), places: places)
  }
}
