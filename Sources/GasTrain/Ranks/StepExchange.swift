import GasBase
import GasBatch
import GasNN
import GasRanks

/// What ranks send each other in a step of training: gradients, and rows that they have pushed.
///
///     synchronous    to each rank:    weight of the batch | its share of the gradients | rows that are its ghosts
///                    then from each:  the sum of the gradients in its share
///     overlap        to each rank:    weight of the batch | its share of the gradients
///                    then from each:  the sum of the gradients in its share
///                    to each rank:    rows that are its ghosts, while the next step is computed
///
/// A rank sums one share of the gradients of all ranks, in the order of the ranks, so that sums are the same bits
/// whatever the timing. They are weighted as if all batches were one: by the weight of their training nodes.
final class StepExchange {
  private let part: RankPart
  private let histories: [History]
  private let writing: WriteThrottle?
  private let buffers: RankBuffers
  private let own = Buffer<Float>()
  private let sums = Buffer<Float>()
  /// Rows that travel while the next step is computed; `nil` if they travel with the gradients.
  private let rows: TravellingRows?

  private static let headBytes = MemoryLayout<Double>.size

  init(_ part: RankPart, _ histories: [History], _ writing: WriteThrottle?, overlaps: Bool) {
    (self.part, self.histories, self.writing) = (part, histories, writing)
    buffers = RankBuffers(part.group.count)
    rows = overlaps ? TravellingRows(part, histories, writing) : nil
  }

  /// How many steps later than others a rank reads rows that another one has pushed.
  var delay: Int { rows == nil ? 0 : 1 }

  /// Ends a step: sums gradients, and renews ghosts that were pushed, those of the step before where rows travel by
  /// themselves.
  ///
  /// - Parameters:
  ///   - matrices: this rank's gradients, which become those of all ranks; zeros if it had no batch.
  ///   - weight: the weight of the batch's training nodes; 0 if it had none.
  ///   - step: the number of the step in the epoch.
  ///   - steps: what each rank computed.
  /// - Throws: `GasError` if a message cannot be sent or the disk fails.
  func finish(_ matrices: [Matrix], weight: Double, step: Int, of steps: EpochSteps) throws {
    let group = part.group
    let pushed = group.ranks.map { steps.group(of: $0, at: step) }
    guard let rows else {
      let messages = try exchange(matrices, weight: weight, pushed: pushed)
      let head = Self.headBytes + share(of: group.rank, matrices).count * MemoryLayout<Float>.size
      for rank in group.ranks where rank != group.rank {
        let bytes = UnsafeRawBufferPointer(rebasing: messages[rank][head...])
        try part.write(pushed[rank], histories, from: bytes, writing)
      }
      return
    }
    try exchange(matrices, weight: weight) {
      try rows.arrive()
      rows.pack(pushed[group.rank])
    }
    rows.depart(pushed)
  }

  /// Renews the ghosts whose rows are still on their way.
  ///
  /// - Throws: `GasError` if a message cannot be sent or the disk fails.
  func drain() throws { try rows?.arrive() }

  /// Replaces numbers by the mean over all ranks, weighted. What is the same on all ranks keeps its bits.
  func average(_ matrices: [Matrix], weight: Double) throws {
    try exchange(matrices, weight: weight, keepsEqual: true)
  }

  /// Exchanges gradients and rows. Afterwards the matrices hold the sums.
  ///
  /// - Parameters:
  ///   - matrices: the gradients.
  ///   - weight: what they count.
  ///   - keepsEqual: whether numbers that are the same on all ranks keep their bits.
  ///   - pushed: the partitions of each rank whose rows travel with them.
  ///   - meanwhile: what is done while the gradients are on their way.
  /// - Returns: the message of each rank, valid until the next exchange.
  /// - Throws: `GasError` if a message cannot be sent, and what `meanwhile` throws.
  @discardableResult
  private func exchange(
    _ matrices: [Matrix], weight: Double, keepsEqual: Bool = false, pushed: [[Int]]? = nil,
    meanwhile: () throws -> Void = {}
  ) throws -> [UnsafeRawBufferPointer] {
    let group = part.group
    let pushed = pushed ?? group.ranks.map { _ in [] }
    let count = matrices.reduce(0) { $0 + $1.count }
    let own = own.resized(to: count)
    var place = 0
    for matrix in matrices {
      _ = UnsafeMutableBufferPointer(rebasing: own[place...]).update(fromContentsOf: matrix.elements)
      place += matrix.count
    }
    let sent = group.ranks.map { rank in message(to: rank, own, matrices, weight, pushed[group.rank]) }
    let mine = share(of: group.rank, matrices)
    let received = group.ranks.map { rank in
      let rows = part.receivedBytes(of: pushed[rank], from: rank, histories)
      return buffers.received(rank, Self.headBytes + mine.count * MemoryLayout<Float>.size + rows)
    }
    let rowBytes = group.ranks.reduce(0) { $0 + part.sentBytes(of: pushed[group.rank], to: $1, histories) }
    let shares = group.start(sent, received, as: .gradients, rowBytes: rowBytes, holding: buffers)
    try meanwhile()
    try group.wait(for: shares)
    let messages = received.map { UnsafeRawBufferPointer($0) }
    let sum = sums.resized(to: mine.count)
    add(messages, into: sum)
    if keepsEqual { restoreEqual(messages, in: sum) }
    try group.exchange(
      group.ranks.map { _ in UnsafeRawBufferPointer(sum) },
      group.ranks.map {
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: own[share(of: $0, matrices)]))
      }, as: .gradients)
    place = 0
    for matrix in matrices {
      _ = matrix.elements.update(fromContentsOf: own[place..<place + matrix.count])
      place += matrix.count
    }
    return messages
  }

  /// The bytes that one of several ranks sends the others to sum numbers: its shares for them, then the sum of its own.
  ///
  /// - Parameters:
  ///   - count: how many numbers there are.
  ///   - rank: the rank.
  ///   - ranks: how many ranks there are.
  /// - Returns: the bytes.
  static func sentBytes(summing count: Int, by rank: Int, of ranks: Int) -> Int {
    let (all, own) = (count, share(of: rank, ranks, count).count)
    let others = ranks - 1
    return others * headBytes + (all - own + others * own) * MemoryLayout<Float>.size
  }

  /// The numbers that a rank sums.
  private static func share(of rank: Int, _ ranks: Int, _ count: Int) -> Range<Int> {
    count * rank / ranks..<count * (rank + 1) / ranks
  }

  /// The numbers that a rank sums, of all matrices end to end.
  private func share(of rank: Int, _ matrices: [Matrix]) -> Range<Int> {
    Self.share(of: rank, part.group.count, matrices.reduce(0) { $0 + $1.count })
  }

  private func message(
    to rank: Int, _ numbers: UnsafeMutableBufferPointer<Float>, _ matrices: [Matrix], _ weight: Double, _ pushed: [Int]
  ) -> UnsafeRawBufferPointer {
    let share = share(of: rank, matrices)
    let head = Self.headBytes + share.count * MemoryLayout<Float>.size
    let message = buffers.sent(rank, head + part.sentBytes(of: pushed, to: rank, histories))
    message.storeBytes(of: weight, as: Double.self)
    UnsafeMutableRawBufferPointer(rebasing: message[Self.headBytes..<head])
      .copyMemory(from: UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: numbers[share])))
    part.gather(pushed, for: rank, histories, into: message.baseAddress! + head)
    return UnsafeRawBufferPointer(message)
  }

  /// Adds a share of each rank's numbers, in the order of the ranks.
  private func add(_ messages: [UnsafeRawBufferPointer], into sum: UnsafeMutableBufferPointer<Float>) {
    let weights = messages.map { $0.loadUnaligned(as: Double.self) }
    let total = weights.reduce(0, +)
    sum.update(repeating: 0)
    for (message, weight) in zip(messages, weights) where weight > 0 {
      let factor = Float(weight / total)
      for place in sum.indices { sum[place] += factor * Self.number(place, of: message) }
    }
  }

  /// Undoes the rounding of means of numbers that all ranks have.
  private func restoreEqual(_ messages: [UnsafeRawBufferPointer], in sum: UnsafeMutableBufferPointer<Float>) {
    for place in sum.indices {
      let first = Self.number(place, of: messages[0])
      if messages.allSatisfy({ Self.number(place, of: $0) == first }) { sum[place] = first }
    }
  }

  private static func number(_ place: Int, of message: UnsafeRawBufferPointer) -> Float {
    message.loadUnaligned(fromByteOffset: headBytes + place * MemoryLayout<Float>.size, as: Float.self)
  }
}
