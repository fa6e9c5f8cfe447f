/// The distinct ids among many, ascending: a bitmap where they lie close together, sorting where they do not.
enum DistinctIds {
  static func ascending(in chunks: [EdgeChunk<Int64>]) -> [Int64] {
    var smallest = Int64.max
    var largest = Int64.min
    var count = 0
    for chunk in chunks {
      for ends in [chunk.sources, chunk.targets] {
        for id in ends {
          smallest = min(smallest, id)
          largest = max(largest, id)
        }
        count += ends.count
      }
    }
    guard count > 0 else { return [] }
    let (width, overflow) = largest.subtractingReportingOverflow(smallest)
    // A bitmap of at most the memory that sorting a copy would take.
    let isDense = !overflow && width < max(1 << 16, count * 64)
    return isDense ? bitmap(chunks, smallest: smallest, span: Int(width) + 1) : sorted(chunks, count)
  }

  private static func bitmap(_ chunks: [EdgeChunk<Int64>], smallest: Int64, span: Int) -> [Int64] {
    let words = FlatArray<UInt64>(repeating: 0, count: (span + 63) / 64)
    for chunk in chunks {
      for ends in [chunk.sources, chunk.targets] {
        for id in ends {
          let bit = Int(id - smallest)
          words[bit >> 6] |= 1 << UInt64(bit & 63)
        }
      }
    }
    var ids: [Int64] = []
    ids.reserveCapacity(words.all.reduce(0) { $0 + $1.nonzeroBitCount })
    for index in 0..<words.count {
      var word = words[index]
      while word != 0 {
        ids.append(smallest + Int64(index * 64 + word.trailingZeroBitCount))
        word &= word - 1
      }
    }
    return ids
  }

  private static func sorted(_ chunks: [EdgeChunk<Int64>], _ count: Int) -> [Int64] {
    var ids: [Int64] = []
    ids.reserveCapacity(count)
    for chunk in chunks {
      ids += chunk.sources
      ids += chunk.targets
    }
    ids.sort()
    var distinct = 0
    for id in ids where distinct == 0 || ids[distinct - 1] != id {
      ids[distinct] = id
      distinct += 1
    }
    ids.removeSubrange(distinct...)
    return ids
  }
}
