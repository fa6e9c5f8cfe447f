extension HaloStaging {
  /// How many batches each window has, but for the last, so that there are about `windows` of them. It is at least two:
  /// a window of one batch has no other part for the rows that this batch pushes.
  package static func windowSize(batches: Int, windows: Int) -> Int { max(2, (batches + windows - 1) / windows) }

  /// What a pass costs. Each column is read once for every window, and its copies are written and read once. The disk
  /// holds two windows at a time, with the numbers of their rows.
  package static func cost(of demand: HaloDemand, windows wanted: Int) -> HaloCost {
    let size = windowSize(batches: demand.batchCount, windows: wanted)
    let windows = (demand.batchCount + size - 1) / size
    var cost = HaloCost()
    cost.read(windows * demand.nodeCount + demand.haloCount, of: demand.allRowBytes)
    cost.writtenBytes = demand.haloCount * demand.allRowBytes
    let share = min(1, 2 * Double(size) / Double(demand.batchCount))
    cost.diskBytes = Int(
      share * Double(demand.haloCount * (demand.allRowBytes + MemoryLayout<UInt32>.size)))
    return cost
  }
}
