extension HaloMail {
  /// What an epoch costs. Each halo row is written once and read once, and so are the lists of rows and places, which
  /// two passes have at a time.
  ///
  /// When a share t of an epoch is done, files hold this much of its halo rows: (1 − t)² / 2 that the pass before sent,
  /// t (1 − t) that the epoch sends itself, and t / 2 that it has sent to the epoch after it. Together they are at most
  /// 5/8, at t = 1/2.
  package static func epochCost(of demand: HaloDemand) -> HaloCost {
    var cost = HaloCost()
    cost.read(demand.haloCount, of: demand.allRowBytes + 3 * numberBytes)
    cost.writtenBytes = demand.haloCount * (demand.allRowBytes + 2 * numberBytes)
    cost.diskBytes = demand.haloCount * demand.allRowBytes / 8 * 5 + listBytes(demand)
    return cost
  }

  /// The disk space that an exact pass takes for what it sends to the epoch after it. On average a row goes to half of
  /// the windows, since the epoch reads it there before it pushes it again.
  ///
  /// - Parameter epoch: the halo rows that the epoch reads.
  /// - Returns: the space alone; what the exact pass reads for itself is counted elsewhere.
  package static func exactCost(of epoch: HaloDemand) -> HaloCost {
    HaloCost(diskBytes: epoch.haloCount * epoch.allRowBytes / 2 + listBytes(epoch))
  }

  /// What a stage of an exact pass costs whose halo rows the stage before has sent. Each is written once and read once.
  /// While a stage reads, files hold what is left of its rows and what it has sent to the next one: those of one layer.
  /// The lists are those of all stages.
  package static func layerCost(of demand: HaloDemand) -> HaloCost {
    var cost = HaloCost()
    cost.read(demand.haloCount, of: demand.allRowBytes + 2 * numberBytes)
    cost.writtenBytes = demand.haloCount * demand.allRowBytes
    cost.diskBytes = demand.haloCount * demand.allRowBytes + listBytes(demand) / 2
    return cost
  }

  private static func listBytes(_ demand: HaloDemand) -> Int { 4 * demand.haloCount * numberBytes }
  private static var numberBytes: Int { MemoryLayout<UInt32>.size }
}
