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
