import GasBatch

/// What one or more passes read and write if nothing stays in the page cache.
struct PassTraffic: Equatable {
  /// What halo rows cost.
  var halo = HaloCost()
  /// Bytes that are read besides, each once a pass and front to back: graphs, and what batches own.
  var streamed = 0
  /// Bytes that are written besides.
  var written = 0

  var readBytes: Int { halo.readBytes + streamed }
  var readPageBytes: Int { halo.readPageBytes + streamed }
  var writtenBytes: Int { halo.writtenBytes + written }

  static func + (a: PassTraffic, b: PassTraffic) -> PassTraffic {
    PassTraffic(halo: a.halo + b.halo, streamed: a.streamed + b.streamed, written: a.written + b.written)
  }
}

/// Where a plan's bytes come from: which of them the disk moves, and which processors move besides.
struct PageCache {
  /// Bytes that the page cache has for columns.
  let bytes: Int
  /// Bytes of all columns, each once.
  let workingBytes: Int
  /// Bytes of those that halo rows come from, which are read most often.
  let scatteredBytes: Int
  /// How many of the pages of single rows are left, since some share theirs.
  var pageShare = 1.0
  /// Whether a budget has written bytes sent to the disk at once.
  let isLimited: Bool

  /// Whether nothing is read from the disk twice.
  var holdsAll: Bool { workingBytes <= bytes }

  /// What passes move.
  ///
  /// - Parameters:
  ///   - traffic: what they read and write.
  ///   - isMoved: whether halo rows are sent or copied, past the page cache.
  /// - Returns: what the disk moves, and the processor time for rows that are sent or copied.
  func moved(_ traffic: PassTraffic, isMoved: Bool) -> PassTime.Moved {
    var moved = PassTime.Moved()
    if isMoved { moved.moving = Double(traffic.halo.readBytes + traffic.halo.writtenBytes) / NominalRates.movedBytes }
    if holdsAll && !(isMoved && isLimited) {
      moved.writtenBytes = isLimited ? traffic.writtenBytes : 0
    } else if isMoved {
      (moved.readBytes, moved.writtenBytes) = (traffic.readBytes, traffic.writtenBytes)
    } else {
      // Pages that are read most often stay.
      let scattered = min(1, Double(bytes) / Double(max(1, scatteredBytes)))
      let rest = min(1, Double(max(0, bytes - scatteredBytes)) / Double(max(1, workingBytes - scatteredBytes)))
      moved.readBytes = Int(Double(traffic.streamed) * (1 - rest))
      moved.pageBytes = Int(Double(traffic.halo.readPageBytes) * pageShare * (1 - scattered))
      moved.writtenBytes = traffic.writtenBytes
    }
    return moved
  }
}
