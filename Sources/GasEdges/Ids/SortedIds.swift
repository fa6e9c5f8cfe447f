import GasBase
import GasFiles

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
