import FoundationEssentials
import GasBase

/// Traces of several ranks in one.
extension RankGroup {
  /// Gives rank 0's trace the spans of all ranks, in the time of its own clock. All ranks call it at the same time.
  ///
  /// How far a clock is ahead is found out by messages there and back, of which the fastest counts. It takes both ways
  /// to be as long as each other; else the clocks are told wrong by half of the difference.
  ///
  /// - Parameter trace: this rank's.
  /// - Throws: `GasError` if a message cannot be sent.
  package func join(_ trace: Trace) throws {
    let ahead = try secondsAhead(of: trace)
    let part = trace.part(
      named: "rank \(rank) of \(count) on \(Self.host)", behind: ahead, most: Trace.greatestCount / count)
    let own = try encoded(part)
    let sizes = try gatheredSizes(own.count)
    guard isFirst else { return try own.withUnsafeBytes { try send($0, to: 0) } }
    for rank in ranks {
      var bytes = own
      if rank != 0 {
        let memory = Self.memory(sizes[rank])
        defer { memory.deallocate() }
        try receive(memory, from: rank)
        bytes = Data(memory)
      }
      trace.add(try bytes.withUnsafeBytes { try decoded($0) as Trace.Part })
    }
  }

  private static let pings = 16

  /// How many seconds this rank's clock, as its trace reads it, is ahead of rank 0's.
  private func secondsAhead(of trace: Trace) throws -> Double {
    var best = (there: Double.infinity, ahead: 0.0)
    for peer in ranks.dropFirst() where isFirst || peer == rank {
      for _ in 0..<Self.pings {
        let start = trace.now
        var theirs = start
        if isFirst {
          try withUnsafeMutableBytes(of: &theirs) { try receive($0, from: peer) }
          theirs = trace.now
          try withUnsafeBytes(of: theirs) { try send($0, to: peer) }
        } else {
          try withUnsafeBytes(of: theirs) { try send($0, to: 0) }
          try withUnsafeMutableBytes(of: &theirs) { try receive($0, from: 0) }
          let end = trace.now
          if end - start < best.there { best = (end - start, (start + end) / 2 - theirs) }
        }
      }
    }
    return isFirst ? 0 : best.ahead
  }
}
