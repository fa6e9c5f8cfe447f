import GasBase
import GasBatch
import GasRanks

/// Rows that ranks have pushed in a step, on their way to those that read them while the next step is computed.
///
/// They are written when that step is done, whenever they have come, so that what batches read does not depend on the
/// timing. It takes memory for the rows of a step, which are copied: the histories may change meanwhile.
final class TravellingRows {
  private let part: RankPart
  private let histories: [History]
  private let writing: WriteThrottle?
  private let buffers: RankBuffers
  private var packed: [UnsafeRawBufferPointer] = []
  private var underWay: Journey?

  private struct Journey {
    let exchange: RankExchange
    /// What each rank has pushed.
    let pushed: [[Int]]
    let received: [UnsafeMutableRawBufferPointer]
  }

  init(_ part: RankPart, _ histories: [History], _ writing: WriteThrottle?) {
    (self.part, self.histories, self.writing) = (part, histories, writing)
    buffers = RankBuffers(part.group.count)
  }

  /// Copies rows of own partitions, for each rank those that it reads. Rows that went before must have arrived.
  func pack(_ partitions: [Int]) {
    precondition(underWay == nil, "the memory of rows that are on their way")
    packed = part.group.ranks.map { rank in
      let memory = buffers.sent(rank, part.sentBytes(of: partitions, to: rank, histories))
      if let base = memory.baseAddress { part.gather(partitions, for: rank, histories, into: base) }
      return UnsafeRawBufferPointer(memory)
    }
  }

  /// Sends what was packed.
  ///
  /// - Parameter pushed: the partitions that each rank has pushed.
  func depart(_ pushed: [[Int]]) {
    let group = part.group
    let received = group.ranks.map { rank in
      buffers.received(rank, part.receivedBytes(of: pushed[rank], from: rank, histories))
    }
    underWay = Journey(
      exchange: group.start(packed, received, as: .rows, holding: buffers), pushed: pushed, received: received)
  }

  /// Waits for rows that are on their way, if there are any, and writes them to the histories.
  ///
  /// - Throws: `GasError` if a message cannot be sent or the disk fails.
  func arrive() throws {
    guard let journey = underWay else { return }
    underWay = nil
    let group = part.group
    try group.trace.span("wait for rows") { try group.wait(for: journey.exchange) }
    try group.trace.span("write rows of other ranks") {
      for rank in group.ranks where rank != group.rank {
        try part.write(journey.pushed[rank], histories, from: UnsafeRawBufferPointer(journey.received[rank]), writing)
      }
    }
  }
}
