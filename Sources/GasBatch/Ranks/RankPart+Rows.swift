import CGasKernels
import GasBase
import GasStore

/// Rows of histories on their way between ranks, as they are encoded there: history by history, partition by partition,
/// row by row.
extension RankPart {
  /// The bytes of the rows of own partitions that a rank reads.
  package func sentBytes(of partitions: some Sequence<Int>, to rank: Int, _ histories: [History]) -> Int {
    guard rank != group.rank else { return 0 }
    let rows = partitions.reduce(0) { $0 + wanted[rank].count(of: $1) }
    return histories.reduce(0) { $0 + rows * $1.rows.rowBytes }
  }

  /// The bytes of the rows of another rank's partitions that this one reads.
  package func receivedBytes(of partitions: some Sequence<Int>, from rank: Int, _ histories: [History]) -> Int {
    guard rank != group.rank else { return 0 }
    let rows = partitions.reduce(0) { $0 + ghosts.count(of: $1) }
    return histories.reduce(0) { $0 + rows * $1.rows.rowBytes }
  }

  /// Copies the rows of own partitions that a rank reads out of the histories.
  ///
  /// - Parameters:
  ///   - partitions: own partitions.
  ///   - rank: who gets the rows.
  ///   - histories: the histories whose rows are sent.
  ///   - target: memory for `sentBytes`.
  package func gather(
    _ partitions: some Sequence<Int>, for rank: Int, _ histories: [History], into target: UnsafeMutableRawPointer
  ) {
    guard rank != group.rank else { return }
    var place = target
    for history in histories {
      for partition in partitions {
        let rows = wanted[rank][partition]
        guard let first = rows.baseAddress, !rows.isEmpty else { continue }
        gas_gather_bytes(
          Int64(rows.count), first, 0, Int64(history.rows.rowBytes),
          history.rows.values.base(reading: rows).assumingMemoryBound(to: UInt8.self),
          place.assumingMemoryBound(to: UInt8.self))
        place += rows.count * history.rows.rowBytes
      }
    }
  }

  /// Writes rows that another rank has sent to the histories.
  ///
  /// - Parameters:
  ///   - partitions: partitions of that rank.
  ///   - histories: the histories whose rows were sent.
  ///   - bytes: what came.
  ///   - writing: sends the rows to the disk if there is a memory budget.
  /// - Throws: `GasError` if the disk fails.
  package func write(
    _ partitions: some Sequence<Int>, _ histories: [History], from bytes: UnsafeRawBufferPointer,
    _ writing: WriteThrottle?
  ) throws {
    var place = 0
    for history in histories {
      let (values, rowBytes) = (history.rows.values, history.rows.rowBytes)
      for partition in partitions {
        let rows = ghosts[partition]
        var index = 0
        while index < rows.count {
          var next = index + 1
          while next < rows.count && rows[next] == rows[next - 1] + 1 { next += 1 }
          let run = Int(rows[index])..<Int(rows[next - 1]) + 1
          try values.writeRows(run, UnsafeRawBufferPointer(rebasing: bytes[place..<place + run.count * rowBytes]))
          place += run.count * rowBytes
          index = next
        }
        if let first = rows.first, let last = rows.last { try writing?.note(values, Int(first)..<Int(last) + 1) }
      }
    }
  }

  /// About how many bytes a rank sends at a time where all ghosts are renewed.
  private static let roundBytes = 32 << 20

  /// About how many bytes of messages are in memory where all ghosts of a history are renewed.
  ///
  /// - Parameters:
  ///   - rows: the most ghosts that any rank has, or rows that it sends.
  ///   - rowBytes: the bytes of a row.
  /// - Returns: the bytes.
  package static func renewalBytes(rows: Int, rowBytes: Int) -> Int { 2 * min(rows * rowBytes, 2 * roundBytes) }

  /// Renews all ghosts of a history by the rows that their owners have. All ranks call it at the same time.
  ///
  /// - Parameters:
  ///   - history: the history.
  ///   - writing: sends the rows to the disk if there is a memory budget.
  ///   - buffers: memory for messages.
  /// - Throws: `GasError` if the disk fails or a message cannot be sent.
  package func renewGhosts(of history: History, _ writing: WriteThrottle?, using buffers: RankBuffers) throws {
    let rounds = max(1, dividedUp(mostRows * history.rows.rowBytes, by: Self.roundBytes))
    for round in 0..<rounds {
      let parts = shares.map { share in
        share.lowerBound + share.count * round / rounds..<share.lowerBound + share.count * (round + 1) / rounds
      }
      let own = parts[group.rank]
      let sent = group.ranks.map { rank in
        let memory = buffers.sent[rank].resized(to: sentBytes(of: own, to: rank, [history]))
        if let base = memory.baseAddress { gather(own, for: rank, [history], into: base) }
        return UnsafeRawBufferPointer(memory)
      }
      let received = group.ranks.map { rank in
        UnsafeMutableRawBufferPointer(
          buffers.received[rank].resized(to: receivedBytes(of: parts[rank], from: rank, [history])))
      }
      try group.exchange(sent, received, as: .ghosts)
      for rank in group.ranks where rank != group.rank {
        try write(parts[rank], [history], from: UnsafeRawBufferPointer(received[rank]), writing)
      }
      history.release()
    }
    release()
  }
}

/// Memory for a message to each rank, and for one from each. It grows to the largest and is reused.
package final class RankBuffers {
  let sent: [Buffer<UInt8>]
  let received: [Buffer<UInt8>]

  /// Takes no memory yet.
  package init(_ count: Int) {
    sent = (0..<count).map { _ in Buffer() }
    received = (0..<count).map { _ in Buffer() }
  }

  /// Memory for a message to a rank.
  package func sent(_ rank: Int, _ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(sent[rank].resized(to: byteCount))
  }

  /// Memory for a message from a rank.
  package func received(_ rank: Int, _ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(received[rank].resized(to: byteCount))
  }
}
