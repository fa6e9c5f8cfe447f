import GasBase
import GasFiles
import GasGraph

/// The distinct ids among many, ascending: found by a bitmap if they are close together, and by sorting on disk if not.
enum DistinctIds {
  /// A bitmap may always cover this many numbers.
  private static let smallestSpan = 1 << 16

  static func ascending(in edges: EdgeLog<Int64>, _ space: Workspace) throws -> FlatArray<Int64> {
    var (smallest, largest) = (Int64.max, Int64.min)
    try forEach(in: edges) { id in
      smallest = min(smallest, id)
      largest = max(largest, id)
    }
    guard smallest <= largest else { return FlatArray(repeating: 0, count: 0) }
    let (width, overflow) = largest.subtractingReportingOverflow(smallest)
    let isDense = !overflow && width < max(smallestSpan, min(edges.count * 128, space.sortBytes * 8))
    return isDense ? try bitmap(edges, smallest, span: Int(width) + 1, space) : try sorted(edges, space)
  }

  private static func forEach(in edges: EdgeLog<Int64>, _ body: (Int64) throws -> Void) throws {
    try edges.forEachChunk { chunk in
      for id in chunk.sources { try body(id) }
      for id in chunk.targets { try body(id) }
    }
  }

  private static func bitmap(
    _ edges: EdgeLog<Int64>, _ smallest: Int64, span: Int, _ space: Workspace
  ) throws -> FlatArray<Int64> {
    let words: FlatArray<UInt64> = try space.randomAccessZeros(count: dividedUp(span, by: 64))
    try forEach(in: edges) { id in
      let bit = Int(id - smallest)
      words[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    let ids: FlatArray<Int64> = try space.zeros(count: words.all.reduce(0) { $0 + $1.nonzeroBitCount })
    var count = 0
    for index in 0..<words.count {
      var word = words[index]
      while word != 0 {
        ids[count] = smallest + Int64(index * 64 + word.trailingZeroBitCount)
        count += 1
        word &= word - 1
      }
    }
    return ids
  }

  private static func sorted(_ edges: EdgeLog<Int64>, _ space: Workspace) throws -> FlatArray<Int64> {
    let sorter = ExternalSorter<IdRecord>(keyBits: 64, in: space)
    try forEach(in: edges) { try sorter.append(IdRecord($0)) }
    let file = try ScratchFile(creating: space.scratch.newPath())
    var last: Int64?
    try sorter.forEachSorted { records in
      var distinct: [Int64] = []
      for record in records where record.id != last {
        distinct.append(record.id)
        last = record.id
      }
      try distinct.withUnsafeBytes { _ = try file.append($0) }
    }
    let ids: FlatArray<Int64> = try space.zeros(count: file.byteCount / MemoryLayout<Int64>.stride)
    try file.read(at: 0, into: UnsafeMutableRawBufferPointer(ids.all))
    return ids
  }
}

/// An id that sorts as the number it is.
struct IdRecord: SortRecord {
  let key: UInt64
  var id: Int64 { Int64(bitPattern: key ^ 1 << 63) }

  init(_ id: Int64) { key = UInt64(bitPattern: id) ^ 1 << 63 }
}

/// An id with its place in a list.
struct PlacedId: SortRecord {
  let key: UInt64
  let place: UInt32
  var id: Int64 { Int64(bitPattern: key ^ 1 << 63) }

  init(_ id: Int64, place: Int) {
    key = UInt64(bitPattern: id) ^ 1 << 63
    self.place = UInt32(place)
  }
}

/// Ascending ids, searched through an index of their high bits: if ids are spread evenly, only a few are left for
/// bisection.
struct SortedIds {
  private let ids: FlatArray<Int64>
  /// For each value of the high bits of an id's distance from the first id: where the ids with it begin. One number
  /// more at the end.
  private let starts: FlatArray<UInt32>
  private let shift: UInt64

  private static let largestIndexBits = 22

  init(_ ids: FlatArray<Int64>, in space: Workspace) throws {
    self.ids = ids
    let width = ids.count == 0 ? 0 : UInt64(bitPattern: ids[ids.count - 1] &- ids[0])
    let indexBits = min(Self.largestIndexBits, max(1, Int.bitWidth - ids.count.leadingZeroBitCount))
    shift = UInt64(max(0, UInt64.bitWidth - width.leadingZeroBitCount - indexBits))
    starts = try space.randomAccessZeros(count: Int(width >> shift) + 2)
    for rank in 0..<ids.count { starts[Int(offset(ids[rank]) >> shift) + 1] = UInt32(rank) + 1 }
    for index in 1..<starts.count { starts[index] = max(starts[index], starts[index - 1]) }
  }

  private func offset(_ id: Int64) -> UInt64 { UInt64(bitPattern: id &- ids[0]) }

  func rank(of id: Int64) -> Int? {
    guard ids.count > 0, id >= ids[0], id <= ids[ids.count - 1] else { return nil }
    let index = Int(offset(id) >> shift)
    let rank = (Int(starts[index])..<Int(starts[index + 1])).partitioningIndex { ids[$0] >= id }
    return rank < ids.count && ids[rank] == id ? rank : nil
  }
}
