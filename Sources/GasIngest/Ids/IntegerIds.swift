import GasBase

/// Distinct integers, each with its place: the ids of nodes, and the way back from an id to its node.
///
/// Where the ids lie close enough together the way back is a table, otherwise a sorted list.
struct IntegerIds {
  private enum Lookup {
    /// Place of `smallest + i`, or `absent`.
    case table(FlatArray<UInt32>, smallest: Int64)
    /// Ids ascending, and the place of each (`nil` where that is its rank).
    case sorted([Int64], places: [UInt32]?)
  }

  /// A repeated id, as two places of the list.
  struct Repetition: Error {
    var id: Int64
    var places: (Int, Int)
  }

  let ids: [Int64]
  private let lookup: Lookup
  private static let absent = UInt32.max

  /// - Throws: `Repetition` if an id stands twice.
  init(_ ids: [Int64]) throws(Repetition) {
    self.ids = ids
    if let span = Self.tableSpan(ids) {
      lookup = try Self.table(ids, span)
    } else {
      lookup = try Self.sortedList(ids)
    }
  }

  var count: Int { ids.count }

  /// Whether the ids are 0, 1, 2, … in this order.
  var isSequential: Bool {
    ids.indices.allSatisfy { ids[$0] == Int64($0) }
  }

  func place(of id: Int64) -> UInt32? {
    switch lookup {
    case .table(let table, let smallest):
      let (index, overflow) = id.subtractingReportingOverflow(smallest)
      guard !overflow && index >= 0 && index < table.count else { return nil }
      let place = table[Int(index)]
      return place == Self.absent ? nil : place
    case .sorted(let sorted, let places):
      let rank = sorted.bisect(id)
      guard rank < sorted.count && sorted[rank] == id else { return nil }
      return places?[rank] ?? UInt32(rank)
    }
  }

  /// The range of ids, if a table over it takes at most as much as a sorted list with places would.
  private static func tableSpan(_ ids: [Int64]) -> ClosedRange<Int64>? {
    guard let smallest = ids.min(), let largest = ids.max() else { return nil }
    let (width, overflow) = largest.subtractingReportingOverflow(smallest)
    return !overflow && width < max(1024, ids.count * 3) ? smallest...largest : nil
  }

  private static func table(_ ids: [Int64], _ span: ClosedRange<Int64>) throws(Repetition) -> Lookup {
    let table = FlatArray(repeating: absent, count: Int(span.upperBound - span.lowerBound) + 1)
    for (place, id) in ids.enumerated() {
      let index = Int(id - span.lowerBound)
      guard table[index] == absent else { throw Repetition(id: id, places: (Int(table[index]), place)) }
      table[index] = UInt32(place)
    }
    return .table(table, smallest: span.lowerBound)
  }

  private static func sortedList(_ ids: [Int64]) throws(Repetition) -> Lookup {
    let isAscending = zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
    if isAscending { return .sorted(ids, places: nil) }
    let places = ids.indices.map { UInt32($0) }.sorted { (ids[Int($0)], $0) < (ids[Int($1)], $1) }
    let sorted = places.map { ids[Int($0)] }
    for rank in sorted.indices.dropFirst() where sorted[rank] == sorted[rank - 1] {
      throw Repetition(id: sorted[rank], places: (Int(places[rank - 1]), Int(places[rank])))
    }
    return .sorted(sorted, places: places)
  }
}

extension [Int64] {
  /// The first index whose element is at least `value`; the array ascends.
  fileprivate func bisect(_ value: Int64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
