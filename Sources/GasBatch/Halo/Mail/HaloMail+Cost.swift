extension HaloMail {
  /// An epoch: each halo row is written once and read once, and so are the lists of rows and places, which two passes have.
  ///
  /// When a share t of an epoch is done, this much of its halo rows is in files: (1 − t)² / 2 that the pass before sent, t (1 − t) that
  /// it sends itself, and t / 2 that it has sent to the epoch after it; so that there are at most 5/8 of them, at t = 1/2.
  package static func epochCost(of demand: HaloDemand) -> HaloCost {
    var cost = HaloCost()
    cost.read(demand.haloCount, of: demand.allRowBytes + 3 * numberBytes)
    cost.writtenBytes = demand.haloCount * (demand.allRowBytes + 2 * numberBytes)
    cost.diskBytes = demand.haloCount * demand.allRowBytes / 8 * 5 + listBytes(demand)
    return cost
  }

  /// The disk space that an exact pass takes besides its own: for what it sends to the epoch after it, on average to half of the windows,
  /// since those rows are read before they are pushed again.
  ///
  /// - Parameter epoch: what the epoch wants.
  package static func exactCost(of epoch: HaloDemand) -> HaloCost {
    HaloCost(diskBytes: epoch.haloCount * epoch.allRowBytes / 2 + listBytes(epoch))
  }

  private static func listBytes(_ demand: HaloDemand) -> Int { 4 * demand.haloCount * numberBytes }
  private static var numberBytes: Int { MemoryLayout<UInt32>.size }
}
